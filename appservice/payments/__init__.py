"""Stripe: asking for checkouts, asking about them, and understanding what Stripe reports."""
