"""The select list: the columns that a SELECT gives."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from vgpt2.tsql.check.expressions.columns import bind_column, source_of
from vgpt2.tsql.check.expressions.conditions import bare
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.names import check_alias
from vgpt2.tsql.check.scope import Output, Scope
from vgpt2.tsql.check.walk import NOT_UNDERSTOOD, Walk


def select_list(select: exp.Select, scope: Scope, walk: Walk) -> Output:
    """The output of the select list."""
    output = Output()
    for written in select.expressions:
        item: Any = bare(written)  # (a) is the column a
        kind = type(item)
        if kind is exp.Column:
            if type(item.this) is exp.Star:
                _star(output, item, scope, walk)
            else:
                _column(output, item.name, item, scope, walk)
        elif kind is exp.Alias:
            check_alias(item.args["alias"], walk)
            inner = item.this
            if type(inner) is exp.Column:
                _column(output, item.alias, inner, scope, walk)
            else:
                bind_expression(inner, scope, walk)
                output.add(item.alias, (), inner)
        elif kind is exp.Star:
            _star(output, item, scope, walk)
        elif kind is exp.EQ:
            _assigned(output, item, scope, walk)
        else:
            bind_expression(item, scope, walk)
            output.add(None, (), item)
    return output


def select_aliases(select: exp.Select, walk: Walk) -> set[str]:
    """Folded aliases of the select list, only to tell an alias used too early from an unknown column."""
    names = set()
    for item in select.expressions:
        if type(item) is exp.Alias:
            names.add(walk.fold(item.alias))
        elif type(item) is exp.EQ and type(item.this) is exp.Literal:
            names.add(walk.fold(item.this.this))
    return names


def _column(output: Output, name: str, node: exp.Column, scope: Scope, walk: Walk) -> None:
    found = bind_column(node, scope, walk)
    output.add(name, (found,) if found else (), node)


def _assigned(output: Output, item: exp.EQ, scope: Scope, walk: Walk) -> None:
    """`'name' = expression`, the old form of an alias."""
    bind_expression(item.expression, scope, walk)
    left = item.this
    if type(left) is exp.Literal and left.is_string:
        output.add(left.this, (), item.expression)
    else:
        walk.cannot_know(NOT_UNDERSTOOD)
        output.add(None)


def _star(output: Output, node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """`*` or `t.*`: the columns of the sources."""
    sources = scope.sources
    if type(node) is exp.Column:
        source = source_of(node, scope, walk)
        sources = [source] if source is not None else []
    elif not sources:
        walk.syntax("* needs a FROM clause", node)
    for source in sources:
        if source.columns is None:
            output.known = False
            continue
        for key, name in source.columns.items():
            output.add(name, ((source, key),))
