"""Delivering: what is paid for reaches its buyer, and can be had again."""
