"""Ways to break a query, each one small change to its tree: for corrections and for the worse sides of preferences."""
