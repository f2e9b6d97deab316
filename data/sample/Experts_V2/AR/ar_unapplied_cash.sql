-- Purpose: Payment lines that were kept on account instead of being applied to an invoice
-- Module: AR
SELECT ARTL.Mth, ARTL.ARTrans, ARTL.ARLine, ARTH.Customer, ARTL.Amount
FROM ARTL WITH (NOLOCK)
JOIN ARTH WITH (NOLOCK) ON ARTL.ARCo = ARTH.ARCo AND ARTL.Mth = ARTH.Mth AND ARTL.ARTrans = ARTH.ARTrans
WHERE ARTL.ARCo = 1 AND ARTH.ARTransType = 'P' AND ARTL.ApplyMth = ARTL.Mth AND ARTL.ApplyTrans = ARTL.ARTrans;
