-- Files that come in parts, each sealed for itself under the key of its upload, until they are whole.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    seller TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    info TEXT NOT NULL,
    kek TEXT NOT NULL,
    nonce BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    heard_at TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    poster TEXT
) STRICT;

CREATE INDEX uploads_by_offer ON uploads (offer);
CREATE INDEX uploads_by_seller ON uploads (seller);

CREATE TABLE upload_parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    size INTEGER NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (upload, start)
) STRICT;

CREATE INDEX upload_parts_by_blob ON upload_parts (blob);
