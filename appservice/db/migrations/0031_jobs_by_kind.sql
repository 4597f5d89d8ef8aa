-- Money and goods are claimed apart while many events of strangers wait.
CREATE INDEX jobs_by_kind ON jobs (kind, due_at, id) WHERE state <> 'dead';
