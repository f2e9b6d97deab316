"""Which tables belong together, by foreign keys, the database's own queries and shared keys."""
