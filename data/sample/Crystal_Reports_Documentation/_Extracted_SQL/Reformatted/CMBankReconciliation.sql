-- Report: CMBankReconciliation
-- Module: CM
-- Purpose: Outstanding checks and deposits of a bank account
SELECT CMDT.CMTransType, CMDT.CMRef, CMDT.ActDate, CMDT.Payee, CMDT.Amount
FROM CMDT WITH (NOLOCK)
WHERE CMDT.CMCo = @Co AND CMDT.CMAcct = @CMAcct AND CMDT.StmtDate IS NULL AND CMDT.Void = 'N' AND CMDT.ActDate <= @StmtDate
ORDER BY CMDT.CMTransType, CMDT.ActDate;
