-- Purpose: Months and journals whose entries do not add up to zero
-- Module: GL
SELECT Mth, Jrnl, SUM(Amount) AS Difference
FROM GLDT WITH (NOLOCK)
WHERE GLCo = 1
GROUP BY Mth, Jrnl
HAVING SUM(Amount) <> 0;
