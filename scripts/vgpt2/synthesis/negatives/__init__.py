"""Questions about what does not exist, and their answered twins."""
