-- Studios beside a chat, one in a room. Of the secrets in their addresses only digests are kept.
CREATE TABLE widgets (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    room TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL
) STRICT;
