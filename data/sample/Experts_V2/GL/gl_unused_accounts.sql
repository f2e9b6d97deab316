-- Purpose: Active accounts that have no posted entry
-- Module: GL
SELECT GLAC.GLAcct, GLAC.Description, GLAC.AcctType
FROM GLAC WITH (NOLOCK)
WHERE GLAC.GLCo = 1 AND GLAC.Active = 'Y' AND NOT EXISTS (SELECT 1 FROM GLDT WITH (NOLOCK) WHERE GLDT.GLCo = GLAC.GLCo AND GLDT.GLAcct = GLAC.GLAcct);
