"""Rewrites of the clauses of a SELECT for DuckDB: FROM with what gives a table, PIVOT, TOP, FOR XML, set operations."""
