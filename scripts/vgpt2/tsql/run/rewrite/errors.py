"""What says that this engine cannot run a query."""

from __future__ import annotations


class NotExecutable(Exception):
    """Right or not: this engine cannot run it."""
