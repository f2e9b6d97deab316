-- Purpose: Customers whose open balance is above their credit limit
-- Module: AR
SELECT ARTH.Customer, ARCM.Name, ARCM.CreditLimit, SUM(ARTH.AmountDue) AS OpenBalance
FROM ARTH WITH (NOLOCK)
JOIN ARCM WITH (NOLOCK) ON ARTH.CustGroup = ARCM.CustGroup AND ARTH.Customer = ARCM.Customer
WHERE ARTH.ARCo = 1 AND ARTH.PayFullDate IS NULL
GROUP BY ARTH.Customer, ARCM.Name, ARCM.CreditLimit
HAVING SUM(ARTH.AmountDue) > ARCM.CreditLimit;
