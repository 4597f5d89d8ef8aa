-- Why a delivery waits for its buyer.
ALTER TABLE deliveries ADD COLUMN obstacle TEXT COLLATE "C";

-- The jobs that the other script changes are older than any PostgreSQL database of ours: there are none here.
