-- Keys of the database itself, wrapped under a key-encryption key: that of the encrypted columns.
CREATE TABLE data_keys (
    name TEXT PRIMARY KEY,
    kek TEXT NOT NULL,
    nonce BLOB NOT NULL,
    wrapped_key BLOB NOT NULL
) STRICT;
CREATE INDEX handovers_by_event ON handovers (event) WHERE event IS NOT NULL;
