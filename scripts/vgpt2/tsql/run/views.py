"""The SELECT inside a CREATE VIEW."""

from __future__ import annotations

from sqlglot.tokens import TokenType

from vgpt2.tsql.dialect import TsqlError, tokenize


def select_of(sql: str) -> str:
    """The query of a view's script: what follows the AS of `CREATE VIEW name [(columns)] [WITH ...] AS`.

    A text without CREATE VIEW comes back as it is.
    """
    try:
        tokens = tokenize(sql)
    except TsqlError:
        return sql
    start = next((n for n, token in enumerate(tokens) if token.token_type is TokenType.VIEW), None)
    if start is None or not tokens or tokens[0].token_type not in (TokenType.CREATE, TokenType.ALTER):
        return sql
    depth = 0
    for token in tokens[start:]:
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif token.token_type is TokenType.R_PAREN:
            depth -= 1
        elif token.token_type is TokenType.ALIAS and depth == 0:
            return sql[token.end + 1 :].strip()
    return sql
