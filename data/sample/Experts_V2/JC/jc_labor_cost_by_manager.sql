-- Purpose: Labor hours and actual cost of open jobs by project manager
-- Module: JC
SELECT JCMP.Name, SUM(JCCP.ActualHours) AS ActualHours, SUM(JCCP.ActualCost) AS ActualCost
FROM JCCP WITH (NOLOCK)
JOIN JCJM WITH (NOLOCK) ON JCCP.JCCo = JCJM.JCCo AND JCCP.Job = JCJM.Job
JOIN JCMP WITH (NOLOCK) ON JCJM.JCCo = JCMP.JCCo AND JCJM.ProjectMgr = JCMP.ProjectMgr
WHERE JCCP.JCCo = 1 AND JCJM.JobStatus = 1 AND JCCP.CostType = 1
GROUP BY JCMP.Name;
