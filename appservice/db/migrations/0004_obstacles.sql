-- Why a delivery waits for its buyer.
ALTER TABLE deliveries ADD COLUMN obstacle TEXT;

-- Deliveries happen in order for each buyer, no longer for each purchase.
UPDATE jobs SET
    payload = json_set(payload, '$.buyer', (
        SELECT buyer FROM purchases WHERE purchases.id = jobs.payload ->> '$.purchase'
    )),
    lane = 'buyer:' || (
        SELECT buyer FROM purchases WHERE purchases.id = jobs.payload ->> '$.purchase'
    ) || ' '
WHERE kind IN ('deliver', 'take_back');
