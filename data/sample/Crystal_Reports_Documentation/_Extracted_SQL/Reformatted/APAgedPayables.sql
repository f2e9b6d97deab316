-- Report: APAgedPayables
-- Module: AP
-- Purpose: Aged payables by vendor: what is not yet due and what is 1 to 30, 31 to 60 and more days past due
SELECT APTH.Vendor, APVM.Name, SUM(CASE WHEN APTD.DueDate >= @AsOf THEN APTD.Amount ELSE 0 END) AS NotYetDue, SUM(CASE WHEN DATEDIFF(day, APTD.DueDate, @AsOf) BETWEEN 1 AND 30 THEN APTD.Amount ELSE 0 END) AS Days1To30, SUM(CASE WHEN DATEDIFF(day, APTD.DueDate, @AsOf) BETWEEN 31 AND 60 THEN APTD.Amount ELSE 0 END) AS Days31To60, SUM(CASE WHEN DATEDIFF(day, APTD.DueDate, @AsOf) > 60 THEN APTD.Amount ELSE 0 END) AS Over60
FROM APTD WITH (NOLOCK)
JOIN APTH WITH (NOLOCK) ON APTD.APCo = APTH.APCo AND APTD.Mth = APTH.Mth AND APTD.APTrans = APTH.APTrans
JOIN APVM WITH (NOLOCK) ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor
WHERE APTD.APCo = @Co AND APTD.Status IN (1, 2)
GROUP BY APTH.Vendor, APVM.Name
ORDER BY APVM.Name;
