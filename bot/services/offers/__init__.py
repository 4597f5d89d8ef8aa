"""Offers: publish, schedule, edit and show them in rooms."""
