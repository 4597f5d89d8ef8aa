"""Selling: from a file to an offer that stands in a room."""
