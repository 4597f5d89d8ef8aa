"""Hearing: what comes in is kept, understood, and followed."""
