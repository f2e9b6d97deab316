"""What wordings are."""

from __future__ import annotations

# By intent: the templates of training, and those that only the exam uses.
Wordings = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
