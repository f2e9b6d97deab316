"""One program (view, procedure, function, trigger, or the statement that makes a table) as the miners read it.

What they find is plain data, made without knowing any table and kept between runs: `settle` looks the names up when
all tables are known.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from vgpt2.sqltext.references import Statement
from vgpt2.sqltext.scan import Token, dotted, scan
from vgpt2.sqltext.split import statements

# What a finding says: its form (title, column, value, error, lookup, purpose), its kind of word, the line (from 1,
# within the program), and what belongs to the form.
Finding = list[Any]
Chain = list[str]


class Said(NamedTuple):
    """What was found in one program. `on`: the table of a trigger, else empty."""

    kind: str
    name: Chain
    on: Chain
    file: str
    line: int
    found: list[Finding]


@dataclass
class Program:
    """Its text, its tokens, and its statements with the tables that each reads."""

    text: str
    kind: str = ""
    name: Chain = field(default_factory=list)
    on: Chain = field(default_factory=list)

    @cached_property
    def tokens(self) -> list[Token]:
        """Without comments."""
        return [token for token in self._all if token.kind != "comment"]

    @cached_property
    def comments(self) -> list[Token]:
        """The comments alone."""
        return [token for token in self._all if token.kind == "comment"]

    @cached_property
    def _all(self) -> list[Token]:
        return list(scan(self.text, comments=True))

    @cached_property
    def statements(self) -> list[list[Token]]:
        """The statements in their order."""
        return list(statements(self.tokens))

    @cached_property
    def _ends(self) -> list[int]:
        found = [0]
        for text in self.text.split("\n"):
            found.append(found[-1] + len(text) + 1)
        return found

    def line(self, at: int) -> int:
        """The line, from 1, of a place in the text."""
        return bisect_right(self._ends, at)

    def line_span(self, line: int) -> tuple[int, int]:
        """Where a line begins and ends."""
        return self._ends[line - 1], self._ends[min(line, len(self._ends) - 1)]


class Sources:
    """The tables of one statement, by the names that its columns are qualified with."""

    def __init__(self, tokens: list[Token]) -> None:
        found = Statement(tokens)
        self.aliases = {alias: list(chain) for alias, chain in found.aliases.items()}
        self.tables = [list(chain) for chain in dict.fromkeys((*found.reads, *found.writes))]

    def of(self, owner: str) -> list[Chain]:
        """The tables that a column with this qualifier may belong to; all of them where it has none."""
        if not owner:
            return self.tables
        low = owner.lower()
        if low in self.aliases:
            return [self.aliases[low]]
        return [chain for chain in self.tables if chain[-1].lower() == low]


def column_at(tokens: list[Token], at: int) -> tuple[str, str, int]:
    """Qualifier, name and the index behind a column reference at `at`; no name where there is none."""
    if at >= len(tokens) or tokens[at].kind not in ("word", "name") or tokens[at].text[:1] in "@#":
        return "", "", at
    chain, after = dotted(tokens, at)
    if after < len(tokens) and tokens[after].text == "(":
        return "", "", at
    return (chain[-2] if len(chain) > 1 else ""), chain[-1], after
