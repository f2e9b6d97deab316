-- Purpose: Checks that have been outstanding for a long time
-- Module: CM
SELECT CMAcct, CMRef, ActDate, Payee, Amount
FROM CMDT WITH (NOLOCK)
WHERE CMCo = 1 AND CMTransType = 1 AND StmtDate IS NULL AND Void = 'N' AND ActDate < '2024-01-01'
ORDER BY ActDate;
