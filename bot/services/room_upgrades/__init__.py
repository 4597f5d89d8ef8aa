"""Following rooms that are replaced by others."""
