-- room: where that attachment was put, if not into the delivery's room; way: by the chat, or by a link to the buyer's page.
ALTER TABLE handed ADD COLUMN room TEXT;
ALTER TABLE handed ADD COLUMN way TEXT NOT NULL DEFAULT 'chat';

-- Since when that obstacle is in the way.
ALTER TABLE deliveries ADD COLUMN obstacle_since TEXT;
