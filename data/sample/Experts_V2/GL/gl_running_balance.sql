-- Purpose: Running balance of an account over its months
-- Module: GL
SELECT Mth, NetActivity, SUM(NetActivity) OVER (ORDER BY Mth) AS RunningBalance
FROM GLBL WITH (NOLOCK)
WHERE GLCo = 1 AND GLAcct = '1000-'
ORDER BY Mth;
