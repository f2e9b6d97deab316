-- Purpose: Cost, price and margin of completed work by technician
-- Module: SM
SELECT Technician, SUM(CostTotal) AS CostTotal, SUM(PriceTotal) AS PriceTotal, SUM(PriceTotal - CostTotal) AS Margin
FROM SMWorkCompleted WITH (NOLOCK)
WHERE SMCo = 1
GROUP BY Technician
ORDER BY Margin DESC;
