-- What people report about offers. Name and e-mail are of those who come by a browser.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    offer TEXT NOT NULL REFERENCES offers (id),
    ground TEXT NOT NULL,
    words TEXT NOT NULL,
    made_at TEXT NOT NULL,
    reporter TEXT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    outcome TEXT,
    reasons TEXT NOT NULL,
    decided_at TEXT,
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
) STRICT;

CREATE INDEX reports_to_decide ON reports (offer) WHERE outcome IS NULL;
