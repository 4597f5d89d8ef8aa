"""Take place, camera and author out of pictures and films while they are sealed."""
