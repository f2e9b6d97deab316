-- Report: JCCostByPhase
-- Module: JC
-- Purpose: Actual, estimated and committed cost of a job by phase and cost type
SELECT JCCP.Phase, JCJP.Description, JCCP.CostType, SUM(JCCP.ActualHours) AS ActualHours, SUM(JCCP.ActualCost) AS ActualCost, SUM(JCCP.CurrEstCost) AS CurrEstCost, SUM(JCCP.RemainCmtdCost) AS RemainCmtdCost
FROM JCCP WITH (NOLOCK)
JOIN JCJP WITH (NOLOCK) ON JCCP.JCCo = JCJP.JCCo AND JCCP.Job = JCJP.Job AND JCCP.PhaseGroup = JCJP.PhaseGroup AND JCCP.Phase = JCJP.Phase
WHERE JCCP.JCCo = @Co AND JCCP.Job = @Job AND JCCP.Mth <= @ThruMth
GROUP BY JCCP.Phase, JCJP.Description, JCCP.CostType
ORDER BY JCCP.Phase, JCCP.CostType;
