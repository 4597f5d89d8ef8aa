-- Attachments that a gate took out before they came into a room.
CREATE TABLE handovers (
    name TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    sender TEXT NOT NULL,
    content TEXT NOT NULL,
    received_at TEXT NOT NULL
) STRICT;

ALTER TABLE attachments ADD COLUMN gated INTEGER NOT NULL DEFAULT 0;
