-- Purpose: Subcontracts that are not approved though work is invoiced
-- Module: SL
SELECT SLHD.SL, SLHD.Vendor, SLHD.Job, SUM(SLIT.InvCost) AS InvCost
FROM SLHD WITH (NOLOCK)
JOIN SLIT WITH (NOLOCK) ON SLHD.SLCo = SLIT.SLCo AND SLHD.SL = SLIT.SL
WHERE SLHD.SLCo = 1 AND SLHD.Approved = 'N'
GROUP BY SLHD.SL, SLHD.Vendor, SLHD.Job
HAVING SUM(SLIT.InvCost) > 0;
