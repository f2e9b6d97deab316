"""The FROM clause: fills a scope with the sources of a SELECT, in order, because an ON sees only what is before it."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.clauses.derived import add_derived, add_lateral, add_values
from vgpt2.tsql.check.clauses.exposure import expose_opaque
from vgpt2.tsql.check.clauses.tables import add_table
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.scope import Scope
from vgpt2.tsql.check.walk import Walk


def add_sources(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """FROM and its joins."""
    from_ = node.args.get("from_")
    if from_ is not None:
        _source(from_.this, scope, walk)
    _joins(node, scope, walk)
    for lateral in node.args.get("laterals") or ():
        add_lateral(lateral, scope, walk)


def _source(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """One entry of FROM."""
    kind = type(node)
    if kind is exp.Table:
        add_table(node, scope, walk)
        _joins(node, scope, walk)
    elif kind is exp.Subquery:
        if _holds_joins(node):
            _source(node.this, scope, walk)
        else:
            add_derived(node, scope, walk)
        _joins(node, scope, walk)
    elif kind is exp.Lateral:
        add_lateral(node, scope, walk)
    elif kind is exp.Values:
        add_values(node, scope, walk)
    else:
        expose_opaque(node, scope, f"{kind.__name__} in FROM", walk)


def _joins(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """The joins that hang on a SELECT or, in brackets, on a table."""
    for join in node.args.get("joins") or ():
        args = join.args
        _source(join.this, scope, walk)
        on = args.get("on")
        if on is not None:
            scope.clause = "on"
            bind_expression(on, scope, walk)
            scope.clause = "from"
            scope.ons.append(on)


def _holds_joins(node: exp.Expression) -> bool:
    """Whether brackets in FROM hold joins, at whatever depth, and not a query."""
    inner = node.this
    while type(inner) is exp.Subquery:
        inner = inner.this
    return isinstance(inner, exp.Table) and node.args.get("alias") is None
