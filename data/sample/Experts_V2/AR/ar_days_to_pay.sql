-- Purpose: Average days that customers take to pay an invoice in full
-- Module: AR
SELECT Customer, AVG(DATEDIFF(day, TransDate, PayFullDate)) AS AverageDays, COUNT(*) AS PaidInvoices
FROM ARTH WITH (NOLOCK)
WHERE ARCo = 1 AND ARTransType = 'I' AND PayFullDate IS NOT NULL
GROUP BY Customer;
