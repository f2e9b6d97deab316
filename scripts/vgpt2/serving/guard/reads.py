"""Whether texts are one SELECT, for a caller who asks of many beginnings of one text."""

from __future__ import annotations

from vgpt2.tsql.grammar.lexer import end_of_token
from vgpt2.tsql.grammar.recognise import Stop, recogniser

# Tokens behind the one at which a reading stopped that a shorter text must hold too: they fix how it is read.
BEHIND = 4


class Reads:
    """The recogniser of one answer: it remembers each text, and where the reading of one stopped. A beginning of that
    text that reaches well beyond the place stops there as well."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}
        self._stopped: list[tuple[str, int]] = []

    def __call__(self, sql: str) -> bool:
        """Whether a text is one SELECT."""
        if sql not in self._known:
            self._known[sql] = not self._stops(sql) and self._read(sql)
        return self._known[sql]

    def _stops(self, sql: str) -> bool:
        return any(least < len(sql) and text.startswith(sql) for text, least in self._stopped)

    def _read(self, sql: str) -> bool:
        found = recogniser().read(sql)
        if not isinstance(found, Stop):
            return True
        if (end := end_of_token(sql, found.index + BEHIND)) is not None:
            self._stopped.append((sql, end))
        return False
