-- Report: PMOpenRFIs
-- Module: PM
-- Purpose: Requests for information that wait for an answer, with the firm that owes it
SELECT PMRI.Project, PMRI.RFI, PMRI.Subject, PMRI.DateDue, PMFM.FirmName
FROM PMRI WITH (NOLOCK)
LEFT JOIN PMFM WITH (NOLOCK) ON PMRI.VendorGroup = PMFM.VendorGroup AND PMRI.RespondFirm = PMFM.FirmNumber
WHERE PMRI.PMCo = @Co AND PMRI.Status = 'OPEN'
ORDER BY PMRI.DateDue;
