"""T-SQL: parse, resolve against the catalog, lint, transpile, execute."""
