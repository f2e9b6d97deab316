-- Purpose: Batches that hold up the closing of a month
-- Module: HQ
SELECT Mth, Source, BatchId, Status, CreatedBy, InUseBy
FROM HQBC WITH (NOLOCK)
WHERE Co = 1 AND Mth = '2024-06-01' AND Status NOT IN (5, 6);
