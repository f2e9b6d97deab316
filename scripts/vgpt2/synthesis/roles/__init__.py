"""What the columns and tables of a database are for in reports: dates, amounts, partners, documents and their lines."""
