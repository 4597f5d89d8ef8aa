-- again_at: when a job that was laid aside is taken up again by itself; laid_aside: how often it was.
ALTER TABLE jobs ADD COLUMN again_at TEXT;
ALTER TABLE jobs ADD COLUMN laid_aside INTEGER NOT NULL DEFAULT 0;
CREATE INDEX jobs_laid_aside ON jobs (again_at) WHERE again_at IS NOT NULL;

-- Deliveries waiting for nothing but an operator are owed as well.
UPDATE jobs SET again_at = due_at WHERE state = 'dead' AND kind NOT IN (
    'handle_event', 'read_later', 'tell_key_missing', 'bring_up_to_date', 'write_to_asker', 'part',
    'write_to_reporter'
);

-- PostgreSQL fixes the columns of a view when it is made, so it is made anew with those above.
DROP VIEW lane_heads;
CREATE VIEW lane_heads AS
SELECT job.* FROM jobs AS job
WHERE job.state <> 'dead' AND NOT EXISTS (
    SELECT 1 FROM jobs AS earlier
    WHERE earlier.lane = job.lane AND earlier.id < job.id AND earlier.state <> 'dead'
);
