-- Tables and columns under the field's words (docs/glossary.md): ids of Matrix end in _id, times in _at.

ALTER TABLE sign_in_links RENAME TO login_links;
ALTER TABLE login_links RENAME COLUMN who TO user_id;
ALTER TABLE login_links RENAME COLUMN place TO target;
ALTER TABLE login_links RENAME COLUMN made_at TO created_at;

ALTER TABLE sign_ins RENAME TO sessions;
ALTER TABLE sessions RENAME COLUMN who TO user_id;
ALTER TABLE sessions RENAME COLUMN began_at TO created_at;

ALTER TABLE widgets RENAME COLUMN who TO user_id;
ALTER TABLE widgets RENAME COLUMN room TO room_id;
ALTER TABLE widgets RENAME COLUMN made_at TO created_at;

ALTER TABLE claims RENAME TO download_sessions;
ALTER TABLE download_sessions RENAME COLUMN code TO user_code;
ALTER TABLE download_sessions RENAME COLUMN made_at TO created_at;
ALTER TABLE download_sessions RENAME COLUMN proven_at TO verified_at;
DROP INDEX claims_by_purchase;
CREATE INDEX download_sessions_by_purchase ON download_sessions (purchase);

ALTER TABLE visits RENAME TO access_log;
ALTER TABLE access_log RENAME COLUMN what TO kind;
ALTER TABLE access_log RENAME COLUMN visited_at TO accessed_at;
DROP INDEX visits_by_purchase;
DROP INDEX visits_by_time;
CREATE INDEX access_log_by_purchase ON access_log (purchase, accessed_at) WHERE purchase <> '';
CREATE INDEX access_log_by_time ON access_log (accessed_at);

ALTER TABLE admin_acts RENAME TO audit_log;
ALTER TABLE audit_log RENAME COLUMN cause TO idempotency_key;
ALTER TABLE audit_log RENAME COLUMN admin TO actor;
ALTER TABLE audit_log RENAME COLUMN deed TO action;
ALTER TABLE audit_log RENAME COLUMN about TO target;
ALTER TABLE audit_log RENAME COLUMN words TO reason;
ALTER TABLE audit_log RENAME COLUMN done_at TO created_at;
DROP INDEX admin_acts_by_time;
CREATE INDEX audit_log_by_time ON audit_log (created_at);

ALTER TABLE handovers RENAME TO intercepted_attachments;
ALTER TABLE intercepted_attachments RENAME COLUMN name TO token;
ALTER TABLE intercepted_attachments RENAME COLUMN room TO room_id;
ALTER TABLE intercepted_attachments RENAME COLUMN sender TO sender_id;
ALTER TABLE intercepted_attachments RENAME COLUMN event TO placeholder_event_id;
DROP INDEX handovers_by_event;
DROP INDEX handovers_waiting;
CREATE INDEX intercepted_attachments_by_event ON intercepted_attachments (placeholder_event_id)
    WHERE placeholder_event_id IS NOT NULL;
CREATE INDEX intercepted_attachments_waiting ON intercepted_attachments (sender_id)
    WHERE placeholder_event_id IS NULL;

ALTER TABLE seller_accounts RENAME TO connected_accounts;
ALTER TABLE connected_accounts RENAME COLUMN seller TO seller_id;
ALTER TABLE connected_accounts RENAME COLUMN account TO account_id;

ALTER TABLE media_copies RENAME TO media_cache;

ALTER TABLE reports RENAME TO abuse_reports;
ALTER TABLE abuse_reports RENAME COLUMN ground TO category;
ALTER TABLE abuse_reports RENAME COLUMN words TO description;
ALTER TABLE abuse_reports RENAME COLUMN made_at TO created_at;
ALTER TABLE abuse_reports RENAME COLUMN reporter TO reporter_id;
ALTER TABLE abuse_reports RENAME COLUMN reasons TO reason;
DROP INDEX reports_by_offer;
DROP INDEX reports_to_decide;
CREATE INDEX abuse_reports_by_offer ON abuse_reports (offer);
CREATE INDEX abuse_reports_to_decide ON abuse_reports (offer) WHERE outcome IS NULL;
