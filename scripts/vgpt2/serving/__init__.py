"""Serving: the exported model with the schema that a question needs, and a guard that looks at its SQL."""
