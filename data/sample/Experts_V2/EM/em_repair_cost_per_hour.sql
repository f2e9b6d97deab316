-- Purpose: Cost of parts and labor and hours run of machines whose hour meter moved
-- Module: EM
SELECT Equipment, SUM(Dollars) AS TotalCost, MAX(CurrentHourMeter) - MIN(CurrentHourMeter) AS HoursRun
FROM EMCD WITH (NOLOCK)
WHERE EMCo = 1 AND EMTransType IN ('Parts', 'Labor')
GROUP BY Equipment
HAVING MAX(CurrentHourMeter) > MIN(CurrentHourMeter);
