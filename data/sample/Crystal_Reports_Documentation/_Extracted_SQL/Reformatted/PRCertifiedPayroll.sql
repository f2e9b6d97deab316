-- Report: PRCertifiedPayroll
-- Module: PR
-- Purpose: Hours and rates of a certified job in a week, by employee and craft class
SELECT PREH.LastName, PREH.FirstName, PRTH.Craft, PRTH.Class, PRTH.PostDate, PRTH.EarnCode, PRTH.Hours, PRTH.Rate, PRTH.Amt
FROM PRTH WITH (NOLOCK)
JOIN PREH WITH (NOLOCK) ON PRTH.PRCo = PREH.PRCo AND PRTH.Employee = PREH.Employee
WHERE PRTH.PRCo = @Co AND PRTH.JCCo = @JCCo AND PRTH.Job = @Job AND PRTH.PREndDate = @PREndDate AND PRTH.Cert = 'Y'
ORDER BY PREH.LastName, PRTH.PostDate;
