"""What a change of the schema does to an earlier run."""
