-- The state of features, which lay in one table of names and values. Nothing is kept of offers that are gone.
-- SQLite is given split_part for this; PostgreSQL has it.

CREATE TABLE preferences (
    user_id TEXT PRIMARY KEY,
    language TEXT,
    time_zone TEXT
) STRICT;
INSERT INTO preferences (user_id, language) SELECT user_id, code FROM languages;
INSERT INTO preferences (user_id, time_zone)
SELECT substr(name, length('time zone: ') + 1), value FROM notes WHERE name LIKE 'time zone: %'
ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone;
DROP TABLE languages;

-- Who was told that they may do nothing here.
CREATE TABLE turned_away_users (
    user_id TEXT PRIMARY KEY
) STRICT;
INSERT INTO turned_away_users (user_id)
SELECT substr(name, length('stranger: ') + 1) FROM notes WHERE name LIKE 'stranger: %';

-- Messages that were refused; edit_id: the edit that is obeyed in place of one.
CREATE TABLE refused_commands (
    event_id TEXT NOT NULL,
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    edit_id TEXT,
    PRIMARY KEY (event_id, room_id, user_id)
) STRICT;
CREATE INDEX refused_commands_by_user ON refused_commands (user_id);
INSERT INTO refused_commands (event_id, room_id, user_id, edit_id)
SELECT split_part(name, ' ', 2), split_part(split_part(name, ': ', 1), ' ', 4), split_part(name, ': ', 2),
    NULLIF(value, 'refused')
FROM notes WHERE name LIKE 'command % in %: %';

CREATE TABLE erasure_requests (
    user_id TEXT PRIMARY KEY,
    requested_at TEXT NOT NULL
) STRICT;
INSERT INTO erasure_requests (user_id, requested_at)
SELECT substr(name, length('forget-me: ') + 1), value FROM notes WHERE name LIKE 'forget-me: %';

