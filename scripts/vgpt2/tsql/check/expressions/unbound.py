"""What to say about a column or a qualifier that stands for nothing."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.check.scope import Scope, Source, visible
from vgpt2.tsql.check.walk import Walk
from vgpt2.tsql.types import kind_of_type

_CLAUSES = {"where": "WHERE", "group": "GROUP BY", "having": "HAVING", "on": "ON"}


def no_column(name: str, identifier: exp.Expression, scope: Scope, walk: Walk) -> None:
    """An unqualified column that no source has."""
    clause = _CLAUSES.get(scope.clause)
    if clause and walk.fold(name) in scope.aliases:
        message = f"{name} is an alias of the select list, which {clause} does not see"
        walk.resolve("alias_in_where", message, identifier, name)
        return
    sources = visible(scope)
    for source in sources:
        real = _other_case(source, name)
        if real is not None:
            walk.resolve("wrong_case", f"{source.name} has {real}, not {name}", identifier, name, [real])
            return
    where = " or ".join(source.name for source in sources) or "the query, which has no FROM clause,"
    known = [column for source in sources for column in (source.columns or {}).values()]
    walk.resolve("unknown_column", f"{where} has no column {name}", identifier, name, known)


def no_column_of(source: Source, columns: dict[str, str], identifier: exp.Expression, walk: Walk) -> None:
    """A qualified column that its source does not have."""
    name: str = identifier.this
    real = _other_case(source, name)
    if real is not None:
        walk.resolve("wrong_case", f"{source.name} has {real}, not {name}", identifier, name, [real])
    else:
        message = f"{source.name} has no column {name}"
        walk.resolve("unknown_column", message, identifier, name, list(columns.values()))


def no_source(name: str, schema: str, table: exp.Expression, scope: Scope, walk: Walk) -> None:
    """A qualifier that stands for nothing in FROM."""
    sources = visible(scope)
    if _is_member(name, schema, sources, walk):
        return
    lookup, fold = walk.lookup, walk.fold
    written = f"{schema}.{name}" if schema else name
    if lookup.case_sensitive:
        other = next((source.name for source in sources if source.name.lower() == name.lower()), None)
        if other is not None and other != name:
            walk.resolve("wrong_case", f"the query has {other}, not {name}", table, name, [other])
            return
    known = [source.name for source in sources]
    if lookup.table(name, schema) is not None or any(fold(source.name) == fold(name) for source in sources):
        walk.resolve("not_in_from", f"{written} is not in the FROM clause under that name", table, name, known)
    elif any(source.aliased and _shows(source, name, fold) for source in sources):
        walk.resolve("not_in_from", f"{written} has an alias in this query", table, name, known)
    else:
        message = f"there is no table or alias {written}"
        walk.resolve("unknown_table", message, table, written, lambda: known + lookup.known_names(name, schema))


def _is_member(name: str, schema: str, sources: list[Source], walk: Walk) -> bool:
    """Whether `name.x` or `source.name.x` is a property of a column (geography, hierarchyid): not followed."""
    key = walk.fold(name)
    for source in sources:
        here = not schema or walk.fold(source.name) == walk.fold(schema)
        if here and key in (source.columns or {}) and _opaque_type(source, key):
            walk.cannot_know(f"a property of {source.name}.{name}")
            return True
    return False


def _opaque_type(source: Source, key: str) -> bool:
    if source.info is None:
        return source.columns is None
    column = source.info.table.column(source.columns.get(key, "")) if source.columns else None
    return column is None or kind_of_type(column.base_type) == "other"


def _shows(source: Source, name: str, fold: Callable[[str], str]) -> bool:
    return source.info is not None and fold(source.info.table.name) == fold(name)


def _other_case(source: Source, name: str) -> str | None:
    """The column that differs from `name` by case only (only ever so in a case-sensitive database)."""
    wanted = name.lower()
    if source.info is not None:
        real = source.info.lower.get(wanted)
    else:
        real = next((column for column in (source.columns or {}).values() if column.lower() == wanted), None)
    return real if real != name else None
