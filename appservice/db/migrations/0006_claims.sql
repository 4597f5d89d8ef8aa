-- Browsers that want to open what somebody bought. Of the secret in the cookie only a digest is kept.
CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    purchase TEXT NOT NULL REFERENCES purchases (id),
    code TEXT NOT NULL,
    made_at TEXT NOT NULL,
    proven_at TEXT
) STRICT;

CREATE INDEX claims_by_purchase ON claims (purchase);
