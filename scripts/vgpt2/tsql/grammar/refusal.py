"""A refused text in words: what stands where T-SQL does not go on, and what to write instead where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vgpt2.database_settings import Strict, Text
from vgpt2.tsql.grammar.automaton import CLOSERS
from vgpt2.tsql.grammar.lexer import RESERVED_HERE, Near, Placed, is_open, placed
from vgpt2.tsql.grammar.notation import BRACKETS
from vgpt2.tsql.grammar.recognise import MAX_DEPTH, Stop
from vgpt2.yaml_file import read_yaml_file

_CLAUSES = frozenset({"FROM", "WHERE", "GROUP", "HAVING", "ORDER"})
# What stands before = in `@a += 1`.
_COMPOUND = frozenset("+-*/%&|^")
_SET_OPERATORS = frozenset({"UNION", "EXCEPT", "INTERSECT"})
_UNCLOSED = {"(": "a bracket is not closed", "{": "a brace is not closed", "CASE": "CASE without END"}
_SHOWN = 40


class Refusals(Strict):
    """refused.yaml: foreign words and signs, words of what is newer than the grammar, words that begin statements."""

    foreign: dict[Text, Text]
    signs: dict[Text, Text]
    beyond: list[Text]
    statements: Text


@cache
def refusals() -> Refusals:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("refused.yaml")).check(Refusals)


@cache
def statement_words() -> frozenset[str]:
    """The words with which another statement than SELECT begins."""
    return frozenset(refusals().statements.split())


def said(stop: Stop, sql: str) -> tuple[str, str, int]:
    """Message, rule (`parse_error`, `not_select`, or `unread` where it may be right) and offset of a refusal."""
    at = stop.index
    tokens = Near(sql, at, len(stop.symbols))
    position = tokens[at].start if at < len(tokens) else -1
    if len(stop.openers) > MAX_DEPTH:
        return f"brackets nested deeper than {MAX_DEPTH}", "unread", position
    if _is_beyond(sql):
        return "newer or rarer T-SQL than is read here", "unread", position
    other = _other_statement(stop, tokens)
    if other:
        return other, "not_select", position
    foreign = _foreign(stop, tokens)
    if foreign:
        return foreign[0], "parse_error", tokens[foreign[1]].start
    return _fault(stop, tokens), "parse_error", position


def _is_beyond(sql: str) -> bool:
    """Whether a text holds a word of what is newer than the grammar."""
    words = refusals().beyond
    upper = sql.upper()
    return any(word in upper for word in words) and any(token.text.upper() in words for token in placed(sql))


def _other_statement(stop: Stop, tokens: Sequence[Placed]) -> str:
    """What is said of DELETE, of two statements, of INTO and of an assignment; '' for anything else."""
    at, symbols = stop.index, stop.symbols
    if at >= len(symbols):
        return ""
    symbol = symbols[at]
    if symbol == "GO" and not stop.openers and stop.state.accepts != {0}:
        return "GO is a line for tools that send scripts, and no T-SQL"
    word = tokens[at].text.upper()
    first = next((index for index, known in enumerate(symbols) if known != ";"), 0)
    if at == first and word in statement_words():
        return f"{word} is not a SELECT"
    if stop.openers:
        return ""
    if at > first and (word in statement_words() or symbol in ("SELECT", "WITH")):
        if 0 in stop.state.accepts:
            return f"2 statements instead of one ({word} begins another)"
        if symbols[first] == "WITH" and word in statement_words() and "SELECT" in stop.state.expected():
            return f"{word} is not a SELECT"
    if symbol == "INTO" and symbols[first] in ("SELECT", "WITH"):
        return "SELECT INTO makes a table"
    set_at = at - 2 if at > 1 and symbols[at - 1] in _COMPOUND else at - 1
    if symbol == "=" and set_at >= 0 and symbols[set_at] == "variable":
        return f"SELECT {tokens[set_at].text} = ... sets a variable and gives no rows"
    return ""


def _foreign(stop: Stop, tokens: Sequence[Placed]) -> tuple[str, int] | None:
    """What is said of a word or sign of another dialect, and the index of its token."""
    at = stop.index
    known = refusals()
    for index in (at, at - 1, at - 2):
        if 0 <= index < len(tokens) and (message := known.foreign.get(tokens[index].text.upper())):
            return message, index
    for sign, message in sorted(known.signs.items(), key=lambda item: -len(item[0])):
        size = sign.count(" ") + 1
        # A word may follow it, as in `a::int FROM`.
        for start in range(max(0, at - size - 1), at + 1):
            if " ".join(token.text for token in tokens[start : start + size]) == sign:
                return message, start
    return None


def _fault(stop: Stop, tokens: Sequence[Placed]) -> str:
    at, symbols = stop.index, stop.symbols
    before = symbols[at - 1] if at else ""
    wanted = _wanted(stop)
    if at >= len(symbols):
        if not symbols:
            return "there is no statement"
        if before == ",":
            return "a comma at the end"
        if stop.openers and stop.state.accepts:
            return _not_closed(*stop.openers[-1], tokens)
        return f"the text ends too early: expected {wanted or 'more'}"
    symbol, text = symbols[at], tokens[at].text[:_SHOWN]
    expected = stop.state.expected()
    if all(known == ";" for known in symbols[:at]):
        return f"the text begins with {text}, not with SELECT or WITH"
    if before == "," and symbol in (*_CLAUSES, ")", ",", ";", *_SET_OPERATORS):
        return f"a comma before {text}"
    if is_open(tokens[at].text):
        return f"a {text[0]} is not closed"
    if symbol in CLOSERS and CLOSERS[symbol] not in (opener for opener, _ in stop.openers):
        return f"{text} without {CLOSERS[symbol]}"
    if symbol in _SET_OPERATORS and "ORDER" in symbols[:at]:
        return "ORDER BY stands once, behind the last SELECT"
    if stop.openers and stop.openers[-1][0] == "JOIN" and stop.state.accepts:
        return "a JOIN without ON"
    if symbol in _CLAUSES and at and ("," in expected or ";" in expected):
        return f"{text} stands too late" if not stop.openers else f"{text} cannot stand here"
    if symbol in RESERVED_HERE and "NAME" in expected and (before in (".", "AS") or wanted == "a name"):
        return f"{text} is a reserved word (write [{text}])"
    return f"{text} cannot stand here" + (f": expected {wanted}" if wanted else "")


def _not_closed(opener: str, start: int, tokens: Sequence[Placed]) -> str:
    if opener == "JOIN":
        return "a JOIN without ON"
    near = tokens[start - 1].text[:_SHOWN] if start else ""
    return f"{_UNCLOSED[opener]}" + (f" (behind {near})" if opener == "(" and near else "")


def _wanted(stop: Stop) -> str:
    """What might have come, in a few words; '' where that is too much to say."""
    names = set(stop.state.expected())
    for sign, telling in _TELLING.items():
        if sign in names:
            return telling
    if {"STRING", "CASE"} <= names:
        return "a value"
    if "=" in names and "BETWEEN" in names and "," not in names and "OR" not in names:
        return "a comparison"
    closing = BRACKETS[stop.openers[-1][0]] if stop.openers and stop.state.accepts else ""
    if {"IDENTITYCOL", "NAME"} <= names:
        return "a name"
    shown = sorted(names - {"BARE", "QUOTED", "NAME", "FUNCTION", *_OPERATORS}, key=_rank)
    if len(shown) + bool(closing) > 3:
        return ""
    words = [_KINDS.get(name, name) for name in (*shown, *(["NAME"] if "NAME" in names else []))]
    return " or ".join([*words, closing] if closing else words)


# Where one of these may stand, the place is this.
_TELLING = {
    "EXISTS": "a condition",
    "SPATIAL_WINDOW_MAX_CELLS": "a table hint",
    "KEEPFIXED": "a query hint",
    "APPLY": "JOIN or APPLY",
}

_OPERATORS = frozenset("+-*/%&^|<>.!:=") | {"COLLATE", "AT"}
_KINDS = {
    "NAME": "a name",
    "DOLLAR_NAME": "$IDENTITY",
    "STRING": "a text",
    "INTEGER": "a whole number",
    "NUMBER": "a number",
    **{closer: closer for closer in BRACKETS.values()},
}


def _rank(name: str) -> tuple[bool, str]:
    return name.isalpha(), name
