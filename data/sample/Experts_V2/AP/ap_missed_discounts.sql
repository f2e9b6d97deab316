-- Purpose: Discounts that were offered and not taken on paid invoices, by month of payment
-- Module: AP
SELECT PaidMth, SUM(DiscOffer - DiscTaken) AS MissedDiscount
FROM APTD WITH (NOLOCK)
WHERE APCo = 1 AND Status = 3 AND DiscOffer > DiscTaken
GROUP BY PaidMth
ORDER BY PaidMth;
