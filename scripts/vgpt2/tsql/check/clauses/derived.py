"""Queries and rows of values in FROM: derived tables, APPLY, `(VALUES ...) AS v (x)`."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.clauses.exposure import expose, expose_opaque
from vgpt2.tsql.check.clauses.outputs import named, source_of_derived
from vgpt2.tsql.check.clauses.over_tables import expose_over_table, is_over_table
from vgpt2.tsql.check.clauses.pivot import expose_pivoted
from vgpt2.tsql.check.clauses.tables import call_in_from
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.names import call_name, column_list
from vgpt2.tsql.check.scope import Output, Scope
from vgpt2.tsql.check.walk import NOT_UNDERSTOOD, Walk
from vgpt2.tsql.dialect import written


def add_derived(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """A query in brackets in FROM. It does not see the sources beside it."""
    alias = node.args.get("alias")
    output = walk.query(node.this, walk, scope.outer, scope.ctes, "derived")
    if node.args.get("pivots"):
        name = alias.name if alias is not None else ""
        output = named(output, column_list(alias, walk), name, node, walk)
        expose_pivoted(source_of_derived(name, output, node, walk), node, scope, walk)
    elif alias is None or alias.this is None:
        walk.cannot_know(NOT_UNDERSTOOD)
        expose(source_of_derived("", output, node, walk), "", None, scope, walk)
    else:
        _expose_named(output, node, alias, scope, walk)


def add_values(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """`(VALUES (1), (2)) AS v (x)`."""
    _values(node, node, scope, Scope(scope.select, scope.outer, scope.ctes), walk)


def add_lateral(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """CROSS APPLY and OUTER APPLY: the right side sees the sources before it."""
    inner = node.this
    alias = node.args.get("alias")
    if type(inner) is not exp.Subquery:
        if is_over_table(inner):
            expose_over_table(inner, node, scope, walk)
            return
        if isinstance(inner, exp.Func):
            call_in_from(inner, scope, walk)
            expose_opaque(node, scope, f"{call_name(inner)}()", walk)
            return
        if type(inner) is exp.Dot and type(inner.this) is exp.Identifier and type(inner.expression) is exp.Anonymous:
            call_in_from(inner.expression, scope, walk, inner.this)
            expose_opaque(node, scope, f"{inner.this.name}.{call_name(inner.expression)}()", walk)
            return
        for call in inner.find_all(exp.Anonymous):
            for argument in call.expressions:
                bind_expression(argument, scope, walk)
        expose_opaque(node, scope, written(inner)[:60], walk)
    elif type(inner.this) is exp.Values:
        _values(inner.this, node, scope, scope, walk)
    else:
        output = walk.query(inner.this, walk, scope, scope.ctes, "derived")
        if alias is None:
            walk.cannot_know(NOT_UNDERSTOOD)
        else:
            _expose_named(output, node, alias, scope, walk)


def _expose_named(output: Output, node: exp.Expression, alias: exp.Expression, scope: Scope, walk: Walk) -> None:
    name = alias.name
    output = named(output, column_list(alias, walk), name, alias.this, walk)
    expose(source_of_derived(name, output, node, walk), name, alias, scope, walk)


def _values(values: exp.Expression, node: exp.Expression, scope: Scope, seen: Scope, walk: Walk) -> None:
    """`values` are the rows, `node` has the name, `seen` is what the rows may see."""
    for row in values.expressions:
        for item in row.expressions if type(row) is exp.Tuple else [row]:
            bind_expression(item, seen, walk)
    alias = node.args.get("alias")
    given = column_list(alias, walk)
    if not given:
        walk.syntax("VALUES in FROM needs a name with columns", node)
    name = alias.name if alias is not None else ""
    output = Output()
    for column in given:
        output.add(column)
    for width in sorted({len(row.expressions) for row in values.expressions if type(row) is exp.Tuple}):
        if alias is not None and given and width != len(given):
            walk.resolve("column_count", f"{name} names {len(given)} columns of {width}", alias.this, name)
    output = named(output, given, name, alias, walk)
    source = source_of_derived(name, output, node, walk)
    if node.args.get("pivots"):
        expose_pivoted(source, node, scope, walk)
    else:
        expose(source, name, alias, scope, walk)
