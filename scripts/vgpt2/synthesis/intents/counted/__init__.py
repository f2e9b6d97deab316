"""Which rows a total counts: a question says it of those that were taken back, and of those that are settled."""
