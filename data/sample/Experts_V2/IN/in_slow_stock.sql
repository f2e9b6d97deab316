-- Purpose: Stock that has not been bought for a year, with its value at average cost
-- Module: IN
SELECT Loc, Material, OnHand, OnHand * AvgCost AS StockValue, LastPurch
FROM INMT WITH (NOLOCK)
WHERE INCo = 1 AND OnHand > 0 AND LastPurch < '2023-07-01'
ORDER BY StockValue DESC;
