-- Purpose: Subcontracts whose changes are more than a tenth of the original cost
-- Module: SL
SELECT SL, SUM(OrigCost) AS OrigCost, SUM(CurCost) AS CurCost
FROM SLIT WITH (NOLOCK)
WHERE SLCo = 1
GROUP BY SL
HAVING SUM(CurCost) > SUM(OrigCost) * 1.1;
