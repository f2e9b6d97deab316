-- Report: JCContractSummary
-- Module: JC
-- Purpose: Open contracts with original and current amount, billings, receipts and retainage
SELECT JCCM.Contract, JCCM.Description, ARCM.Name AS CustomerName, JCCM.OrigContractAmt, JCCM.ContractAmt, JCCM.BilledAmt, JCCM.ReceivedAmt, JCCM.CurrentRetainAmt
FROM JCCM WITH (NOLOCK)
LEFT JOIN ARCM WITH (NOLOCK) ON JCCM.CustGroup = ARCM.CustGroup AND JCCM.Customer = ARCM.Customer
WHERE JCCM.JCCo = @Co AND JCCM.ContractStatus = 1
ORDER BY JCCM.Contract;
