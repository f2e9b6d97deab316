-- Purpose: Customer tickets that no invoice has gathered yet
-- Module: MS
SELECT Customer, COUNT(*) AS Tickets, SUM(MatlTotal + HaulTotal + TaxTotal) AS ToInvoice
FROM MSTD WITH (NOLOCK)
WHERE MSCo = 1 AND SaleType = 'C' AND MSInv IS NULL AND Void = 'N' AND Hold = 'N'
GROUP BY Customer;
