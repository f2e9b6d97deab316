-- Purpose: Active machines without any usage since a month
-- Module: EM
SELECT EMEM.Equipment, EMEM.Description, EMEM.Category, EMEM.Job
FROM EMEM WITH (NOLOCK)
LEFT JOIN EMRD WITH (NOLOCK) ON EMEM.EMCo = EMRD.EMCo AND EMEM.Equipment = EMRD.Equipment AND EMRD.Mth >= '2024-01-01'
WHERE EMEM.EMCo = 1 AND EMEM.Status = 'A' AND EMRD.Trans IS NULL;
