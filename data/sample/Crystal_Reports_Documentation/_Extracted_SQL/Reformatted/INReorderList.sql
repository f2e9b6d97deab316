-- Report: INReorderList
-- Module: IN
-- Purpose: Active materials whose stock on hand and on order less allocated is at or below the low stock level
SELECT INMT.Loc, INMT.Material, HQMT.Description, INMT.OnHand, INMT.Alloc, INMT.OnOrder, INMT.LowStock, INMT.ReOrder
FROM INMT WITH (NOLOCK)
JOIN HQMT WITH (NOLOCK) ON INMT.MatlGroup = HQMT.MatlGroup AND INMT.Material = HQMT.Material
WHERE INMT.INCo = @Co AND INMT.Active = 'Y' AND INMT.OnHand + INMT.OnOrder - INMT.Alloc <= INMT.LowStock
ORDER BY INMT.Loc, INMT.Material;
