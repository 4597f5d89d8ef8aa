-- When a seller gave it, for no money.
ALTER TABLE purchases ADD COLUMN given_at TEXT;
