"""Functions that give a table, where they stand in FROM or APPLY: those of the database, and built-in ones."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.catalog.shape_sources import function_of
from vgpt2.tsql.check.clauses.rowsets import rowset_columns
from vgpt2.tsql.check.walk import Walk

Given = tuple[str, dict[str, str]]


class TableFunctions(dict[str, dict[str, str]]):
    """By folded qualified name: the columns that a function gives, folded to as they are written."""


def function_columns(node: exp.Expression, walk: Walk) -> Given | None:
    """Name and columns of the function that a source calls; None where it is no function whose columns are known."""
    if (built_in := rowset_columns(node)) is not None:
        return built_in[0], {walk.fold(name): name for name in built_in[1]}
    called = function_of(node)
    if called is None:
        return None
    schema, name = called
    catalog = walk.lookup.catalog
    known = catalog.derived.get(TableFunctions, lambda: _known(walk))
    columns = known.get(walk.fold(f"{schema or catalog.database.default_schema}.{name}"))
    return (name, columns) if columns else None


def _known(walk: Walk) -> TableFunctions:
    return TableFunctions(
        (walk.fold(routine.qualified), {walk.fold(column.name): column.name for column in routine.columns})
        for routine in walk.lookup.catalog.routines
        if routine.columns and all(column.name for column in routine.columns)
    )
