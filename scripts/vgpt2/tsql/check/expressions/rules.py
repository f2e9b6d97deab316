"""What one node of an expression may not be or hold: a rule for each kind of node."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from sqlglot import exp

from vgpt2.tsql.check.calls.arguments import TYPED
from vgpt2.tsql.check.calls.routines import check_routine
from vgpt2.tsql.check.expressions.conditions import Kinds
from vgpt2.tsql.check.functions.shapes import shapes
from vgpt2.tsql.check.names import call_name
from vgpt2.tsql.check.scope import Scope
from vgpt2.tsql.check.walk import NOT_UNDERSTOOD, Walk
from vgpt2.tsql.dialect import written

Rule = Callable[[exp.Expression, Scope, Walk], None]

# Window functions that need OVER with ORDER BY.
_RANKING: Kinds = frozenset(
    {
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.PercentRank,
        exp.CumeDist,
        exp.Ntile,
        exp.Lag,
        exp.Lead,
        exp.FirstValue,
        exp.LastValue,
    }
)
_NO_AGGREGATE = {"where": "WHERE", "on": "ON", "group": "GROUP BY"}


def _window(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """A window function stands in the select list or ORDER BY, not inside another one or an aggregate."""
    clause = "HAVING" if scope.clause == "having" else _NO_AGGREGATE.get(scope.clause)
    if clause is not None:
        walk.resolve("misplaced_aggregate", f"a window function in {clause}", node)
    elif isinstance(node.find_ancestor(exp.Window, exp.AggFunc, exp.Query), (exp.Window, exp.AggFunc)):
        walk.resolve("misplaced_aggregate", "a window function inside another one or an aggregate", node)
    args = node.args
    if (name := args.get("alias")) is not None and walk.fold(name.name) not in _windows(scope, walk):
        walk.resolve("unknown_window", f"there is no window {name.name} in a WINDOW clause", name, name.name)
    inner = node.this.this if isinstance(node.this, (exp.IgnoreNulls, exp.RespectNulls)) else node.this
    if args.get("order") is None and args.get("alias") is None:
        if type(inner) in _RANKING:
            walk.syntax(f"OVER of {inner.sql_name()} needs ORDER BY", node)
        elif args.get("spec") is not None:
            walk.syntax("ROWS and RANGE need ORDER BY", node)
    if isinstance(inner, exp.AggFunc) and type(inner.this) is exp.Distinct:
        walk.syntax("DISTINCT does not go with OVER", node)
    if type(inner) is exp.GroupConcat:
        walk.syntax("STRING_AGG has no OVER", node)


def _windows(scope: Scope, walk: Walk) -> set[str]:
    """The folded names in the WINDOW clause of a SELECT."""
    return {walk.fold(window.name) for window in scope.select.args.get("windows") or ()}


def _ranking(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """ROW_NUMBER, LAG and their like have no meaning without OVER."""
    if not isinstance(node.parent, (exp.Window, exp.IgnoreNulls, exp.RespectNulls)):
        walk.syntax(f"{_function_name(node)} needs OVER", node)
    elif type(node) in _AGGREGATES:
        _aggregate(node, scope, walk)


def _aggregate(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """An aggregate stands in the select list, HAVING or ORDER BY, over one value."""
    clause = _NO_AGGREGATE.get(scope.clause)
    counts = type(node) is exp.Count
    if clause is not None:
        walk.resolve("misplaced_aggregate", f"an aggregate in {clause}", node)
    elif not counts and type(node.this) is exp.Star:
        walk.syntax(f"{_function_name(node)} takes no *", node)


def _command(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    walk.cannot_know(NOT_UNDERSTOOD)


def _cast(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """CAST to a type that is neither built in nor of this database."""
    target = node.this if type(node) is exp.Convert else node.args.get("to")
    if type(target) is exp.DataType and target.this == exp.DType.USERDEFINED:
        name = str(target.args.get("kind") or "").split(".")[-1].strip("[]")
        if name.lower() not in walk.lookup.types and name.lower() != "sysname":
            walk.cannot_know(f"type {name}")


def _dot(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """`schema.function(...)`, or a method of an xml column."""
    call = node.expression
    head = node.this
    if type(call) is exp.Anonymous and type(head) is exp.Identifier:
        routine = walk.lookup.functions.get(f"{head.this}.{call.this}".lower())
        if routine is not None:
            check_routine(routine, call, walk)
            return
        walk.cannot_know(f"{head.this}.{call.this}()")
    elif type(head) is exp.Anonymous and head.name == "STATIC_OF":
        walk.cannot_know(f"a member of {head.expressions[0].name}()")
    else:
        walk.cannot_know(written(node)[:60])


def _static(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """`hierarchyid::Null`: a property of a type, which is not followed."""
    walk.cannot_know(written(node)[:60])


def _typed(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """Its types are looked at when every column is bound."""
    walk.typed.append(node)


def _table(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    misplaced_table(call_name(node), node, walk)


def misplaced_table(name: str, node: exp.Expression, walk: Walk) -> None:
    """A function that gives rows, where a value should stand."""
    walk.resolve("misplaced_function", f"{name} gives a table: write it in FROM", node, name)


def _function_name(node: exp.Expression) -> str:
    return node.sql_name() if isinstance(node, exp.Func) else type(node).__name__.upper()


def _subclasses(kind: type) -> set[type]:
    found: set[type] = {kind}
    below: type
    for below in kind.__subclasses__():
        found |= _subclasses(below)
    return found


_AGGREGATES: frozenset[type] = frozenset(_subclasses(exp.AggFunc)) - {
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
}

_RULES: dict[type, Rule] = {
    **dict.fromkeys(_AGGREGATES, _aggregate),
    **dict.fromkeys(_RANKING, _ranking),
    **dict.fromkeys((exp.Cast, exp.TryCast, exp.Convert), _cast),
    **dict.fromkeys((exp.OpenJSON, exp.GenerateSeries), _table),
    exp.Window: _window,
    exp.Dot: _dot,
    exp.Command: _command,
    exp.ScopeResolution: _static,
}


@cache
def rules() -> dict[type, Rule]:
    """The rule of each kind of node, those that note it for a look at its types among them."""
    found = dict(_RULES)
    for kind in (*TYPED, *shapes()):
        found[kind] = _both(found[kind], _typed) if kind in found else _typed
    return found


def _both(first: Rule, second: Rule) -> Rule:
    def rule(node: exp.Expression, scope: Scope, walk: Walk) -> None:
        first(node, scope, walk)
        second(node, scope, walk)

    return rule
