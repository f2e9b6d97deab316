"""Expressions: every column below a node is bound, queries inside are resolved with the scope around them."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.expressions.columns import bind_column
from vgpt2.tsql.check.expressions.conditions import Kinds
from vgpt2.tsql.check.expressions.methods import check_static, check_value_of
from vgpt2.tsql.check.expressions.rules import misplaced_table, rules
from vgpt2.tsql.check.scope import Scope
from vgpt2.tsql.check.walk import Walk

_LEAVES: Kinds = frozenset({exp.Literal, exp.Identifier, exp.Var, exp.DataType, exp.Parameter, exp.Null, exp.Star})
SET_OPERATIONS: Kinds = frozenset({exp.Union, exp.Except, exp.Intersect})
_QUERIES: Kinds = SET_OPERATIONS | {exp.Select, exp.Subquery}
_OPEN = {"OPENQUERY", "OPENROWSET", "OPENDATASOURCE"}


def bind_expression(root: exp.Expression, scope: Scope, walk: Walk) -> None:
    """Bind all columns below `root`; queries inside are resolved with this scope around them."""
    stack = [root]
    rule_of = rules().get
    while stack:
        node = stack.pop()
        kind = type(node)
        if kind is exp.Column:
            bind_column(node, scope, walk)
            continue
        if kind in _LEAVES:
            continue
        if kind in _QUERIES:
            walk.query(node, walk, scope, scope.ctes, "value")
            continue
        if kind is exp.In and (inner := node.args.get("query")) is not None:
            walk.query(inner, walk, scope, scope.ctes, "exists" if type(node.this) is exp.Tuple else "in")
            stack.append(node.this)
            continue
        if kind is exp.Exists:
            walk.query(node.this, walk, scope, scope.ctes, "exists")
            continue
        if kind is exp.Any or kind is exp.All:
            walk.query(node.this, walk, scope, scope.ctes, "in")
            continue
        if kind is exp.Anonymous:
            stack += _arguments(node, scope, walk)
            continue
        if kind is exp.NextValueFor:
            _sequence(node, walk)
            continue
        rule = rule_of(kind)
        if rule is not None:
            rule(node, scope, walk)
        for value in node.args.values():
            if type(value) is list:
                stack.extend(child for child in value if isinstance(child, exp.Expression))
            elif isinstance(value, exp.Expression):
                stack.append(value)


def _sequence(node: exp.Expression, walk: Walk) -> None:
    """NEXT VALUE FOR a sequence of this database."""
    column = node.this
    schema = column.text("table") or walk.lookup.default_schema
    name = f"{schema}.{column.name}"
    if not walk.lookup.sequences:
        walk.cannot_know("a sequence, of which the catalog holds none")
    elif name.lower() not in walk.lookup.sequences:
        walk.resolve("unknown_sequence", f"there is no sequence {name}", node, name, sorted(walk.lookup.sequences))


def _nodes(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """The tables of a graph that MATCH names: each stands in FROM."""
    for name in dict.fromkeys(node.expressions[0].name.split()):
        if walk.fold(name) not in scope.by_name:
            walk.resolve("not_in_from", f"MATCH names {name}, which is not in the FROM clause", node, name)


def _arguments(node: exp.Expression, scope: Scope, walk: Walk) -> list[exp.Expression]:
    """What a function that sqlglot does not know is given; a first argument that is a date part is no column."""
    name = node.this.upper() if isinstance(node.this, str) else ""
    if name == "MATCH_OF":
        _nodes(node, scope, walk)
        return []
    if name == "VALUE_OF":
        check_value_of(node, walk)
        return node.expressions
    if name == "STATIC_OF":
        check_static(node, walk)
        return node.expressions
    if name in _OPEN:
        walk.cannot_know(name)
        return []
    signature = walk.lookup.signatures.get(name)
    if signature is not None:
        if signature.use == "table":
            misplaced_table(name, node, walk)
        elif signature.restricted:
            walk.typed.append(node)
        if signature.takes_date_part:
            return node.expressions[1:]
    arguments = node.expressions
    if name == "PARSE" or name == "TRY_PARSE":
        arguments = [argument.this if type(argument) is exp.Alias else argument for argument in arguments]
    return arguments
