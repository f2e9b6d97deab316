-- Report: GLIncomeStatement
-- Module: GL
-- Purpose: Net activity of income and expense accounts in a month beside the budget
SELECT GLAC.AcctType, GLAC.GLAcct, GLAC.Description, SUM(GLBL.NetActivity) AS Actual, SUM(GLBD.BudgetAmt) AS Budget
FROM GLAC WITH (NOLOCK)
JOIN GLBL WITH (NOLOCK) ON GLAC.GLCo = GLBL.GLCo AND GLAC.GLAcct = GLBL.GLAcct
LEFT JOIN GLBD WITH (NOLOCK) ON GLBL.GLCo = GLBD.GLCo AND GLBL.GLAcct = GLBD.GLAcct AND GLBL.Mth = GLBD.Mth AND GLBD.BudgetCode = @BudgetCode
WHERE GLAC.GLCo = @Co AND GLAC.AcctType IN ('I', 'E') AND GLBL.Mth = @Mth
GROUP BY GLAC.AcctType, GLAC.GLAcct, GLAC.Description
ORDER BY GLAC.GLAcct;
