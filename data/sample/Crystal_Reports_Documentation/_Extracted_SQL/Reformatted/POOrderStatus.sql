-- Report: POOrderStatus
-- Module: PO
-- Purpose: Items of open purchase orders with ordered, received and invoiced cost
SELECT POHD.PO, APVM.Name AS VendorName, POIT.POItem, POIT.Description, POIT.CurCost, POIT.RecvdCost, POIT.InvCost, POIT.RemCost
FROM POHD WITH (NOLOCK)
JOIN POIT WITH (NOLOCK) ON POHD.POCo = POIT.POCo AND POHD.PO = POIT.PO
JOIN APVM WITH (NOLOCK) ON POHD.VendorGroup = APVM.VendorGroup AND POHD.Vendor = APVM.Vendor
WHERE POHD.POCo = @Co AND POHD.Status = 0
ORDER BY POHD.PO, POIT.POItem;
