"""What only the words of a text tell: JOIN without ON, a hint before the alias, and more.

sqlglot reads a bare JOIN as a comma, and drops NULLS LAST. Calls of functions are looked at in calls/calls.py.
"""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.walk import Walk

_NULLS_WHERE = frozenset({"FIRST", "LAST"})
_NAMES = frozenset({TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER})


def check_words(tokens: list[Token], walk: Walk) -> None:
    """Add the findings; the tree has been walked before."""
    joins = 0
    before: TokenType | None = None
    previous: Token | None = None
    hint_depth = depth = 0
    offset: Token | None = None
    for token in tokens:
        kind = token.token_type
        if hint_depth and depth == hint_depth - 1 and previous is not None and previous.token_type is TokenType.R_PAREN:
            if kind in _NAMES:
                _refuse(walk, "the alias comes before WITH (...)", token.text, token.start)
            hint_depth = 0
        if kind is TokenType.L_PAREN:
            depth += 1
            after_with = previous is not None and previous.token_type is TokenType.WITH
            if after_with and before is not TokenType.R_PAREN:
                hint_depth = depth
        elif kind is TokenType.R_PAREN:
            depth -= 1
        elif kind is TokenType.JOIN:
            joins += previous is not None and previous.token_type is not TokenType.CROSS
        elif kind is TokenType.OFFSET:
            offset = token
        elif kind is TokenType.ROW or kind is TokenType.ROWS:
            offset = None
        elif (kind is TokenType.VAR or kind is TokenType.FIRST) and previous is not None:
            if token.text.upper() in _NULLS_WHERE and previous.text.upper() == "NULLS":
                _refuse(walk, "NULLS FIRST and NULLS LAST are not T-SQL", "", previous.start)
        elif kind is TokenType.DISTINCT and before is TokenType.TOP:
            _refuse(walk, "DISTINCT comes before TOP", "", token.start)
        before = previous.token_type if previous is not None else None
        previous = token
    if offset is not None:
        _refuse(walk, "OFFSET needs ROWS", "", offset.start)
    if joins > walk.ons:
        _refuse(walk, "a JOIN without ON", "", -1)


def _refuse(walk: Walk, message: str, name: str, position: int) -> None:
    walk.binding.findings.append(Finding("syntax", "parse_error", message, name, position))
