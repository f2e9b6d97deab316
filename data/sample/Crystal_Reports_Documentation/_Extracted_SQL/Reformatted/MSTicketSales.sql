-- Report: MSTicketSales
-- Module: MS
-- Purpose: Tickets of a month by customer and material
SELECT ARCM.Name, MSTD.Material, COUNT(*) AS Tickets, SUM(MSTD.MatlUnits) AS Units, SUM(MSTD.MatlTotal) AS MaterialTotal, SUM(MSTD.HaulTotal) AS HaulTotal
FROM MSTD WITH (NOLOCK)
JOIN ARCM WITH (NOLOCK) ON MSTD.CustGroup = ARCM.CustGroup AND MSTD.Customer = ARCM.Customer
WHERE MSTD.MSCo = @Co AND MSTD.Mth = @Mth AND MSTD.Void = 'N'
GROUP BY ARCM.Name, MSTD.Material
ORDER BY ARCM.Name;
