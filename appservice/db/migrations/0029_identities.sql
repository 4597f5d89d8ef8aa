-- The cross-signing identities of people (public keys): the one trusted, and the one shown now.
CREATE TABLE identities (
    user_id TEXT PRIMARY KEY,
    trusted TEXT NOT NULL,
    devices TEXT NOT NULL,
    shown TEXT NOT NULL,
    changed_at TEXT
) STRICT;
