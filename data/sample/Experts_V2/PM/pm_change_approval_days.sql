-- Purpose: Days from creation to approval of change orders by project
-- Module: PM
SELECT Project, COUNT(*) AS ApprovedChanges, AVG(DATEDIFF(day, DateCreated, ApprovalDate)) AS AverageDays
FROM PMOP WITH (NOLOCK)
WHERE PMCo = 1 AND PendingStatus = 2
GROUP BY Project;
