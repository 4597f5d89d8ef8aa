-- Browsers that are signed in, and links by which one may. Of their secrets only digests are kept.
CREATE TABLE sign_in_links (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    place TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    began_at TEXT NOT NULL
) STRICT;
