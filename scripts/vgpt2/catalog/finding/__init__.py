"""From the words of a question to the tables that it needs: index, reading of the question, choice."""
