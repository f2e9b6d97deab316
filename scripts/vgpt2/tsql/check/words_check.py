"""What only the words of a text tell: function names, date parts, JOIN without ON, a hint before the alias, and more.

sqlglot reads `NOW()` and `GETDATE()` as one thing, a bare JOIN as a comma, and drops NULLS LAST.
"""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.functions import CALLABLE, DATE_PART_FIRST, DATE_PARTS
from vgpt2.tsql.check.walk import Walk

_NO_NAMES = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.NATIONAL_STRING})
_NULLS_WHERE = frozenset({"FIRST", "LAST"})
_NAMES = frozenset({TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER})


def check_words(tokens: list[Token], walk: Walk) -> None:
    """Add the findings; the tree has been walked before."""
    joins = 0
    before: TokenType | None = None
    previous: Token | None = None
    hint_depth = depth = 0
    offset: Token | None = None
    part_of = ""
    for token in tokens:
        kind = token.token_type
        if part_of and previous is not None and previous.token_type is TokenType.L_PAREN:
            if token.text.upper() not in DATE_PARTS or kind is TokenType.STRING:
                _refuse(walk, f"{token.text} is no date part of {part_of}", token.text, token.start)
            part_of = ""
        if hint_depth and depth == hint_depth - 1 and previous is not None and previous.token_type is TokenType.R_PAREN:
            if kind in _NAMES:
                _refuse(walk, "the alias comes before WITH (...)", token.text, token.start)
            hint_depth = 0
        if kind is TokenType.L_PAREN:
            depth += 1
            if previous is not None:
                if previous.token_type is TokenType.WITH and before is not TokenType.R_PAREN:
                    hint_depth = depth
                else:
                    _function(walk, previous, before)
                    if previous.text.upper() in DATE_PART_FIRST and before is not TokenType.DOT:
                        part_of = previous.text
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


def _function(walk: Walk, token: Token, before: TokenType | None) -> None:
    name = token.text
    if token.token_type in _NO_NAMES or before is TokenType.DOT or name.upper() in CALLABLE:
        return
    if name[:1].isalpha() and " " not in name and walk.fold(name) not in walk.exposed:
        message = f"{name} is no function of T-SQL"
        walk.binding.findings.append(Finding("resolve", "unknown_function", message, name, token.start))
