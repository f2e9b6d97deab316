-- Purpose: Active employees without a timecard in a pay period
-- Module: PR
SELECT Employee, LastName, FirstName
FROM PREH WITH (NOLOCK)
WHERE PRCo = 1 AND ActiveYN = 'Y' AND Employee NOT IN (SELECT PRTH.Employee FROM PRTH WITH (NOLOCK) WHERE PRTH.PRCo = 1 AND PRTH.PREndDate = '2024-06-30');
