"""What users asked: the log that is kept on request, and what becomes of it."""
