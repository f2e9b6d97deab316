-- Purpose: Order items whose received cost is above the invoiced cost
-- Module: PO
SELECT PO, POItem, Description, RecvdCost, InvCost, RecvdCost - InvCost AS NotInvoiced
FROM POIT WITH (NOLOCK)
WHERE POCo = 1 AND RecvdCost > InvCost
ORDER BY NotInvoiced DESC;
