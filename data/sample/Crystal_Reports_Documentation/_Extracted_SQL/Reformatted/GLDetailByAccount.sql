-- Report: GLDetailByAccount
-- Module: GL
-- Purpose: Ledger entries of one account over a range of months
SELECT GLDT.Mth, GLDT.ActDate, GLDT.Jrnl, GLDT.GLRef, GLDT.Description, GLDT.Source, GLDT.Amount
FROM GLDT WITH (NOLOCK)
WHERE GLDT.GLCo = @Co AND GLDT.GLAcct = @GLAcct AND GLDT.Mth BETWEEN @FromMth AND @ThruMth
ORDER BY GLDT.Mth, GLDT.GLTrans;
