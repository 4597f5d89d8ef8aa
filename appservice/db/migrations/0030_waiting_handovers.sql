-- How many handovers of one sender wait for their events is counted with each new one.
CREATE INDEX handovers_waiting ON handovers (sender) WHERE event IS NULL;
