-- Purpose: Phases whose actual and committed cost is above the current estimate
-- Module: JC
SELECT JCCP.Job, JCCP.Phase, SUM(JCCP.ActualCost + JCCP.RemainCmtdCost) AS ActualAndCommitted, SUM(JCCP.CurrEstCost) AS CurrEstCost
FROM JCCP WITH (NOLOCK)
WHERE JCCP.JCCo = 1
GROUP BY JCCP.Job, JCCP.Phase
HAVING SUM(JCCP.ActualCost + JCCP.RemainCmtdCost) > SUM(JCCP.CurrEstCost);
