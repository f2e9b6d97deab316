"""What tables, columns, values and routines are called by people: mined from the database's own code and comments."""
