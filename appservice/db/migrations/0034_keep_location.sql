-- 1: files that join the draft keep place and camera; 0: they lose them; NULL: as the operator has set.
ALTER TABLE offers ADD COLUMN keep_location INTEGER;
