-- The key of the fingerprints was JSON among the notes, of which nothing else is left.
INSERT INTO data_keys (name, kek, nonce, wrapped_key)
SELECT 'fingerprints', value::json ->> 'kek', decode(value::json ->> 'nonce', 'hex'),
    decode(value::json ->> 'ciphertext', 'hex')
FROM notes WHERE name = 'fingerprint key';

DROP TABLE notes;
