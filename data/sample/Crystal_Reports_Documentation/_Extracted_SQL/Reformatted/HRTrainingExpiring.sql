-- Report: HRTrainingExpiring
-- Module: HR
-- Purpose: Certificates of active people that expire before a date
SELECT HRRM.LastName, HRRM.FirstName, HRET.TrainCode, HRET.Description, HRET.ExpDate
FROM HRET WITH (NOLOCK)
JOIN HRRM WITH (NOLOCK) ON HRET.HRCo = HRRM.HRCo AND HRET.HRRef = HRRM.HRRef
WHERE HRET.HRCo = @Co AND HRRM.ActiveYN = 'Y' AND HRET.ExpDate < @BeforeDate
ORDER BY HRET.ExpDate;
