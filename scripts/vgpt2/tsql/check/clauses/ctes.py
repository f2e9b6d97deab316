"""WITH: the common table expressions that a query adds to those it sees."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.clauses.outputs import named, renamed
from vgpt2.tsql.check.names import column_list, name_of, no_name
from vgpt2.tsql.check.scope import Cte, Ctes, Output, Scope
from vgpt2.tsql.check.walk import Walk


def with_ctes(node: exp.Expression, walk: Walk, outer: Scope | None, ctes: Ctes) -> Ctes:
    """The CTEs that `node` sees: its own, and those around it."""
    with_node = node.args.get("with_")
    if with_node is None:
        return ctes
    ctes = dict(ctes)
    for cte in with_node.expressions:
        _add(cte, walk, outer, ctes)
    return ctes


def _add(cte: exp.Expression, walk: Walk, outer: Scope | None, ctes: Ctes) -> None:
    """Resolve one CTE and add it to `ctes`, which it sees while it is resolved: it may be recursive."""
    alias = cte.args["alias"]
    if name_of(alias.this) is None:
        no_name(walk)
    name = alias.name
    given = column_list(alias, walk)
    key = walk.fold(name)
    walk.binding.cte_names.add(key)
    walk.exposed.add(key)
    entry = ctes[key] = Cte(name, Output())

    def anchor(output: Output) -> None:
        entry.output = renamed(output, given)

    output = walk.query(cte.this, walk, outer, ctes, "cte", anchor)
    entry.output = named(output, given, name, alias.this, walk)
