-- Purpose: Contracts that were billed for more than their current amount
-- Module: JC
SELECT Contract, Description, ContractAmt, BilledAmt, BilledAmt - ContractAmt AS Overbilled
FROM JCCM WITH (NOLOCK)
WHERE JCCo = 1 AND BilledAmt > ContractAmt;
