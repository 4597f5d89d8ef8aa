-- So that counting for the operator reads indexes alone, and holds nobody up.
CREATE INDEX attempts_counted ON attempts (state, session);
CREATE INDEX deliveries_pending ON deliveries (purchase) WHERE done_at IS NULL;
CREATE INDEX sealed_counted ON sealed (kek, size);
