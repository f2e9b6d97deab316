-- Purpose: Overtime hours beside all hours by department
-- Module: PR
SELECT PRTH.PRDept, SUM(CASE WHEN PREC.Factor > 1 THEN PRTH.Hours ELSE 0 END) AS OvertimeHours, SUM(PRTH.Hours) AS AllHours
FROM PRTH WITH (NOLOCK)
JOIN PREC WITH (NOLOCK) ON PRTH.PRCo = PREC.PRCo AND PRTH.EarnCode = PREC.EarnCode
WHERE PRTH.PRCo = 1
GROUP BY PRTH.PRDept;
