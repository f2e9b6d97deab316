"""From the catalog to questions, SQL and answers."""
