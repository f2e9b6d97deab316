"""Every name of a statement, bound as SQL Server binds it.

One walk over the tree, scope by scope: sources first, then each clause with what it may see. The tree is not changed.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokens import Token

from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.calls.arguments import check_types
from vgpt2.tsql.check.calls.calls import check_calls
from vgpt2.tsql.check.calls.versions import check_versions
from vgpt2.tsql.check.clauses.ctes import with_ctes
from vgpt2.tsql.check.clauses.ordering import order_inside, order_of_set
from vgpt2.tsql.check.clauses.select import resolve_select
from vgpt2.tsql.check.expressions.expressions import SET_OPERATIONS
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.scope import Ctes, Output, Scope
from vgpt2.tsql.check.walk import NOT_UNDERSTOOD, Anchor, Place, Walk


def bind(tree: exp.Expression, tokens: list[Token], lookup: CatalogLookup) -> Binding:
    """What every name of a statement stands for, and what is wrong with it."""
    binding = Binding(tree, lookup)
    walk = Walk(binding, query)
    query(tree, walk, None, {}, "statement")
    check_calls(tokens, walk)
    check_types(walk, tokens)
    if lookup.lacking:
        check_versions(tree, walk)
    return binding


def wrong_calls(tokens: list[Token], lookup: CatalogLookup) -> list[Finding]:
    """The calls with a wrong number of arguments in a text that cannot be parsed, as faults of its syntax."""
    walk = Walk(Binding(exp.Null(), lookup), query)
    check_calls(tokens, walk)
    found = [finding for finding in walk.binding.findings if finding.rule == "argument_count"]
    return [Finding("syntax", item.rule, item.message, item.name, item.position) for item in found]


def query(
    node: exp.Expression,
    walk: Walk,
    outer: Scope | None,
    ctes: Ctes,
    place: Place,
    anchor: Anchor | None = None,
) -> Output:
    """The output of a query.

    `anchor(output)` is called with the first branch of a UNION before the second is walked: a recursive CTE reads
    its own columns from it.
    """
    if type(node) is exp.Select:
        output = resolve_select(node, walk, outer, ctes, place)
    elif type(node) is exp.Subquery:
        output = _in_brackets(node, walk, outer, ctes, place, anchor)
    elif type(node) in SET_OPERATIONS:
        output = _set_operation(node, walk, outer, ctes, place, anchor)
    else:
        walk.cannot_know(NOT_UNDERSTOOD)
        output = Output(known=False)
    walk.binding.outputs[id(node)] = output
    several = place in ("value", "in") and output.known and len(output.names) > 1
    if several and type(node) is not exp.Subquery and node.find(exp.ForClause) is None:
        walk.resolve("subquery_columns", "a subquery used as a value gives more than one column", node)
    return output


def _in_brackets(
    node: exp.Subquery, walk: Walk, outer: Scope | None, ctes: Ctes, place: Place, anchor: Anchor | None
) -> Output:
    if node.args.get("pivots"):
        walk.cannot_know("PIVOT")
    ctes = with_ctes(node, walk, outer, ctes)
    output = query(node.this, walk, outer, ctes, place, anchor)
    order_of_set(node, output, walk)
    return output


def _set_operation(
    node: exp.Expression, walk: Walk, outer: Scope | None, ctes: Ctes, place: Place, anchor: Anchor | None
) -> Output:
    """UNION, EXCEPT, INTERSECT: as many columns on both sides, names of the first."""
    name = type(node).__name__.upper()
    ctes = with_ctes(node, walk, outer, ctes)
    branch: Place = "exists" if place == "exists" else "branch"
    left = query(node.this, walk, outer, ctes, branch, anchor)
    if anchor is not None:
        anchor(left)
    right = query(node.expression, walk, outer, ctes, branch)
    if left.known and right.known and len(left.names) != len(right.names):
        walk.resolve("column_count", f"{len(left.names)} columns against {len(right.names)} in {name}", node)
    else:
        walk.typed.append(node)
    output = Output(left.known)
    output.several = True
    output.names, output.nodes, output.origins = left.names, left.nodes, left.origins
    if len(left.origins) == len(right.origins):
        output.origins = [a + b for a, b in zip(left.origins, right.origins, strict=True)]
    order_of_set(node, output, walk)
    if place != "statement":
        order_inside(node, walk)
    return output
