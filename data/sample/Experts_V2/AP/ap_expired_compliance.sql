-- Purpose: Vendors with open invoices whose compliance documents have expired
-- Module: AP
SELECT APVC.Vendor, APVC.CompCode, APVC.Description, APVC.ExpDate
FROM APVC WITH (NOLOCK)
WHERE APVC.APCo = 1 AND APVC.ExpDate < '2024-07-01' AND EXISTS (SELECT 1 FROM APTH WITH (NOLOCK) WHERE APTH.APCo = APVC.APCo AND APTH.VendorGroup = APVC.VendorGroup AND APTH.Vendor = APVC.Vendor AND APTH.OpenYN = 'Y')
ORDER BY APVC.ExpDate;
