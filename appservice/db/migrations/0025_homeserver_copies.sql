-- What became of the homeserver's copies of what a seller sent; NULL until it was asked to delete them.
ALTER TABLE attachments ADD COLUMN homeserver_copy TEXT;
UPDATE attachments SET homeserver_copy = 'deleted' WHERE purged = 1;
ALTER TABLE attachments DROP COLUMN purged;
