"""What the catalog and its documents say: schema questions, purposes, the database's own queries."""
