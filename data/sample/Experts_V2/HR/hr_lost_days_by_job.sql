-- Purpose: Lost days and claim cost of accidents by job
-- Module: HR
SELECT HRAT.Job, JCJM.Description, SUM(HRAT.LostDays) AS LostDays, SUM(HRAT.ClaimCost) AS ClaimCost
FROM HRAT WITH (NOLOCK)
JOIN JCJM WITH (NOLOCK) ON HRAT.JCCo = JCJM.JCCo AND HRAT.Job = JCJM.Job
WHERE HRAT.HRCo = 1
GROUP BY HRAT.Job, JCJM.Description
ORDER BY LostDays DESC;
