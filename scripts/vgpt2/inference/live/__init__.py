"""Answers as a server needs them: heard while they are made, several questions at once, given up when nobody waits."""
