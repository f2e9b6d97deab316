"""CASE: `CASE JobStatus WHEN 1 THEN 'Open' WHEN 2 THEN 'Soft closed' END` says what the values of a column mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Finding, Program, Sources, column_at
from vgpt2.sqltext.scan import Token, closing

_WRAPPED = frozenset(("ISNULL", "UPPER", "LOWER", "RTRIM", "LTRIM", "COALESCE"))
# A text of its own beside the value: no code, no mark, no format.
_SAYS = re.compile(r"[A-Za-z]{3}")
MOST = 30
Case = tuple[str, str, list[tuple[str, str]]]  # qualifier, column, (value, text)


def mine(program: Program) -> Iterator[Finding]:
    """The values that CASEs put into words."""
    for statement in program.statements:
        found = [
            (at, case) for at, token in enumerate(statement) if token.upper == "CASE" if (case := _case(statement, at))
        ]
        sources = Sources(statement) if found else None
        for at, (owner, name, pairs) in found:
            line = program.line(statement[at].start)
            chains = sources.of(owner) if sources else []
            for value, text in pairs:
                yield ["value", "case_value", line, text, chains, [name], value, []]


def _case(tokens: list[Token], at: int) -> Case | None:
    """A CASE over the literals of one column, or None."""
    owner, column, at = _subject(tokens, at + 1)
    simple = bool(column)
    pairs: list[tuple[str, str]] = []
    while at < len(tokens) and tokens[at].upper == "WHEN":
        at += 1
        if not simple:
            own, name, at = _subject(tokens, at)
            if not name or (column and (own, name) != (owner, column)) or tokens[at : at + 1][0:1] == []:
                return None
            owner, column = own, name
            if tokens[at].text != "=":
                return None
            at += 1
        value, at = _literal(tokens, at)
        if value is None or at >= len(tokens) or tokens[at].upper != "THEN":
            return None
        end = _branch_end(tokens, at + 1)
        branch = tokens[at + 1 : end]
        if len(branch) == 1 and branch[0].kind == "string":
            text = clean(branch[0].value)
            if text and _SAYS.search(text) and text.lower() != value.lower():
                pairs.append((value, text))
        at = end
    # One text for many values is a class of them, and no name of each.
    texts = [text for _, text in pairs]
    pairs = [pair for pair in pairs if texts.count(pair[1]) == 1]
    return (owner, column, pairs) if column and 0 < len(pairs) <= MOST else None


def _subject(tokens: list[Token], at: int) -> tuple[str, str, int]:
    """A column at `at`, alone or within ISNULL, UPPER and the like."""
    if at + 1 < len(tokens) and tokens[at].upper in _WRAPPED and tokens[at + 1].text == "(":
        owner, name, _ = column_at(tokens, at + 2)
        return owner, name, closing(tokens, at + 1) + 1
    if at < len(tokens) and tokens[at].upper in ("WHEN", "NOT", "EXISTS"):
        return "", "", at
    return column_at(tokens, at)


def _literal(tokens: list[Token], at: int) -> tuple[str | None, int]:
    sign = "-" if at < len(tokens) and tokens[at].text == "-" else ""
    at += bool(sign)
    if at < len(tokens) and tokens[at].kind in ("string", "number"):
        return sign + tokens[at].value.strip(), at + 1
    return None, at


def _branch_end(tokens: list[Token], at: int) -> int:
    depth = cases = 0
    while at < len(tokens):
        token = tokens[at]
        if depth == 0 and cases == 0 and token.upper in ("WHEN", "ELSE", "END"):
            return at
        depth += (token.text == "(") - (token.text == ")")
        cases += (token.upper == "CASE") - (token.upper == "END")
        if depth < 0:
            return at
        at += 1
    return at
