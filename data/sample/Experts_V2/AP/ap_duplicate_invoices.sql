-- Purpose: Vendor invoice numbers that were entered more than once for the same vendor
-- Module: AP
SELECT VendorGroup, Vendor, APRef, COUNT(*) AS TimesEntered, SUM(InvTotal) AS TotalEntered
FROM APTH WITH (NOLOCK)
WHERE APCo = 1
GROUP BY VendorGroup, Vendor, APRef
HAVING COUNT(*) > 1;
