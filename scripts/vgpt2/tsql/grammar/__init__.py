"""The grammar of one SELECT as data, and a strict reader of it: what is no T-SQL is refused, with the place."""
