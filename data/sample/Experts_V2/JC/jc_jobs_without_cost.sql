-- Purpose: Open jobs to which no cost was posted
-- Module: JC
SELECT JCJM.Job, JCJM.Description, JCJM.StartDate
FROM JCJM WITH (NOLOCK)
LEFT JOIN JCCD WITH (NOLOCK) ON JCJM.JCCo = JCCD.JCCo AND JCJM.Job = JCCD.Job
WHERE JCJM.JCCo = 1 AND JCJM.JobStatus = 1 AND JCCD.CostTrans IS NULL;
