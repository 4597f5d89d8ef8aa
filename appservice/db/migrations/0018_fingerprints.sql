-- What a file is known by when it comes again: an HMAC, under a key that lies wrapped among the bookmarks.
ALTER TABLE sealed ADD COLUMN fingerprint BLOB;
CREATE INDEX sealed_by_fingerprint ON sealed (fingerprint) WHERE fingerprint IS NOT NULL;
