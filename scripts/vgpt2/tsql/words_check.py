"""What only the words of a text tell: function names, JOIN without ON, a hint before the alias.

sqlglot reads `NOW()` and `GETDATE()` as one thing, and a bare JOIN as a comma.
"""

from __future__ import annotations

from sqlglot.tokens import TokenType

from vgpt2.tsql.functions import CALLABLE

_NO_NAMES = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.NATIONAL_STRING})
_NAMES = frozenset({TokenType.ALIAS, TokenType.VAR, TokenType.IDENTIFIER})


def check_words(resolver, tokens: list) -> None:
    """Add the findings to the resolver, which has walked the tree before."""
    joins = 0
    before = previous = None
    hint_depth = depth = 0
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            depth += 1
            if previous is not None:
                if previous.token_type is TokenType.WITH and before is not TokenType.R_PAREN:
                    hint_depth = depth
                else:
                    _function(resolver, previous, before)
        elif kind is TokenType.R_PAREN:
            depth -= 1
        elif kind is TokenType.JOIN:
            joins += previous is not None and previous.token_type is not TokenType.CROSS
        elif hint_depth and previous.token_type is TokenType.R_PAREN and depth == hint_depth - 1:
            if kind in _NAMES:
                message = "the alias comes before WITH (...)"
                resolver.findings.append(resolver.finding("syntax", "parse_error", message, token.text, token.start))
            hint_depth = 0
        elif kind is TokenType.DISTINCT and before is TokenType.TOP:
            message = "DISTINCT comes before TOP"
            resolver.findings.append(resolver.finding("syntax", "parse_error", message, "", token.start))
        before = previous.token_type if previous is not None else None
        previous = token
    if joins > resolver.ons:
        resolver.findings.append(resolver.finding("syntax", "parse_error", "a JOIN without ON"))


def _function(resolver, token, before) -> None:
    name = token.text
    if token.token_type in _NO_NAMES or before is TokenType.DOT or name.upper() in CALLABLE:
        return
    if name[:1].isalpha() and " " not in name and resolver.fold(name) not in resolver.exposed:
        message = f"{name} is no function of T-SQL"
        resolver.findings.append(resolver.finding("resolve", "unknown_function", message, name, token.start))
