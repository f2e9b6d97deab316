-- Report: ARRetainageReceivable
-- Module: AR
-- Purpose: Retainage that owners hold, by contract
SELECT JCCM.Contract, JCCM.Description, ARTH.Customer, SUM(ARTH.Retainage) AS RetainageHeld
FROM ARTH WITH (NOLOCK)
JOIN JCCM WITH (NOLOCK) ON ARTH.JCCo = JCCM.JCCo AND ARTH.Contract = JCCM.Contract
WHERE ARTH.ARCo = @Co
GROUP BY JCCM.Contract, JCCM.Description, ARTH.Customer;
