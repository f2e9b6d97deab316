"""Views: what they read, what columns they give out, and which of them show one table as it is."""

from __future__ import annotations

from vgpt2.catalog.joins.queries import Query
from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.readers.draft import Draft, place_of
from vgpt2.sqltext.names import quote

_SHOWN = ("identity", "computed", "default", "nullable", "type", "base_type")


def resolve_views(draft: Draft) -> dict[str, Query]:
    """Read the SQL of all views, those that others read first. Returns the parsed query of each, by qualified name.

    Columns that a reader already knows stay; a view whose SQL is not understood is recorded and keeps its column list.
    Functions that give the rows of a query are read among them: each may read the other.
    """
    views = {table.qualified: table for table in draft.tables.values() if table.kind == "view" and table.sql}
    functions = {table.qualified: table for table in draft.functions.values() if table.sql}
    views |= {name: function for name, function in functions.items() if name not in views}
    shapes = {name: draft.shapes.get(table.sql) for name, table in sorted(views.items())}
    for name, shape in shapes.items():
        if shape is None:
            kind = views[name].kind
            why = f"{name}: {draft.failed[views[name].sql]}"
            draft.not_understood(kind, *place_of(views[name]), why, kind if kind == "view" else "")
    queries = {name: Query(draft, shape) for name, shape in shapes.items() if shape is not None}
    done: set[str] = set()

    def resolve(name: str) -> None:
        if name in done:
            return
        done.add(name)  # before the views below, so that a cycle ends
        query, view = queries[name], views[name]
        below = [table for table in query.tables() if table.qualified != name]
        for table in [*below, *query.functions()]:
            if table.qualified in queries:
                resolve(table.qualified)
        view.reads = sorted(table.qualified for table in below)
        with draft.reading(view.kind, *place_of(view), name, view.kind if view.kind == "view" else ""):
            _set_columns(draft, view, query)

    for name in queries:
        resolve(name)
    return {name: query for name, query in queries.items() if name not in functions}


def give_columns(draft: Draft) -> None:
    """Put the columns of functions on their routines; one without is listed."""
    for key, function in draft.functions.items():
        if routine := draft.routines.get(key):
            routine.columns = function.columns
        listed = function.sql and draft.shapes.get(function.sql) is None
        if not function.columns and not listed:
            draft.not_understood("table function without columns", *place_of(function), function.qualified)


def _set_columns(draft: Draft, view: Table, query: Query) -> None:
    if view.columns and any(column.type for column in view.columns):
        return
    found = query.outputs()
    if not view.columns:
        view.columns = found
    elif len(found) == len(view.columns):
        for named, output in zip(view.columns, found, strict=True):
            output.name = named.name
        view.columns = found


def computed_query(table: Table, column: Column) -> str:
    """A query that gives out a computed column alone."""
    return f"SELECT {column.computed} AS x FROM {quote(table.schema)}.{quote(table.name)}"


def resolve_computed(draft: Draft) -> None:
    """Types of computed columns, as far as simple rules tell."""
    for table in draft.tables.values():
        for column in table.columns:
            if column.computed and not column.type:
                shape = draft.shapes.get(computed_query(table, column))
                outputs = Query(draft, shape).outputs() if shape is not None else []
                column.type = outputs[0].type if outputs else ""
                column.base_type = draft.base_type(column.type) if column.type else ""


def link_base_tables(draft: Draft, queries: dict[str, Query]) -> None:
    """Set `base_table` where a view shows one table as it is, and give the view what is known of that table.

    By its SQL, or (with the database's `base_table_prefix`) by its name and columns: `APTH` shows `bAPTH`. A view that
    shows a part of a table's rows (a WHERE, row security too) is linked as well, and marked `filtered`.
    """
    prefix = draft.database.base_table_prefix
    for view in draft.tables.values():
        if view.kind != "view":
            continue
        query = queries.get(view.qualified)
        base = query.shows_whole() if query else None
        if base is None and prefix:
            named = draft.table([view.schema, prefix + view.name])
            plain = query is None or query.tables() == [named]
            if named and named.kind == "table" and plain:
                known = {column.name for column in named.columns}
                base = named if all(column.name in known for column in view.columns) else None
        if base is None:
            base = _shown_in_part(queries, view)
            view.filtered = base is not None
        elif query is not None and query.shape["part"]:
            view.filtered = True
        if base is not None and base.kind == "table":
            _inherit(draft, view, base)


def _shown_in_part(queries: dict[str, Query], view: Table) -> Table | None:
    """The table of which a view shows rows, through other views that show one."""
    below: Table | None = view
    for _ in range(5):
        query = queries.get(below.qualified) if below else None
        below = (query.shows_part() or query.shows_whole()) if query else None
        if below is None or below.kind == "table":
            return below
    return None


def _inherit(draft: Draft, view: Table, base: Table) -> None:
    view.base_table = base.qualified
    view.reads = view.reads or [base.qualified]
    if not view.columns:
        view.columns = [Column(column.name, "", "") for column in base.columns]
    shown = {column.name for column in view.columns}
    if shown.issuperset(base.key):
        view.key = list(base.key)
    view.keys = [key for key in base.keys if shown.issuperset(key.columns)]
    view.checks = list(base.checks)
    _share_description(view, base)
    for column in view.columns:
        under = draft.column(base, column.name)
        if under:
            for name in _SHOWN:
                setattr(column, name, getattr(under, name))
            column.values = list(under.values or column.values)
            under.values = list(column.values)
            _share_description(column, under)


def _share_description(view: Table | Column, base: Table | Column) -> None:
    """A document may describe the view or the table: what one has, the other gets."""
    for source, target in ((base, view), (view, base)):
        if source.description and not target.description:
            target.description, target.description_source = source.description, source.description_source
