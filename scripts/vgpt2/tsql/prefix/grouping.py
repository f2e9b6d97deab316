"""What stands beside aggregates: columns that GROUP BY must hold, and where no aggregate can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vgpt2.tsql.prefix.names import Source, aggregates, keywords, plain

_WORD = re.compile(r"[A-Za-z_][\w@$#]*\Z")
_ENDS_VALUE = re.compile(r"[\w'\])\"]\Z")


def ungrouped(select: Sequence[str], sources: Sequence[Source]) -> str:
    """A column of a select list that must be in GROUP BY, or in an aggregate, and is in neither; empty where none is.

    Args:
        select: the tokens of one SELECT behind this word, up to the end of its GROUP BY or of what stands for it.
        sources: what its FROM holds; columns of others are not asked for.
    """
    clauses = {word: place for place, word in _outer(select) if word in ("FROM", "GROUP")}
    listed = list(_columns(select, 0, clauses.get("FROM", len(select))))
    grouped = list(_columns(select, clauses["GROUP"], len(select))) if "GROUP" in clauses else []
    if not grouped and () not in listed:
        return ""
    said = {name[-1] for name in grouped if name}
    return next((".".join(name) for name in listed if name and name[-1] not in said and _own(name, sources)), "")


def _own(name: Sequence[str], sources: Sequence[Source]) -> bool:
    """Whether a column is one of these sources."""
    return any(
        source.columns is not None and name[-1] in source.columns and name[-2:-1] in ([], [source.name])
        for source in sources
    )


def _outer(select: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The words outside of all brackets, in capitals, with their places."""
    depth = 0
    for place, text in enumerate(select):
        depth += (text == "(") - (text == ")")
        if not depth and not (text.upper() == "GROUP" and place and select[place - 1].upper() == "WITHIN"):
            yield place, text.upper()


def _columns(select: Sequence[str], place: int, end: int) -> Iterator[list[str] | tuple[()]]:
    """The names from one place to another that stand in no aggregate and in no query of their own; () for an aggregate.

    What only looks like a column is no column of a source: types, parts of dates.
    """
    while place < end:
        text = select[place]
        if text == "(" and select[place + 1 : place + 2] and select[place + 1].upper() == "SELECT":
            place = _closed(select, place)
        elif text.upper() == "AS":
            place += 1  # and the name or type behind it
        elif text[0] in '["' or (_WORD.match(text) and text.upper() not in keywords()) or _is_call(select, place):
            parts = [plain(text)]
            while select[place + 1 : place + 2] == ["."] and place + 2 < end:
                place += 2
                parts.append(plain(select[place]))
            if not _is_call(select, place):
                before = place - 2 * len(parts) + 1
                if before < 0 or not _is_value(select[before]):
                    yield parts
            elif len(parts) == 1 and text.upper() in aggregates():
                behind = _closed(select, place + 1)
                if [word.upper() for word in select[behind + 1 : behind + 3]] == ["WITHIN", "GROUP"]:
                    behind = _closed(select, behind + 3)
                # of a window it is no aggregate, and its arguments are columns as others are
                if select[behind + 1 : behind + 2] and select[behind + 1].upper() == "OVER":
                    behind = place
                else:
                    yield ()
                place = behind
        place += 1


def _is_call(select: Sequence[str], place: int) -> bool:
    return select[place + 1 : place + 2] == ["("] and bool(_WORD.match(select[place]))


def _is_value(text: str) -> bool:
    """Whether a value ends with this token: a name behind it is what it is called."""
    return text.upper() == "END" or (bool(_ENDS_VALUE.search(text)) and text.upper() not in keywords())


def _closed(select: Sequence[str], place: int) -> int:
    """The place of the bracket that closes the one that opens there; of the last token where none does."""
    depth = 0
    for at in range(place, len(select)):
        depth += (select[at] == "(") - (select[at] == ")")
        if not depth:
            return at
    return len(select) - 1
