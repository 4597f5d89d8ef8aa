-- When and where a draft goes on sale by itself.
ALTER TABLE offers ADD COLUMN plan TEXT;
