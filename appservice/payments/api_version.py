"""Which Stripe we speak."""

from typing import Final

API_VERSION: Final = "2026-05-27.dahlia"
"""Stripe's API in the one version that we speak and test against, whatever the SDK's own is."""
