-- Report: SMUnbilledWork
-- Module: SM
-- Purpose: Completed work that can be billed and is not yet on an invoice
SELECT SMWorkOrder.WorkOrder, ARCM.Name AS CustomerName, SMWorkCompleted.Date, SMWorkCompleted.Description, SMWorkCompleted.CostTotal, SMWorkCompleted.PriceTotal
FROM SMWorkCompleted WITH (NOLOCK)
JOIN SMWorkOrder WITH (NOLOCK) ON SMWorkCompleted.SMCo = SMWorkOrder.SMCo AND SMWorkCompleted.WorkOrder = SMWorkOrder.WorkOrder
LEFT JOIN ARCM WITH (NOLOCK) ON SMWorkOrder.CustGroup = ARCM.CustGroup AND SMWorkOrder.Customer = ARCM.Customer
WHERE SMWorkCompleted.SMCo = @Co AND SMWorkCompleted.NonBillable = 'N' AND SMWorkCompleted.InvoicedYN = 'N' AND SMWorkCompleted.Provisional = 'N'
ORDER BY SMWorkOrder.WorkOrder, SMWorkCompleted.Date;
