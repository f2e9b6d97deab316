"""Conditions are no values and values are no conditions: T-SQL has no boolean type."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.walk import Walk

Kinds = frozenset[type[exp.Expression]]

CONNECTORS: Kinds = frozenset({exp.And, exp.Or, exp.Not})
_COMPARISONS: Kinds = frozenset(
    {exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Between, exp.In, exp.Is}
)
# Functions such as CONTAINS come as Anonymous.
_PREDICATES: Kinds = (
    _COMPARISONS | CONNECTORS | {exp.Exists, exp.Escape, exp.Anonymous, exp.Command, exp.NullSafeEQ, exp.NullSafeNEQ}
)
_NO_VALUE: Kinds = _COMPARISONS | CONNECTORS | {exp.Exists}


def is_condition(node: exp.Expression) -> bool:
    """Whether SQL Server takes this as a condition."""
    return type(bare(node)) in _PREDICATES


def check_value(node: exp.Expression, walk: Walk) -> None:
    """A select item is no condition."""
    if type(bare(node)) in _NO_VALUE:
        walk.syntax("a condition is no value (use CASE)", node)


def bare(node: exp.Expression) -> exp.Expression:
    """A node without the brackets around it."""
    while type(node) is exp.Paren:
        node = node.this
    return node
