"""The one visit of a bound tree that makes it DuckDB's, and what it needs: literals, parameters, new nodes."""
