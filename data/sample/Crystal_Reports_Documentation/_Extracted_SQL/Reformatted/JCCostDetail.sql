-- Report: JCCostDetail
-- Module: JC
-- Purpose: Cost transactions of a job in a month with vendor and source
SELECT JCCD.Phase, JCCD.CostType, JCCD.ActualDate, JCCD.Source, JCCD.Description, APVM.Name AS VendorName, JCCD.ActualUnits, JCCD.ActualCost
FROM JCCD WITH (NOLOCK)
LEFT JOIN APVM WITH (NOLOCK) ON JCCD.VendorGroup = APVM.VendorGroup AND JCCD.Vendor = APVM.Vendor
WHERE JCCD.JCCo = @Co AND JCCD.Job = @Job AND JCCD.Mth = @Mth AND JCCD.ActualCost <> 0
ORDER BY JCCD.Phase, JCCD.CostType, JCCD.ActualDate;
