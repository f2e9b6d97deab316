"""The guard: every SQL of an answer read, judged against the catalog, and only one proved SELECT let out."""
