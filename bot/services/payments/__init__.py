"""Paying: from somebody's wish to money that is there for certain."""
