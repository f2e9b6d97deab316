"""Tokens of T-SQL text: enough to find names, strings, comments and statements, in any script and in linear time.

This is not a parser. It never fails: what it does not know is a one-character token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# An unclosed string, name or comment runs to the end of the text, as it does for the server.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--[^\r\n]*)
    | (?P<block>/\*)
    | (?P<string>[Nn]?'(?:[^']|'')*(?:'|\Z))
    | (?P<name>\[(?:[^\]]|\]\])*(?:\]|\Z) | "(?:[^"]|"")*(?:"|\Z))
    | (?P<number>0[xX][0-9A-Fa-f]* | \d+(?:\.\d*)?(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w@$#]* | [@#][\w@$#]*)
    | (?P<symbol><>|<=|>=|!=|!<|!>|\+=|-=|\*=|/=|::|\S)
    """,
    re.VERBOSE,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


class Token(NamedTuple):
    """`kind`: word, name (bracketed or double-quoted), string, number, symbol or comment."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the token ends, exclusive."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """The word in upper case; empty for a quoted name, so that `[select]` is no keyword."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def value(self) -> str:
        """The name or string without its quotes; other tokens as they are."""
        return unquote(self.text) if self.kind in ("name", "string") else self.text


def unquote(text: str) -> str:
    """`[a]]b]`, `"a""b"`, `'it''s'`, `N'x'` without their quotes; other text as it is."""
    if text[:2] in ("N'", "n'"):
        text = text[1:]
    for opening, closing in (("[", "]"), ('"', '"'), ("'", "'")):
        if text.startswith(opening):
            inner = text[1:-1] if text.endswith(closing) and len(text) > 1 else text[1:]
            return inner.replace(closing * 2, closing)
    return text


def scan(text: str, comments: bool = False) -> Iterator[Token]:
    """The tokens of `text` in order, without white space, and without comments unless asked for.

    Block comments nest, as in T-SQL.
    """
    position, match = 0, _TOKEN.match
    while found := match(text, position):
        kind, position = found.lastgroup or "", found.end()
        if kind == "block":
            position = comment_end(text, found.start())
            kind = "comment"
        if kind == "space" or (kind == "comment" and not comments):
            continue
        yield Token(kind, text[found.start() : position], found.start())


def comment_end(text: str, start: int) -> int:
    """Where the block comment that opens at `start` ends, exclusive."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def comment_is_open(text: str, start: int) -> bool:
    """Whether the block comment that opens at `start` is never closed."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return False
    return True


def dotted(tokens: list[Token], at: int) -> tuple[list[str], int]:
    """The name chain (`a.b.c`) that starts at token `at`, unquoted, and the index after it; empty if none is there."""
    parts: list[str] = []
    while at < len(tokens) and tokens[at].kind in ("word", "name"):
        parts.append(tokens[at].value)
        at += 1
        while at < len(tokens) and tokens[at].text == ".":
            at += 1
            if at < len(tokens) and tokens[at].text == ".":
                parts.append("")  # db..table
        if tokens[at - 1].text != ".":
            break
    return parts, at


def closing(tokens: list[Token], at: int) -> int:
    """The index of the `)` that closes the `(` at `at`; the last index if it never closes."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].text == "(":
            depth += 1
        elif tokens[index].text == ")":
            depth -= 1
            if depth == 0:
                return index
    return len(tokens) - 1


def comma_parts(tokens: list[Token]) -> list[list[Token]]:
    """The tokens cut at the commas outside parentheses; empty parts are left out."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.text == "," and depth == 0:
            parts.append([])
            continue
        depth += (token.text == "(") - (token.text == ")")
        parts[-1].append(token)
    return [part for part in parts if part]


def spelled(text: str, tokens: list[Token]) -> str:
    """The source text that these tokens span, white space collapsed outside of nothing but ends."""
    return re.sub(r"\s+", " ", text[tokens[0].start : tokens[-1].end]) if tokens else ""
