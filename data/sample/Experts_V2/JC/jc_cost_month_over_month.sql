-- Purpose: Actual cost of each month beside the month before
-- Module: JC
SELECT Mth, SUM(ActualCost) AS ActualCost, LAG(SUM(ActualCost)) OVER (ORDER BY Mth) AS MonthBefore
FROM JCCP WITH (NOLOCK)
WHERE JCCo = 1
GROUP BY Mth
ORDER BY Mth;
