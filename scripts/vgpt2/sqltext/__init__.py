"""T-SQL as text, before any parser: tokens, statements, names with their quotes and case. Needs no catalog."""
