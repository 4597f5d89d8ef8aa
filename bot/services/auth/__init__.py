"""Signing in to one's own pages: shown who one is by a link in a chat, known by a cookie after that."""
