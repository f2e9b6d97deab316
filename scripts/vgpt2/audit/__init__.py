"""The rules that a dataset must pass."""