-- The last copy of their own data that somebody took, and what asked for it.
CREATE TABLE data_exports (
    user_id TEXT PRIMARY KEY,
    exported_at TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;
INSERT INTO data_exports (user_id, exported_at, cause)
SELECT substr(name, length('own data: ') + 1), split_part(value, ' ', 1),
    substr(value, length(split_part(value, ' ', 1)) + 2)
FROM notes WHERE name LIKE 'own data: %';

-- A direct room is being opened for them, and perhaps exists.
CREATE TABLE direct_room_openings (
    user_id TEXT PRIMARY KEY
) STRICT;
INSERT INTO direct_room_openings (user_id)
SELECT substr(name, length('opening a direct room: ') + 1) FROM notes
WHERE name LIKE 'opening a direct room: %' AND value = 'begun';

-- Why a room ceased to be private, until that was explained to its person.
ALTER TABLE direct_rooms ADD COLUMN flaw TEXT;
UPDATE direct_rooms SET flaw = (
    SELECT substr(notes.value, length(direct_rooms.room) + 2) FROM notes
    WHERE notes.name = 'moved to another chat: ' || direct_rooms.user_id
        AND split_part(notes.value, ' ', 1) = direct_rooms.room
);

-- followed: 1 once the bot went into the replacement; 0 while it waits to be invited there.
CREATE TABLE room_upgrades (
    room_id TEXT NOT NULL,
    replacement_id TEXT NOT NULL,
    followed INTEGER NOT NULL,
    PRIMARY KEY (room_id, replacement_id)
) STRICT;
CREATE INDEX room_upgrades_awaited ON room_upgrades (replacement_id) WHERE followed = 0;
INSERT INTO room_upgrades (room_id, replacement_id, followed)
SELECT value, substr(name, length('awaited: ') + 1), 0 FROM notes WHERE name LIKE 'awaited: %';
INSERT INTO room_upgrades (room_id, replacement_id, followed)
SELECT substr(name, length('replaced: ') + 1), value, 1 FROM notes WHERE name LIKE 'replaced: %'
ON CONFLICT (room_id, replacement_id) DO UPDATE SET followed = 1;

-- The list of what is on sale that is kept up to date in a room.
CREATE TABLE pinned_lists (
    room_id TEXT PRIMARY KEY,
    event_id TEXT NOT NULL
) STRICT;
INSERT INTO pinned_lists (room_id, event_id)
SELECT substr(name, length('kept shop: ') + 1), value FROM notes WHERE name LIKE 'kept shop: %';

-- The event of an offer that was deleted in a room last: what is posted there again has other transaction ids.
CREATE TABLE deleted_postings (
    offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    room_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (offer_id, room_id)
) STRICT;
INSERT INTO deleted_postings (offer_id, room_id, event_id)
SELECT offers.id, split_part(notes.name, ' ', 4), notes.value
FROM notes JOIN offers ON offers.id = split_part(notes.name, ' ', 3) WHERE notes.name LIKE 'posted again %';

-- A change of the offer could not be shown there.
CREATE TABLE outdated_postings (
    offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    room_id TEXT NOT NULL,
    PRIMARY KEY (offer_id, room_id)
) STRICT;
INSERT INTO outdated_postings (offer_id, room_id)
SELECT offers.id, split_part(notes.name, ' ', 4)
FROM notes JOIN offers ON offers.id = split_part(notes.name, ' ', 3) WHERE notes.name LIKE 'not shown: %';

-- The message that tells a seller how far a posting is; without an event it is about to be sent.
CREATE TABLE status_messages (
    offer_id TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    posting TEXT NOT NULL,
    room_id TEXT,
    event_id TEXT,
    edited_at TEXT,
    PRIMARY KEY (offer_id, posting)
) STRICT;
INSERT INTO status_messages (offer_id, posting, room_id, event_id, edited_at)
SELECT offers.id, split_part(notes.name, ' ', 4), NULLIF(split_part(notes.value, ' ', 1), 'begun'),
    NULLIF(split_part(notes.value, ' ', 2), ''), NULLIF(split_part(notes.value, ' ', 3), '')
FROM notes JOIN offers ON offers.id = split_part(notes.name, ' ', 3) WHERE notes.name LIKE 'under way %';

-- When the card of a draft was edited last, and how much of which file is encrypted.
CREATE TABLE draft_cards (
    offer_id TEXT PRIMARY KEY REFERENCES offers (id) ON DELETE CASCADE,
    edited_at TEXT,
    attachment_id TEXT,
    percent INTEGER
) STRICT;
INSERT INTO draft_cards (offer_id, edited_at)
SELECT offers.id, notes.value FROM notes JOIN offers ON offers.id = split_part(notes.name, ' ', 2)
WHERE notes.name LIKE 'card %';
INSERT INTO draft_cards (offer_id, attachment_id, percent)
SELECT offers.id, split_part(notes.value, ' ', 1), CAST(split_part(notes.value, ' ', 2) AS INTEGER)
FROM notes JOIN offers ON offers.id = split_part(notes.name, ' ', 2) WHERE notes.name LIKE 'sealing %'
ON CONFLICT (offer_id) DO UPDATE SET attachment_id = excluded.attachment_id, percent = excluded.percent;

-- Since when nobody has touched an offer, in the state that `mark` tells apart, and when all were told of that.
CREATE TABLE idle_offers (
    offer_id TEXT PRIMARY KEY REFERENCES offers (id) ON DELETE CASCADE,
    mark TEXT NOT NULL,
    idle_at TEXT NOT NULL,
    noticed_at TEXT
) STRICT;
INSERT INTO idle_offers (offer_id, mark, idle_at, noticed_at)
SELECT offers.id, split_part(notes.value, ' ', 1), split_part(notes.value, ' ', 2),
    NULLIF(split_part(notes.value, ' ', 3), '-')
FROM notes JOIN offers ON notes.name = 'idle ' || offers.id;

-- Who was told that something of an offer is removed soon.
CREATE TABLE removal_notices (
    offer_id TEXT NOT NULL REFERENCES idle_offers (offer_id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    PRIMARY KEY (offer_id, user_id)
) STRICT;
CREATE INDEX removal_notices_by_user ON removal_notices (user_id);
INSERT INTO removal_notices (offer_id, user_id)
SELECT idle_offers.offer_id, split_part(notes.name, ': ', 2)
FROM notes JOIN idle_offers ON idle_offers.offer_id = split_part(notes.name, ' ', 2)
    AND idle_offers.idle_at || ':' = split_part(notes.name, ' ', 4)
WHERE notes.name LIKE 'idle % told %';

-- What asked a seller to refund a payment.
CREATE TABLE refund_requests (
    payment_intent_id TEXT PRIMARY KEY,
    cause TEXT NOT NULL
) STRICT;
INSERT INTO refund_requests (payment_intent_id, cause)
SELECT substr(name, length('wish to give back ') + 1), value FROM notes WHERE name LIKE 'wish to give back %';

-- What admins were told.
CREATE TABLE admin_alerts (
    key TEXT PRIMARY KEY
) STRICT;
INSERT INTO admin_alerts (key)
SELECT substr(name, length('alert: ') + 1) FROM notes WHERE name LIKE 'alert: %';

-- At most one row. encrypted_columns: the version of the set of columns in which no plaintext is left.
CREATE TABLE process_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sync_token TEXT,
    payment_events_read_until TEXT,
    encrypted_columns INTEGER
) STRICT;
INSERT INTO process_state (id, sync_token, payment_events_read_until, encrypted_columns)
SELECT 1, MAX(CASE WHEN name = 'swept up to' THEN value END), MAX(CASE WHEN name = 'payment events' THEN value END),
    MAX(CASE WHEN name = 'columns encrypted' THEN CAST(value AS INTEGER) END)
FROM notes WHERE name IN ('swept up to', 'payment events', 'columns encrypted') HAVING COUNT(*) > 0;
