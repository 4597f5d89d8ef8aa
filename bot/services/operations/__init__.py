"""What the people who run this are told."""
