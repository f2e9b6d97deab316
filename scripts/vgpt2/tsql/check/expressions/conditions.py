"""Small looks at nodes of conditions."""

from __future__ import annotations

from sqlglot import exp

Kinds = frozenset[type[exp.Expression]]


def bare(node: exp.Expression) -> exp.Expression:
    """A node without the brackets around it."""
    while type(node) is exp.Paren:
        node = node.this
    return node
