"""Payments: settle, refund and record what Stripe reports."""
