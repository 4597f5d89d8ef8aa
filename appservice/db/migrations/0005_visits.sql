-- Who looked at what, and when: nothing of the visitor's own. One row a minute at most.
CREATE TABLE visits (
    offer TEXT NOT NULL,
    what TEXT NOT NULL,
    purchase TEXT NOT NULL,
    minute TEXT NOT NULL,
    visited_at TEXT NOT NULL,
    PRIMARY KEY (offer, what, purchase, minute)
) STRICT;

CREATE INDEX visits_by_purchase ON visits (purchase, visited_at) WHERE purchase <> '';
CREATE INDEX visits_by_time ON visits (visited_at);
CREATE INDEX offers_by_seller ON offers (seller, created_at);
