-- Rooms that are not private any more: still known as somebody's, but nothing private is sent there.
ALTER TABLE direct_rooms ADD COLUMN ceased INTEGER NOT NULL DEFAULT 0;
