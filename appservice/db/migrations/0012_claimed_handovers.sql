-- The event that stands for what was handed over: only the first one has it.
ALTER TABLE handovers ADD COLUMN event TEXT;
