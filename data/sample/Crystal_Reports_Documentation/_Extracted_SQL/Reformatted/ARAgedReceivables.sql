-- Report: ARAgedReceivables
-- Module: AR
-- Purpose: Open invoices of customers with due date and days past due
SELECT ARTH.Customer, ARCM.Name, ARTH.Invoice, ARTH.TransDate, ARTH.DueDate, DATEDIFF(day, ARTH.DueDate, @AsOf) AS DaysPastDue, ARTH.AmountDue, ARTH.Retainage
FROM ARTH WITH (NOLOCK)
JOIN ARCM WITH (NOLOCK) ON ARTH.CustGroup = ARCM.CustGroup AND ARTH.Customer = ARCM.Customer
WHERE ARTH.ARCo = @Co AND ARTH.ARTransType = 'I' AND ARTH.PayFullDate IS NULL
ORDER BY ARCM.Name, ARTH.DueDate;
