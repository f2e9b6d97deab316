"""Making a source visible in its scope."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.clauses.functions import function_columns
from vgpt2.tsql.check.clauses.rowsets import rowset_columns
from vgpt2.tsql.check.names import check_alias, column_list, name_of
from vgpt2.tsql.check.scope import Scope, Source
from vgpt2.tsql.check.walk import Walk


def expose(source: Source, name: str, alias: exp.Expression | None, scope: Scope, walk: Walk) -> None:
    """Make a source visible under its alias or name."""
    identifier = alias.this if alias is not None else None
    if identifier is not None:
        check_alias(identifier, walk)
        name = source.name = name_of(identifier) or identifier.name
        source.aliased = True
    key = walk.fold(name)
    walk.exposed.add(key)
    same = scope.by_name.setdefault(key, [])
    if any(other.schema == source.schema or other.aliased or source.aliased for other in same):
        walk.resolve("duplicate_table", f"{name} stands twice in FROM", identifier or source.node, name)
    same.append(source)
    scope.sources.append(source)


def expose_opaque(node: exp.Expression, scope: Scope, because: str, walk: Walk) -> None:
    """A source whose columns cannot be known, unless its alias lists them or the catalog has a function's."""
    if (given := function_columns(node, walk)) is None:
        walk.cannot_know(because)
    alias = node.args.get("alias")
    pivots = node.args.get("pivots")
    if pivots and pivots[-1].args.get("alias") is not None:
        alias = pivots[-1].args["alias"]
    called, known = given or (node.name, None)
    named = column_list(alias, walk)
    if named and rowset_columns(node) is not None:
        walk.syntax(f"{called} has its own columns: no list of names behind its alias", alias or node)
    elif named and known and len(named) != len(known):
        walk.resolve("column_count", f"{called} names {len(named)} columns of {len(known)}", node, called)
    columns = {walk.fold(name): name for name in named} or known
    name = alias.name if alias is not None else called
    expose(Source(name, "opaque", columns, node), name, alias, scope, walk)


def unknown_table(name: str, schema: str, identifier: exp.Expression, walk: Walk) -> None:
    """A table that the catalog does not have."""
    lookup = walk.lookup
    written_name = f"{schema}.{name}" if schema else name
    other = lookup.table_in_other_case(name, schema)
    if other is not None:
        real = lookup.catalog.sql_name(other)
        message = f"the table is {real}, not {written_name}"
        walk.resolve("wrong_case", message, identifier, written_name, [real])
    else:
        message = f"there is no table {written_name}"
        walk.resolve("unknown_table", message, identifier, written_name, lambda: lookup.known_names(name, schema))
