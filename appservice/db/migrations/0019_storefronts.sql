-- Sellers' pages for everybody, and what of theirs stands there.
CREATE TABLE storefronts (
    seller TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    open INTEGER NOT NULL
) STRICT;
ALTER TABLE offers ADD COLUMN public INTEGER NOT NULL DEFAULT 0;
