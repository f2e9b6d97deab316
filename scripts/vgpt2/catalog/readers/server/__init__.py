"""Reads a live SQL Server: its catalog views (`sys.*`), never a row of a table."""
