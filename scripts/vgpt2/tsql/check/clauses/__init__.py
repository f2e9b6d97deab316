"""The clauses of a SELECT, each with what it sees and gives: WITH, FROM, the select list, GROUP BY, ORDER BY."""
