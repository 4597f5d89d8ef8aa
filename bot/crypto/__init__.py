"""Sealing of content and wrapping of keys, in Matrix's own formats."""
