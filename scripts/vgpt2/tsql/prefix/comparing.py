"""Comparisons as they are read: the column before a sign, and whether the value behind it can be one of that column."""

from __future__ import annotations

from vgpt2.tsql.prefix.state import Refused, State
from vgpt2.tsql.prefix.values import takes

SIGNS = frozenset("=<>!")
ARITHMETIC = frozenset("+-*/%&|^")
# Longer ones no report compares with, and a small model that has begun so goes on to the end of its answer.
LONGEST_TEXT, LONGEST_NUMBER = 100, 20
_CLOSED = frozenset({"=", "<>", "!=", "IN"})


def column(state: State, parts: list[str]) -> None:
    """A column was read, whole."""
    behind = state.at - 2 * len(parts)  # a name of n parts has n - 1 dots
    scope = state.scope
    alone = behind < 0 or state.text_at(behind) not in ARITHMETIC
    clear(state)
    state.read = scope.typed(parts, partial=False) if scope and alone else ()


def sign(state: State, text: str) -> None:
    """A sign that compares, or a part of one."""
    state.against = state.read or state.against
    state.compared_by += text
    state.read = ()


def word(state: State, upper: str) -> None:
    """A word of T-SQL, in capitals."""
    if upper == "NOT":
        return
    if upper == "IN" or upper == "BETWEEN":
        state.against, state.compared_by = state.read, upper
        state.between = state.read if upper == "BETWEEN" else ()
    elif upper == "AND" and state.between:
        state.against, state.between, state.compared_by = state.between, (), upper
    else:
        clear(state)
        state.between = ()
    state.read = ()


def value(state: State, literal: str, whole: bool) -> None:
    """A number or a text, or (not `whole`) its beginning.

    Raises:
        Refused: the column that it is compared with has no such value.
    """
    grouped = state.frame.scope is not None and state.frame.scope.phase == "group"
    if state.rules and grouped and state.text_at(state.at - 1).upper() in ("BY", ","):
        raise Refused(literal)  # rows are grouped by what differs
    if state.rules and len(literal) - whole > (LONGEST_TEXT if "'" in literal[:2] else LONGEST_NUMBER):
        raise Refused(literal)
    listed = state.frame.listed
    columns = state.against or listed
    if not takes(columns, literal, whole, state.compared_by in _CLOSED or bool(listed)):
        raise Refused(literal)
    clear(state)


def clear(state: State) -> None:
    """Nothing is compared."""
    state.read, state.against, state.compared_by = (), (), ""
