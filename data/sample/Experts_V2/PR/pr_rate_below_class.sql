-- Purpose: Employees who are paid less than the rate of their craft class
-- Module: PR
SELECT PREH.Employee, PREH.LastName, PREH.Craft, PREH.Class, PREH.HrlyRate, PRCC.NewRate
FROM PREH WITH (NOLOCK)
JOIN PRCC WITH (NOLOCK) ON PREH.PRCo = PRCC.PRCo AND PREH.Craft = PRCC.Craft AND PREH.Class = PRCC.Class
WHERE PREH.PRCo = 1 AND PREH.ActiveYN = 'Y' AND PREH.HrlyRate < PRCC.NewRate;
