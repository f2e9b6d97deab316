"""The same question in other words: a teacher's, or with a typo."""
