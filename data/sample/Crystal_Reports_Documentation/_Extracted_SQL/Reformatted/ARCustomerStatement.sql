-- Report: ARCustomerStatement
-- Module: AR
-- Purpose: All transactions of one customer between two dates
SELECT ARTH.TransDate, ARTH.ARTransType, ARTH.Invoice, ARTH.CheckNo, ARTH.Description, ARTH.Invoiced, ARTH.Paid, ARTH.AmountDue
FROM ARTH WITH (NOLOCK)
WHERE ARTH.ARCo = @Co AND ARTH.CustGroup = @CustGroup AND ARTH.Customer = @Customer AND ARTH.TransDate BETWEEN @FromDate AND @ThruDate
ORDER BY ARTH.TransDate, ARTH.ARTrans;
