-- Purpose: Vendors ranked by invoice total
-- Module: AP
SELECT Vendor, SUM(InvTotal) AS TotalInvoiced, RANK() OVER (ORDER BY SUM(InvTotal) DESC) AS SpendRank
FROM APTH WITH (NOLOCK)
WHERE APCo = 1
GROUP BY Vendor;
