"""Rewrites of T-SQL's expressions for DuckDB, by the types of their operands."""
