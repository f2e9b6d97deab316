"""The types that SQL Server gives to expressions, by the rules of its reference."""
