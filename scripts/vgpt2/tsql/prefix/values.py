"""What a column may be compared with: a number or a text as its type has it, and only what its CHECK lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vgpt2.catalog.model import Column
from vgpt2.tsql.check.functions.types import type_rules

_DATE_LIKE = re.compile(r"[\d\-/:. TZ+]*\Z")
_NUMBERS = frozenset({"bit", "integer", "fraction"})
_DATES = frozenset({"old_date", "date", "time", "new_date"})


@dataclass(slots=True, frozen=True)
class Typed:
    """A column as values see it: its base type, and what its CHECK allows (empty: whatever the type takes)."""

    base: str
    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: Column) -> Typed:
        """That of a column of the catalog."""
        return cls(column.base_type.split("(")[0].strip().lower(), tuple(column.values))

    def takes(self, literal: str, whole: bool, closed: bool) -> bool:
        """Whether it may be compared with a literal, or (not `whole`) with one that begins so.

        SQL Server would turn texts into numbers and numbers into texts, and fail at the first row that has none; and
        what no row can hold is no condition.

        Args:
            closed: by `=` or IN, so that it has to be one of the values of the CHECK.

        >>> Typed("int").takes("'YourVendor'", True, True), Typed("char", ("Y", "N")).takes("'Y", False, True)
        (False, True)
        """
        family = type_rules().family_of.get(self.base, "")
        quoted = literal.lstrip("Nn").startswith("'")
        text = _said(literal, whole) if quoted else literal
        if family in _NUMBERS and quoted:
            return False
        if family == "text" and not quoted:
            return False
        if family in _DATES and (not quoted or not _DATE_LIKE.match(text)):
            return False
        if not closed or not self.values:
            return True
        if whole:
            return any(_same(text, value) for value in self.values)
        return any(value.lower().startswith(text.lower()) for value in self.values)


def _said(literal: str, whole: bool) -> str:
    """What a text in quotes says, or what its beginning does."""
    text = literal.lstrip("Nn")[1:]
    return (text[:-1] if whole else text).replace("''", "'")


def takes(columns: Sequence[Typed | None], literal: str, whole: bool, closed: bool) -> bool:
    """Whether a literal may stand beside what may be one of these columns (None: of which nothing is known)."""
    return not columns or any(column is None or column.takes(literal, whole, closed) for column in columns)


def _same(text: str, value: str) -> bool:
    if text.rstrip().lower() == value.rstrip().lower():
        return True
    try:
        return float(text) == float(value)
    except ValueError:
        return False
