-- Report: EMEquipmentProfitability
-- Module: EM
-- Purpose: Revenue and cost of each active machine in a range of months
SELECT EMEM.Equipment, EMEM.Description, EMEM.Category, (SELECT SUM(EMRD.Dollars) FROM EMRD WITH (NOLOCK) WHERE EMRD.EMCo = EMEM.EMCo AND EMRD.Equipment = EMEM.Equipment AND EMRD.Mth BETWEEN @FromMth AND @ThruMth) AS Revenue, (SELECT SUM(EMCD.Dollars) FROM EMCD WITH (NOLOCK) WHERE EMCD.EMCo = EMEM.EMCo AND EMCD.Equipment = EMEM.Equipment AND EMCD.Mth BETWEEN @FromMth AND @ThruMth) AS Cost
FROM EMEM WITH (NOLOCK)
WHERE EMEM.EMCo = @Co AND EMEM.Status = 'A'
ORDER BY EMEM.Category, EMEM.Equipment;
