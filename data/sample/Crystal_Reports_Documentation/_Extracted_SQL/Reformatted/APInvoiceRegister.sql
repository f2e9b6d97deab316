-- Report: APInvoiceRegister
-- Module: AP
-- Purpose: Invoices of a month with their lines, jobs and accounts
SELECT APTH.APTrans, APTH.APRef, APTH.InvDate, APVM.Name, APTL.APLine, APTL.Job, APTL.Phase, APTL.JCCType, APTL.GLAcct, APTL.GrossAmt, APTL.TaxAmt, APTL.Retainage
FROM APTH WITH (NOLOCK)
JOIN APTL WITH (NOLOCK) ON APTH.APCo = APTL.APCo AND APTH.Mth = APTL.Mth AND APTH.APTrans = APTL.APTrans
JOIN APVM WITH (NOLOCK) ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor
WHERE APTH.APCo = @Co AND APTH.Mth = @Mth
ORDER BY APTH.APTrans, APTL.APLine;
