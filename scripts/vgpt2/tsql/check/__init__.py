"""Is this T-SQL that this database would run? Resolve every name, lint, mend what can be proved."""
