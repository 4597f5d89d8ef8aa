-- Indexes for statements that walked through a whole table.
CREATE INDEX sealed_by_blob ON sealed (blob);
CREATE INDEX uploads_by_poster ON uploads (poster) WHERE poster IS NOT NULL;
CREATE INDEX reports_by_offer ON reports (offer);
CREATE INDEX purchases_by_time ON purchases (created_at, id);
CREATE INDEX inbox_to_forget ON inbox (received_at)
    WHERE source IN ('transaction', 'event', 'encrypted', 'payment');
CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
