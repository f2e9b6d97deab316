-- Report: APCheckRegister
-- Module: AP
-- Purpose: Checks and electronic payments of a bank account in a month, void ones included
SELECT APPH.CMRef, APPH.PayMethod, APPH.PaidDate, APPH.Vendor, APPH.Name, APPH.Amount, APPH.VoidYN
FROM APPH WITH (NOLOCK)
WHERE APPH.APCo = @Co AND APPH.CMAcct = @CMAcct AND APPH.PaidMth = @Mth
ORDER BY APPH.CMRef;
