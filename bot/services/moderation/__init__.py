"""Keeping order: what is taken down, reported, and forgotten."""
