"""Synthetic rows that match along the keys."""
