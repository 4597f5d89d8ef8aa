-- Who wants to be spoken to in which language.
CREATE TABLE languages (
    user_id TEXT PRIMARY KEY,
    code TEXT NOT NULL
) STRICT;
