"""The output of a query as a source: under the names that its column list gives."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.scope import Output, Source
from vgpt2.tsql.check.walk import Walk


def renamed(output: Output, given: list[str]) -> Output:
    """The output under the names of `AS t (a, b)`; as it is where there are none."""
    if not given:
        return output
    found = Output()
    found.names = [*given]
    found.several = output.several
    known = output.known and len(output.origins) == len(given)
    found.origins = output.origins if known else [()] * len(given)
    found.nodes = output.nodes if known else [None] * len(given)
    return found


def named(output: Output, given: list[str], name: str, node: exp.Expression | None, walk: Walk) -> Output:
    """The output of a derived table or CTE under its column list; SQL Server wants each column named, once."""
    found = renamed(output, given)
    if not found.known:
        return found
    if given and len(given) != len(output.names):
        message = f"{name} names {len(given)} columns of {len(output.names)}"
        walk.resolve("column_count", message, node, name)
    seen = set()
    for position, column in enumerate(found.names, 1):
        if column is None:
            walk.resolve("unnamed_column", f"column {position} of {name} has no name", node, name)
        elif (key := walk.fold(column)) in seen:
            walk.resolve("duplicate_column", f"{name} has two columns {column}", node, column)
        else:
            seen.add(key)
    return found


def source_of_derived(name: str, output: Output, node: exp.Expression, walk: Walk) -> Source:
    """A derived table as a source."""
    return _source(Source(name, "derived", None, node), output, walk)


def source_of_cte(name: str, output: Output, node: exp.Expression, walk: Walk) -> Source:
    """A reference to a CTE as a source."""
    return _source(Source(name, "cte", None, node), output, walk)


def _source(source: Source, output: Output, walk: Walk) -> Source:
    if not output.known:
        walk.cannot_know(f"columns of {source.name}")
        return source
    columns = source.columns = {}
    source.output = output
    for column, origins in zip(output.names, output.origins, strict=True):
        if column is not None:
            key = walk.fold(column)
            columns[key] = column
            source.origins[key] = origins
    return source
