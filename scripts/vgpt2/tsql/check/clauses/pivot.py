"""PIVOT and UNPIVOT: which columns come in, and which come out."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from vgpt2.tsql.check.clauses.exposure import expose, expose_opaque
from vgpt2.tsql.check.expressions.columns import bind_column
from vgpt2.tsql.check.scope import BoundColumn, Scope, Source
from vgpt2.tsql.check.walk import Walk


def expose_pivoted(source: Source, node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """Make what the PIVOTs and UNPIVOTs behind a source give visible, under the name of the last.

    Args:
        source: what stands before them, not yet exposed.
        node: the tree of the source, which holds them.
    """
    walk.exposed.add(walk.fold(source.name))
    for pivot in node.args["pivots"]:
        if source.columns is None:
            expose_opaque(node, scope, f"columns of {source.name or 'PIVOT'}", walk)
            return
        source = _pivoted(source, pivot, scope, walk)
    expose(source, source.name, node.args["pivots"][-1].args.get("alias"), scope, walk)


def _pivoted(source: Source, pivot: exp.Expression, scope: Scope, walk: Walk) -> Source:
    inside = Scope(scope.select, scope.outer, scope.ctes)
    key = walk.fold(source.name)
    inside.sources.append(source)
    inside.by_name[key] = [source]
    alias = pivot.args.get("alias")
    result = Source(alias.name if alias is not None else "", "derived", {}, pivot)
    if pivot.args.get("unpivot"):
        gone = _bound((name for field in pivot.args["fields"] for name in field.expressions), inside, walk)
        made = [*pivot.expressions, *(field.this for field in pivot.args["fields"])]
        _check_alike(gone, pivot, walk)
    else:
        taken = [column for call in pivot.expressions for column in call.find_all(exp.Column)]
        gone = _bound([*taken, *(field.this for field in pivot.args["fields"])], inside, walk)
        made = [name for field in pivot.args["fields"] for name in field.expressions]
    columns: dict[str, str] = {}
    for folded, name in (source.columns or {}).items():
        if (source, folded) not in gone:
            columns[folded] = name
            result.origins[folded] = ((source, folded),) if source.info is not None else source.origins.get(folded, ())
    for column in made:
        folded = walk.fold(column.name)
        if folded in columns:
            walk.resolve("duplicate_column", f"{result.name} has two columns {column.name}", column, column.name)
        columns[folded] = column.name
    result.columns = columns
    return result


def _bound(columns: Iterable[exp.Expression], inside: Scope, walk: Walk) -> set[BoundColumn]:
    found = (bind_column(column, inside, walk) for column in columns)
    return {bound for bound in found if bound is not None}


def _check_alike(columns: Iterable[BoundColumn], pivot: exp.Expression, walk: Walk) -> None:
    """The columns of UNPIVOT have one type, its length too (error 8167); only what a table declares is sure."""
    first, declared = "", ""
    for source, key in sorted(columns, key=lambda bound: list(bound[0].columns or ()).index(bound[1])):
        name, found = (source.columns or {})[key], _declared(source, key)
        if not found:
            return
        if declared and found != declared:
            message = f"UNPIVOT needs columns of one type: {first} is {declared}, {name} is {found}"
            walk.resolve("operand_type", message, pivot, name)
            return
        first, declared = first or name, found


def _declared(source: Source, key: str) -> str:
    """The type that a table declares for a column, as one text; empty where it is not sure."""
    while source.info is None:
        origins = source.origins.get(key, ())
        if len(origins) != 1 or (source.output is not None and source.output.several):
            return ""
        source, key = origins[0]
    column = source.info.table.column((source.columns or {}).get(key, ""))
    return column.base_type.lower().replace(" ", "") if column is not None and key in source.info.types else ""
