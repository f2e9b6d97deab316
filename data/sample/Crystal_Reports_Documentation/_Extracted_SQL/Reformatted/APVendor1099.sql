-- Report: APVendor1099
-- Module: AP
-- Purpose: Payments of a year to vendors that are reported on form 1099
SELECT APVM.Vendor, APVM.Name, APVM.TaxId, SUM(APPH.Amount) AS PaidInYear
FROM APPH WITH (NOLOCK)
JOIN APVM WITH (NOLOCK) ON APPH.VendorGroup = APVM.VendorGroup AND APPH.Vendor = APVM.Vendor
WHERE APPH.APCo = @Co AND APVM.V1099YN = 'Y' AND APPH.VoidYN = 'N' AND APPH.PaidDate >= @YearStart AND APPH.PaidDate < @NextYearStart
GROUP BY APVM.Vendor, APVM.Name, APVM.TaxId;
