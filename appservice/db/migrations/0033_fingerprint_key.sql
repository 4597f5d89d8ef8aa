-- The key of the fingerprints was JSON among the notes, of which nothing else is left.
INSERT INTO data_keys (name, kek, nonce, wrapped_key)
SELECT 'fingerprints', value ->> 'kek', unhex(value ->> 'nonce'), unhex(value ->> 'ciphertext')
FROM notes WHERE name = 'fingerprint key';

DROP TABLE notes;
