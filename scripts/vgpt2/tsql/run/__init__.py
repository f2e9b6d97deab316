"""Run T-SQL on synthetic rows: rewritten for DuckDB, in a sandbox, within limits."""
