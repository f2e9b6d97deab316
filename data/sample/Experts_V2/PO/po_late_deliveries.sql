-- Purpose: Items of open purchase orders that were required before a date and are not fully received
-- Module: PO
SELECT POHD.PO, POHD.Vendor, POIT.POItem, POIT.ReqDate, POIT.CurUnits - POIT.RecvdUnits AS UnitsMissing
FROM POIT WITH (NOLOCK)
JOIN POHD WITH (NOLOCK) ON POIT.POCo = POHD.POCo AND POIT.PO = POHD.PO
WHERE POIT.POCo = 1 AND POHD.Status = 0 AND POIT.RecvYN = 'Y' AND POIT.ReqDate < '2024-07-01' AND POIT.RecvdUnits < POIT.CurUnits;
