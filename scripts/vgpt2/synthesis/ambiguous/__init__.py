"""Questions with two readings, asked back; what the user says then; and the same question with the missing word."""
