-- Report: APRetainageHeld
-- Module: AP
-- Purpose: Retainage held back from vendors by job
SELECT APTL.Job, APTH.Vendor, SUM(APTL.Retainage) AS RetainageHeld
FROM APTL WITH (NOLOCK)
JOIN APTH WITH (NOLOCK) ON APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth AND APTL.APTrans = APTH.APTrans
WHERE APTL.APCo = @Co AND APTL.Job IS NOT NULL
GROUP BY APTL.Job, APTH.Vendor
HAVING SUM(APTL.Retainage) <> 0;
