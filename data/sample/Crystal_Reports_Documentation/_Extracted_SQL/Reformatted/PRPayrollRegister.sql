-- Report: PRPayrollRegister
-- Module: PR
-- Purpose: Hours, earnings and deductions of each payment in a pay period
SELECT PRSQ.Employee, PREH.SortName, PRSQ.PayMethod, PRSQ.CMRef, PRSQ.Hours, PRSQ.Earnings, PRSQ.Dedns, PRSQ.Earnings - PRSQ.Dedns AS NetPay
FROM PRSQ WITH (NOLOCK)
JOIN PREH WITH (NOLOCK) ON PRSQ.PRCo = PREH.PRCo AND PRSQ.Employee = PREH.Employee
WHERE PRSQ.PRCo = @Co AND PRSQ.PRGroup = @PRGroup AND PRSQ.PREndDate = @PREndDate
ORDER BY PREH.SortName;
