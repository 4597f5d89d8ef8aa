"""Delivery: send purchased files to buyers, send them again, and revoke them."""
