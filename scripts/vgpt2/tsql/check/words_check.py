"""What only the words of a text tell: JOIN without ON, a hint before the alias, and more.

sqlglot reads a bare JOIN as a comma, and drops NULLS LAST. Calls of functions are looked at in calls/calls.py.
"""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.walk import Walk

_NULLS_WHERE = frozenset({"FIRST", "LAST"})
_NAMES = frozenset({TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER})
# Compared for every token of every text.
_OPEN, _CLOSE, _WITH, _JOIN, _CROSS = (
    TokenType.L_PAREN,
    TokenType.R_PAREN,
    TokenType.WITH,
    TokenType.JOIN,
    TokenType.CROSS,
)
_OFFSET, _ROW, _ROWS, _VAR, _FIRST = (
    TokenType.OFFSET,
    TokenType.ROW,
    TokenType.ROWS,
    TokenType.VAR,
    TokenType.FIRST,
)
_DISTINCT, _TOP = TokenType.DISTINCT, TokenType.TOP


def check_words(tokens: list[Token], walk: Walk) -> None:
    """Add the findings; the tree has been walked before."""
    joins = 0
    before: TokenType | None = None
    previous: Token | None = None
    hint_depth = depth = 0
    offset: Token | None = None
    for token in tokens:
        kind = token.token_type
        if hint_depth and depth == hint_depth - 1 and previous is not None and previous.token_type is _CLOSE:
            if kind in _NAMES:
                _refuse(walk, "the alias comes before WITH (...)", token.text, token.start)
            hint_depth = 0
        if kind is _OPEN:
            depth += 1
            after_with = previous is not None and previous.token_type is _WITH
            if after_with and before is not _CLOSE:
                hint_depth = depth
        elif kind is _CLOSE:
            depth -= 1
        elif kind is _JOIN:
            joins += previous is not None and previous.token_type is not _CROSS
        elif kind is _OFFSET:
            offset = token
        elif kind is _ROW or kind is _ROWS:
            offset = None
        elif (kind is _VAR or kind is _FIRST) and previous is not None:
            if token.text.upper() in _NULLS_WHERE and previous.text.upper() == "NULLS":
                _refuse(walk, "NULLS FIRST and NULLS LAST are not T-SQL", "", previous.start)
        elif kind is _DISTINCT and before is _TOP:
            _refuse(walk, "DISTINCT comes before TOP", "", token.start)
        before = previous.token_type if previous is not None else None
        previous = token
    if offset is not None:
        _refuse(walk, "OFFSET needs ROWS", "", offset.start)
    if joins > walk.ons:
        _refuse(walk, "a JOIN without ON", "", -1)


def _refuse(walk: Walk, message: str, name: str, position: int) -> None:
    walk.binding.findings.append(Finding("syntax", "parse_error", message, name, position))
