-- Purpose: Scopes that are past their due date and not complete
-- Module: SM
SELECT SMWorkOrderScope.WorkOrder, SMWorkOrderScope.Scope, SMWorkOrderScope.PriorityName, SMWorkOrderScope.DueEndDate, SMWorkOrder.ServiceSite
FROM SMWorkOrderScope WITH (NOLOCK)
JOIN SMWorkOrder WITH (NOLOCK) ON SMWorkOrderScope.SMCo = SMWorkOrder.SMCo AND SMWorkOrderScope.WorkOrder = SMWorkOrder.WorkOrder
WHERE SMWorkOrderScope.SMCo = 1 AND SMWorkOrderScope.IsComplete = 'N' AND SMWorkOrderScope.DueEndDate < '2024-07-01'
ORDER BY SMWorkOrderScope.DueEndDate;
