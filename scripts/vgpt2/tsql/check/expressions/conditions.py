"""Conditions are no values and values are no conditions: T-SQL has no boolean type."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.functions.signatures import Server, signatures
from vgpt2.tsql.check.walk import Walk

Kinds = frozenset[type[exp.Expression]]

CONNECTORS: Kinds = frozenset({exp.And, exp.Or, exp.Not})
_COMPARISONS: Kinds = frozenset(
    {exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Between, exp.In, exp.Is}
)
# Functions that are conditions, where sqlglot knows them.
_CALLS: Kinds = frozenset({exp.Contains, exp.RegexpLike})
_OTHERS: Kinds = frozenset({exp.Exists, exp.Escape, exp.Command, exp.NullSafeEQ, exp.NullSafeNEQ})
_PREDICATES: Kinds = _COMPARISONS | CONNECTORS | _CALLS | _OTHERS
_NO_VALUE: Kinds = _COMPARISONS | CONNECTORS | _CALLS | {exp.Exists}


def is_condition(node: exp.Expression) -> bool:
    """Whether SQL Server takes this as a condition."""
    inner = bare(node)
    kind = type(inner)
    return kind in _PREDICATES or (kind is exp.Anonymous and _use(inner) in ("", "predicate"))


def check_value(node: exp.Expression, walk: Walk) -> None:
    """A select item is no condition."""
    if is_predicate(bare(node)):
        walk.syntax("a condition is no value (use CASE)", node)


def is_predicate(node: exp.Expression) -> bool:
    """Whether this is certainly a condition, and no value: a comparison, EXISTS, CONTAINS."""
    kind = type(node)
    return kind in _NO_VALUE or (kind is exp.Anonymous and _use(node) == "predicate")


def _use(call: exp.Expression) -> str:
    """What a call is that sqlglot does not know: `predicate` of FREETEXT; empty where T-SQL has no such function."""
    signature = signatures(Server()).get(str(call.this).upper())
    return "" if signature is None or signature.word else signature.use


def bare(node: exp.Expression) -> exp.Expression:
    """A node without the brackets around it."""
    while type(node) is exp.Paren:
        node = node.this
    return node
