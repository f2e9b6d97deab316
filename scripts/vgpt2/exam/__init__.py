"""The suite, grading, statistics and the gate."""
