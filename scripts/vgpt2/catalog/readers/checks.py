"""CHECK constraints that are lists of allowed values."""

from __future__ import annotations

from vgpt2.catalog.model import Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.sqltext.scan import Token, scan

_WHOLE = frozenset(("tinyint", "smallint", "int", "bigint"))
_NOISE = frozenset(("IN", "OR", "=", "(", ")", ",", "IS", "NULL", ";"))


def apply_checks(draft: Draft, table: Table) -> None:
    """Set the allowed values of the columns whose CHECK is a list."""
    for definition in table.checks:
        listed = allowed_values(definition)
        column = draft.column(table, listed[0]) if listed else None
        if column and listed:
            whole = column.base_type.split("(")[0] in _WHOLE
            if whole or not _whole_range(_tokens(definition)):
                column.values = listed[1]


def _tokens(definition: str) -> list[Token]:
    return [token for token in scan(definition) if token.upper not in ("UPPER", "LOWER", "RTRIM", "LTRIM", "CHECK")]


def allowed_values(definition: str) -> tuple[str, list[str]] | None:
    """The column and the values that a CHECK allows, in the order written; None if it is no plain list of one column.

    `([Status]='O' OR [Status]='C')`, `Status IN ('O', 'C')`, `upper([Style])='U' OR [Style] IS NULL` and
    `[Status] BETWEEN 0 AND 3` (a short range of whole numbers) are lists; `[Total] >= 0` is none.
    """
    tokens = _tokens(definition)
    column, values = "", []
    ranged = _whole_range(tokens)
    if ranged:
        return ranged
    for index, token in enumerate(tokens):
        if token.kind == "name" or (token.kind == "word" and token.upper not in _NOISE):
            if column and token.value.lower() != column.lower():
                return None
            column = column or token.value
        elif token.kind in ("string", "number"):
            value = token.value
            if index and tokens[index - 1].text == "-":
                value = f"-{value}"
            if value not in values:
                values.append(value)
        elif (token.upper or token.text) not in _NOISE and token.text != "-":
            return None
    return (column, values) if column and len(values) > 0 else None


def _whole_range(tokens: list[Token]) -> tuple[str, list[str]] | None:
    """`[c] BETWEEN 1 AND 4` and `[c]>=(1) AND [c]<=(4)`, of at most twelve values."""
    plain = [token for token in tokens if token.text not in "()"]
    words = [token.upper or token.text for token in plain]
    if len(plain) == 5 and words[1] == "BETWEEN" and words[3] == "AND":
        low, high = plain[2], plain[4]
    elif len(plain) == 7 and words[1] == ">=" and words[3] == "AND" and words[5] == "<=":
        if plain[0].value.lower() != plain[4].value.lower():
            return None
        low, high = plain[2], plain[6]
    else:
        return None
    if not (low.text.isdigit() and high.text.isdigit() and 0 < int(high.text) - int(low.text) < 12):
        return None
    return plain[0].value, [str(value) for value in range(int(low.text), int(high.text) + 1)]
