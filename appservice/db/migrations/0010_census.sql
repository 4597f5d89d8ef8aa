-- What was handed over since the last look is counted for the operator.
CREATE INDEX deliveries_by_time ON deliveries (done_at) WHERE done_at IS NOT NULL;
