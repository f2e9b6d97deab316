"""Which tables a program reads and writes, and the queries in it, from its tokens.

A procedure does not parse whole; its statements are told apart by tokens, and each is looked at alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vgpt2.sqltext.scan import Token, closing, dotted
from vgpt2.sqltext.split import statements

# What ends the list of tables behind FROM, at the same depth of parentheses.
_ENDS = frozenset("WHERE GROUP HAVING ORDER UNION EXCEPT INTERSECT OPTION FOR SET VALUES WHEN OUTPUT SELECT".split())
_JOINS = frozenset(("JOIN", "APPLY", "USING"))
_NO_TABLES = frozenset(("FETCH", "OPEN", "CLOSE", "DEALLOCATE", "GRANT", "DENY", "REVOKE", "DECLARE", "PRINT"))
_NOT_ALIASES = _ENDS | _JOINS | frozenset("ON WITH INNER LEFT RIGHT FULL CROSS OUTER AS INTO FROM".split())


@dataclass
class References:
    """Name chains of the tables that are read and written, in order, each once; the SELECTs that name two tables or
    more, as text."""

    reads: list[list[str]] = field(default_factory=list)
    writes: list[list[str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)


def references(text: str, tokens: list[Token]) -> References:
    """What the body of a program refers to. Temporary tables, variables and CTEs are none."""
    reads: dict[tuple[str, ...], None] = {}
    writes: dict[tuple[str, ...], None] = {}
    queries: dict[str, None] = {}
    for statement in statements(tokens):
        if statement[0].upper in _NO_TABLES and statement[0].upper != "DECLARE":
            continue
        found = Statement(statement)
        reads.update(dict.fromkeys(found.reads))
        writes.update(dict.fromkeys(found.writes))
        if found.tables > 1 and (query := _query(text, statement)):
            queries[query] = None
    return References([list(name) for name in reads], [list(name) for name in writes], list(queries))


class Statement:
    """The tables of one statement."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.aliases: dict[str, tuple[str, ...]] = {}
        self.ctes = self._ctes()
        self.reads: list[tuple[str, ...]] = []
        self.writes: list[tuple[str, ...]] = []
        self.tables = 0
        targets = self._targets()
        for index, token in enumerate(tokens):
            if (token.upper == "FROM" or token.upper in _JOINS) and index + 1 not in targets:
                self._sources(index + 1, commas=token.upper == "FROM")
        for at in sorted(targets):
            name = tuple(dotted(tokens, at)[0])
            # UPDATE h SET ... FROM APTH h: the alias stands for the table.
            name = self.aliases.get(name[0].lower(), name) if len(name) == 1 else name
            if self._is_table(name):
                self.writes.append(name)

    def _ctes(self) -> set[str]:
        if self.tokens[0].upper != "WITH":
            return set()
        words = [token.upper for token in self.tokens]
        return {
            self.tokens[index - 1].value.lower()
            for index in range(2, len(words) - 1)
            if words[index] == "AS" and self.tokens[index + 1].text == "("
        }

    def _targets(self) -> set[int]:
        """Where the names of written tables stand."""
        words = [token.upper for token in self.tokens]
        found = set()
        for index, word in enumerate(words):
            after = words[index + 1] if index + 1 < len(words) else ""
            before = words[index - 1] if index else ""
            if word == "INTO" or (word == "INSERT" and after != "INTO") or (word == "MERGE" and after != "INTO"):
                found.add(index + 1)
            elif word == "UPDATE" and before not in ("FOR", "THEN", "ON") and index + 1 < len(words):
                if self.tokens[index + 1].text != "(":
                    found.add(index + 1)
            elif word == "DELETE" and before not in ("THEN", "ON"):
                found.add(index + 2 if after == "FROM" else index + 1)
            elif word == "TABLE" and before == "TRUNCATE":
                found.add(index + 1)
        return found

    def _sources(self, at: int, commas: bool) -> None:
        """The table at `at`, and behind FROM those after commas at the same depth."""
        tokens = self.tokens
        while at < len(tokens):
            name, after = dotted(tokens, at)
            if name and (after >= len(tokens) or tokens[after].text != "("):
                self._take(tuple(name))
                after = self._alias(after, tuple(name))
            elif not name and tokens[at].text != "(":
                return
            at = after if name else at
            while commas and at < len(tokens) and tokens[at].text != ",":
                word = tokens[at].upper
                if word in _ENDS or word in _JOINS or tokens[at].text in (")", ";"):
                    return
                at = closing(tokens, at) + 1 if tokens[at].text == "(" else at + 1
            if not commas:
                return
            at += 1

    def _alias(self, at: int, name: tuple[str, ...]) -> int:
        tokens = self.tokens
        if at < len(tokens) and tokens[at].upper == "AS":
            at += 1
        if at < len(tokens) and tokens[at].kind in ("word", "name") and tokens[at].upper not in _NOT_ALIASES:
            self.aliases.setdefault(tokens[at].value.lower(), name)
            at += 1
        return at

    def _take(self, name: tuple[str, ...]) -> None:
        self.tables += 1
        if self._is_table(name):
            self.reads.append(name)

    def _is_table(self, name: tuple[str, ...]) -> bool:
        return (
            bool(name) and name[-1][:1] not in ("#", "@", "") and not (len(name) == 1 and name[0].lower() in self.ctes)
        )


def _query(text: str, tokens: list[Token]) -> str:
    """The SELECT of a statement; of UPDATE and DELETE with a FROM the same FROM under a SELECT of its own."""
    words = [token.upper for token in tokens]
    first, last = words[0], tokens[-1]
    if first in ("SELECT", "WITH"):
        return text[tokens[0].start : last.end] if "SELECT" in words else ""
    if first == "RETURN" and words[2:3] in (["SELECT"], ["WITH"]) and tokens[1].text == "(":
        return text[tokens[2].start : tokens[closing(tokens, 1) - 1].end]
    depth = 0
    wanted = "SELECT" if first in ("INSERT", "DECLARE", "RETURN") else "FROM" if first in ("UPDATE", "DELETE") else ""
    for index, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and wanted and token.upper == wanted and not (first == "DELETE" and index == 1):
            rest = text[token.start : last.end]
            return rest if wanted == "SELECT" else f"SELECT 1 AS x {rest}"
    return ""
