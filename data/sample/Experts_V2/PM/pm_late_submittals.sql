-- Purpose: Submittals that are back late from the reviewing firm
-- Module: PM
SELECT Project, SubmittalType, Submittal, Rev, Description, DateReqd, RecdBackArch
FROM PMSM WITH (NOLOCK)
WHERE PMCo = 1 AND RecdBackArch > DateReqd;
