"""Wrong variants of a gold, each one small mistake: the rows of a suite must tell every one of them from it."""
