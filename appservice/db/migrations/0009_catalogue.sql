-- What is on sale is listed room by room.
CREATE INDEX listings_by_room ON listings (room);
