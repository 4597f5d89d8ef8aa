-- Times are ISO 8601 in UTC with microseconds, so that they sort as text.
-- Amounts are whole minor units of a currency.
-- What nothing is searched by is JSON: flag, info, source, thumbnail_source, thumbnail, request, payload.

CREATE TABLE offers (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    seller TEXT NOT NULL,
    workshop TEXT NOT NULL,
    created_at TEXT NOT NULL,
    text TEXT NOT NULL,
    price INTEGER,
    currency TEXT,
    state TEXT NOT NULL,
    flag TEXT,
    card TEXT,
    CHECK ((price IS NULL) = (currency IS NULL))
) STRICT;

CREATE INDEX drafts ON offers (workshop, seller, created_at) WHERE state = 'draft';

CREATE TABLE attachments (
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    paid INTEGER NOT NULL,
    info TEXT NOT NULL,
    source TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    thumbnail_source TEXT,
    thumbnail TEXT,
    teaser BLOB,
    fault TEXT,
    exposed_for REAL,
    purged INTEGER NOT NULL,
    PRIMARY KEY (offer, id),
    UNIQUE (offer, position)
) STRICT;

CREATE TABLE sealed (
    offer TEXT NOT NULL,
    attachment TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('content', 'thumbnail')),
    blob TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    kek TEXT NOT NULL,
    nonce BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    PRIMARY KEY (offer, attachment, part),
    FOREIGN KEY (offer, attachment) REFERENCES attachments (offer, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE listings (
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    room TEXT NOT NULL,
    placeholder TEXT,
    teaser TEXT,
    finished INTEGER NOT NULL,
    PRIMARY KEY (offer, room),
    UNIQUE (offer, position)
) STRICT;

CREATE INDEX listings_by_placeholder ON listings (placeholder);
CREATE INDEX listings_by_teaser ON listings (teaser);

CREATE TABLE purchases (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    offer TEXT NOT NULL REFERENCES offers (id),
    buyer TEXT NOT NULL,
    link TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    UNIQUE (offer, buyer)
) STRICT;

CREATE INDEX purchases_by_buyer ON purchases (buyer);

CREATE TABLE attempts (
    purchase TEXT NOT NULL REFERENCES purchases (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    session TEXT UNIQUE,
    url TEXT,
    request TEXT NOT NULL,
    PRIMARY KEY (purchase, number)
) STRICT;

-- The primary key is the promise that no payment counts twice.
CREATE TABLE payments (
    payment_intent TEXT PRIMARY KEY,
    purchase TEXT NOT NULL REFERENCES purchases (id),
    session TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    paid_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX payment_of_purchase ON payments (purchase);

CREATE TABLE deliveries (
    purchase TEXT NOT NULL REFERENCES purchases (id),
    round INTEGER NOT NULL,
    requested_at TEXT NOT NULL,
    room TEXT,
    done_at TEXT,
    PRIMARY KEY (purchase, round)
) STRICT;

CREATE TABLE handed (
    purchase TEXT NOT NULL,
    round INTEGER NOT NULL,
    position INTEGER NOT NULL,
    attachment TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (purchase, round, position),
    FOREIGN KEY (purchase, round) REFERENCES deliveries (purchase, round) ON DELETE CASCADE
) STRICT;

-- due_at: from when a job may be claimed; of a running one, when its claim lapses.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT
) STRICT;

CREATE INDEX jobs_by_lane ON jobs (lane, id);
CREATE INDEX jobs_by_time ON jobs (due_at, id) WHERE state <> 'dead';

-- The first unfinished job of each lane. Those that were laid aside hold nobody up.
CREATE VIEW lane_heads AS
SELECT job.* FROM jobs AS job
WHERE job.state <> 'dead' AND NOT EXISTS (
    SELECT 1 FROM jobs AS earlier
    WHERE earlier.lane = job.lane AND earlier.id < job.id AND earlier.state <> 'dead'
);

CREATE TABLE inbox (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;

CREATE TABLE direct_rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL
) STRICT;

CREATE INDEX direct_rooms_by_user ON direct_rooms (user_id, id);

CREATE TABLE media_copies (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL
) STRICT;
