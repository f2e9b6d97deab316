"""CASE: `CASE JobStatus WHEN 1 THEN 'Open' WHEN 2 THEN 'Soft closed' END` says what the values of a column mean; so
does IIF, and a CASE over a variable that was set from one column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Chain, Finding, Program, Sources, column_at
from vgpt2.sqltext.scan import Token, closing, comma_parts

_WRAPPED = frozenset(("ISNULL", "UPPER", "LOWER", "RTRIM", "LTRIM", "COALESCE"))
# A text of its own beside the value: no code, no mark, no format.
_SAYS = re.compile(r"[A-Za-z]{3}")
_OTHER = {"Y": "N", "N": "Y", "1": "0", "0": "1"}
MOST = 30
Variables = dict[str, tuple[list[Chain], str]]  # of a program, by name: the tables and the column each was set from


class Case(NamedTuple):
    """`column` may be a variable. `otherwise`: the text of ELSE."""

    owner: str
    column: str
    pairs: list[tuple[str, str]]
    otherwise: str = ""


def mine(program: Program) -> Iterator[Finding]:
    """The values that CASEs and IIFs put into words."""
    variables: Variables = {}
    for statement in program.statements:
        _note_variables(statement, variables)
        found = [(token, case) for at, token in enumerate(statement) if (case := _case_at(statement, at))]
        sources = Sources(statement) if found else None
        for token, case in found:
            if case.column.startswith("@"):
                chains, name = variables.get(case.column.lower(), ([], ""))
            else:
                chains, name = sources.of(case.owner) if sources else [], case.column
            if name:
                yield from _findings(case, program.line(token.start), chains, name)


def _findings(case: Case, line: int, chains: list[Chain], name: str) -> Iterator[Finding]:
    for value, text in case.pairs:
        yield ["value", "case_value", line, text, chains, [name], value, []]
    # Of two values ELSE is the other; which columns hold two alone is known where columns are.
    if len(case.pairs) == 1 and case.otherwise and (other := _OTHER.get(case.pairs[0][0].upper())):
        yield ["flag", "case_value", line, case.otherwise, chains, [name], other, []]


def _note_variables(statement: list[Token], variables: Variables) -> None:
    """`SELECT @type = StmtType FROM ARCM`: a variable set from two columns stands for none."""
    if statement[0].upper != "SELECT" or not any(token.upper == "FROM" for token in statement):
        return
    sources = None
    for at, token in enumerate(statement[:-2]):
        if not token.text.startswith("@") or statement[at + 1].text != "=" or statement[at - 1].upper in ("AND", "OR"):
            continue
        owner, name, _ = _subject(statement, at + 2)
        sources = sources or Sources(statement)
        known = variables.get(token.text.lower())
        if known is not None and known[1].lower() != name.lower():
            name = ""
        variables[token.text.lower()] = (sources.of(owner), name)


def _case_at(tokens: list[Token], at: int) -> Case | None:
    if tokens[at].upper == "CASE":
        return _case(tokens, at)
    if tokens[at].upper == "IIF" and at + 1 < len(tokens) and tokens[at + 1].text == "(":
        return _iif(comma_parts(tokens[at + 2 : closing(tokens, at + 1)]))
    return None


def _iif(parts: Sequence[list[Token]]) -> Case | None:
    """IIF(Sex = 'M', 'Male', 'Female')"""
    if len(parts) != 3:
        return None
    owner, name, at = _subject(parts[0], 0)
    if not name or at >= len(parts[0]) or parts[0][at].text != "=":
        return None
    value, end = _literal(parts[0], at + 1)
    if value is None or end != len(parts[0]):
        return None
    text = _text(parts[1], value)
    return Case(owner, name, [(value, text)], _text(parts[2], "")) if text else None


def _case(tokens: list[Token], at: int) -> Case | None:
    """A CASE over the literals of one column, or None."""
    owner, column, at = _subject(tokens, at + 1)
    simple = bool(column)
    pairs: list[tuple[str, str]] = []
    branches = 0
    while at < len(tokens) and tokens[at].upper == "WHEN":
        at += 1
        if not simple:
            own, name, at = _subject(tokens, at)
            if not name or (column and (own, name) != (owner, column)) or at >= len(tokens):
                return None
            owner, column = own, name
            if tokens[at].text != "=":
                return None
            at += 1
        value, at = _literal(tokens, at)
        if value is None or at >= len(tokens) or tokens[at].upper != "THEN":
            return None
        end = _branch_end(tokens, at + 1)
        branches += 1
        if text := _text(tokens[at + 1 : end], value):
            pairs.append((value, text))
        at = end
    otherwise = ""
    if branches == 1 and at < len(tokens) and tokens[at].upper == "ELSE":
        otherwise = _text(tokens[at + 1 : _branch_end(tokens, at + 1)], "")
    # One text for many values is a class of them, and no name of each.
    texts = [text for _, text in pairs]
    pairs = [pair for pair in pairs if texts.count(pair[1]) == 1]
    return Case(owner, column, pairs, otherwise) if column and 0 < len(pairs) <= MOST else None


def _text(branch: list[Token], value: str) -> str:
    """The words of a branch that is one literal; '' where they say no more than the value."""
    if len(branch) != 1 or branch[0].kind != "string":
        return ""
    text = clean(branch[0].value)
    return text if _SAYS.search(text) and text.lower() != value.lower() else ""


def _subject(tokens: list[Token], at: int) -> tuple[str, str, int]:
    """A column or a variable at `at`, alone or within ISNULL, UPPER and the like."""
    if at + 1 < len(tokens) and tokens[at].upper in _WRAPPED and tokens[at + 1].text == "(":
        owner, name, _ = _subject(tokens, at + 2)
        return owner, name, closing(tokens, at + 1) + 1
    if at < len(tokens) and tokens[at].upper in ("WHEN", "NOT", "EXISTS"):
        return "", "", at
    if at < len(tokens) and tokens[at].text.startswith("@") and not tokens[at].text.startswith("@@"):
        return "", tokens[at].text, at + 1
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
