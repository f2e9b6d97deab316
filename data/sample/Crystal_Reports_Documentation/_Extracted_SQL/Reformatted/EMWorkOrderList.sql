-- Report: EMWorkOrderList
-- Module: EM
-- Purpose: Work orders that are not complete, by shop and due date
SELECT EMWH.Shop, EMWH.WorkOrder, EMWH.Equipment, EMEM.Description AS EquipmentDescription, EMWH.Description, EMWH.Priority, EMWH.DateDue
FROM EMWH WITH (NOLOCK)
JOIN EMEM WITH (NOLOCK) ON EMWH.EMCo = EMEM.EMCo AND EMWH.Equipment = EMEM.Equipment
WHERE EMWH.EMCo = @Co AND EMWH.Complete = 'N'
ORDER BY EMWH.Shop, EMWH.DateDue;
