"""The chain itself: its one table of steps, which of them are due, what a run is made of, and who may write into it."""
