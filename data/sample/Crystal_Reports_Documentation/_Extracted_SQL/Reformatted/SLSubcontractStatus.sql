-- Report: SLSubcontractStatus
-- Module: SL
-- Purpose: Original, changed, invoiced and remaining cost of each subcontract on a job
SELECT SLHD.SL, SLHD.Description, APVM.Name AS VendorName, SUM(SLIT.OrigCost) AS OrigCost, SUM(SLIT.CurCost - SLIT.OrigCost) AS Changes, SUM(SLIT.InvCost) AS InvCost, SUM(SLIT.CurCost - SLIT.InvCost) AS RemainCost
FROM SLHD WITH (NOLOCK)
JOIN SLIT WITH (NOLOCK) ON SLHD.SLCo = SLIT.SLCo AND SLHD.SL = SLIT.SL
JOIN APVM WITH (NOLOCK) ON SLHD.VendorGroup = APVM.VendorGroup AND SLHD.Vendor = APVM.Vendor
WHERE SLHD.SLCo = @Co AND SLHD.Job = @Job
GROUP BY SLHD.SL, SLHD.Description, APVM.Name
ORDER BY SLHD.SL;
