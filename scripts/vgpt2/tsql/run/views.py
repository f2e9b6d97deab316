"""The SELECT inside a CREATE VIEW."""

from __future__ import annotations

from vgpt2.sqltext.scan import scan


def select_of(sql: str) -> str:
    """The query of a view's script: what follows the AS of `CREATE VIEW name [(columns)] [WITH ...] AS`.

    A text without CREATE VIEW comes back as it is.
    """
    tokens = list(scan(sql))
    start = next((n for n, token in enumerate(tokens) if token.upper == "VIEW"), None)
    if start is None or tokens[0].upper not in ("CREATE", "ALTER"):
        return sql
    depth = 0
    for token in tokens[start:]:
        depth += (token.text == "(") - (token.text == ")")
        if token.upper == "AS" and depth == 0:
            return sql[token.end :].strip()
    return sql
