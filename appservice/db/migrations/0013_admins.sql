-- What admins did, once for each cause, for ever.
CREATE TABLE admin_acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cause TEXT NOT NULL UNIQUE,
    admin TEXT NOT NULL,
    deed TEXT NOT NULL,
    about TEXT NOT NULL,
    words TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;

CREATE INDEX admin_acts_by_time ON admin_acts (done_at);

CREATE TRIGGER admin_acts_are_never_changed BEFORE UPDATE ON admin_acts
BEGIN
    SELECT RAISE(ABORT, 'what admins did is append-only');
END;

CREATE TRIGGER admin_acts_are_never_cut BEFORE DELETE ON admin_acts
BEGIN
    SELECT RAISE(ABORT, 'what admins did is append-only');
END;

-- Whom admins keep out, whatever the settings say of them.
CREATE TABLE blocks (
    user_id TEXT PRIMARY KEY
) STRICT;
