"""Conversions and functions of SQL Server whose forms DuckDB has not: plain functions over one value."""
