"""Bounded decoding: inside a SQL fence only what the grammar takes, and only names that exist, can be sampled."""
