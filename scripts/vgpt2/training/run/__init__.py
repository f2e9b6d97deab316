"""One run of the trainer: start, watch, resume."""
