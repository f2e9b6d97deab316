-- Report: PMChangeOrderLog
-- Module: PM
-- Purpose: Pending change orders of a project with pending and approved amounts
SELECT PMOP.PCOType, PMOP.PCO, PMOP.Description, PMOP.PendingStatus, PMOP.DateCreated, SUM(PMOI.PendingAmount) AS PendingAmount, SUM(PMOI.ApprovedAmt) AS ApprovedAmount
FROM PMOP WITH (NOLOCK)
LEFT JOIN PMOI WITH (NOLOCK) ON PMOP.PMCo = PMOI.PMCo AND PMOP.Project = PMOI.Project AND PMOP.PCOType = PMOI.PCOType AND PMOP.PCO = PMOI.PCO
WHERE PMOP.PMCo = @Co AND PMOP.Project = @Project
GROUP BY PMOP.PCOType, PMOP.PCO, PMOP.Description, PMOP.PendingStatus, PMOP.DateCreated
ORDER BY PMOP.PCO;
