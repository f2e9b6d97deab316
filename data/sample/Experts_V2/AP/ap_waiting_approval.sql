-- Purpose: Unapproved invoices by reviewer group with their age in days
-- Module: AP
SELECT ReviewerGroup, Vendor, APRef, InvTotal, DATEDIFF(day, InvDate, '2024-07-01') AS DaysOld
FROM APUI WITH (NOLOCK)
WHERE APCo = 1 AND ApprovedYN = 'N'
ORDER BY ReviewerGroup, DaysOld DESC;
