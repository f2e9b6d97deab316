"""The catalog views of a live server as a draft."""

from __future__ import annotations

from itertools import groupby

from vgpt2.catalog.keys import add_key
from vgpt2.catalog.model import Column, ForeignKey, Index, Key, Sequence, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.readers.scripted.pieces import read_pieces
from vgpt2.catalog.readers.scripted.programs import add_routine, add_said, read_trigger, read_view
from vgpt2.catalog.readers.server.connect import Results, ask_server
from vgpt2.database_settings import server_year

_LETTERS = frozenset(("char", "varchar", "binary", "varbinary"))
_WIDE = frozenset(("nchar", "nvarchar"))
_SCALED = frozenset(("decimal", "numeric"))
_AZURE = frozenset((5, 8, 12))  # SERVERPROPERTY('EngineEdition') of the databases in the cloud
_TEMPORAL = 2  # OBJECTPROPERTY(..., 'TableTemporalType') of a table that keeps its history
_FRACTIONS = frozenset(("datetime2", "datetimeoffset", "time"))


def read_server(draft: Draft, source: str) -> None:
    """Read a server into the draft; see `server.connect.ask_server` for what can go wrong."""
    read_results(draft, ask_server(source))


def read_results(draft: Draft, results: Results) -> None:
    """Put the results of `server.queries.QUERIES` together."""
    for row in results["database"]:
        version = "azure" if row["edition"] in _AZURE else row["version"]  # whose numbers say nothing
        draft.settle("server_version", server_year(version), "the server")
        draft.settle("compatibility_level", row["compatibility_level"], "the server")
    draft.types.update({row["name"]: declared(row, row["base"]) for row in results["types"]})
    for (schema, name), rows in groupby(results["columns"], key=lambda row: (row["schema"], row["table"])):
        columns = list(rows)
        kind = "view" if columns[0]["kind"].strip() == "V" else "table"
        table = Table(
            schema, name, kind, [_column(row) for row in columns], module=draft.module(schema, name), source="server"
        )
        table.temporal = columns[0]["temporal_type"] == _TEMPORAL
        draft.tables[draft.key(schema, name)] = table
    _keys(draft, results)
    for row in results["checks"]:
        checked = draft.table([row["schema"], row["table"]])
        if checked:
            checked.checks.append(row["definition"])
    for row in results["sequences"]:
        draft.sequences[draft.key(row["schema"], row["name"])] = Sequence(
            row["schema"], row["name"], row["type"], "server"
        )
    for row in results["modules"]:
        _module(draft, row)
    for row in results["descriptions"]:
        parts = [row["schema"], row["name"], *([row["column"]] if row["column"] else [])]
        draft.descriptions.append((parts, row["text"] or "", "extended property"))


def declared(row: dict, name: str) -> str:
    """A type as scripts write it, from the catalog's name, length in bytes, precision and scale."""
    length = row["max_length"]
    if name in _LETTERS or name in _WIDE:
        size = "max" if length < 0 else length // 2 if name in _WIDE else length
        return f"{name}({size})"
    if name in _SCALED:
        return f"{name}({row['precision']},{row['scale']})"
    return f"{name}({row['scale']})" if name in _FRACTIONS else name


def _column(row: dict) -> Column:
    kind = row["type"] if row["is_user_defined"] else declared(row, row["type"])
    column = Column(row["column"], kind, "", bool(row["is_nullable"]), bool(row["is_identity"]))
    column.default, column.computed = row["default"] or "", row["computed"] or ""
    return column


def _keys(draft: Draft, results: Results) -> None:
    def index_of(row: dict) -> tuple:
        return row["schema"], row["table"], row["index"]

    for (schema, name, index), rows in groupby(results["indexes"], key=index_of):
        found = list(rows)
        table, first, columns = draft.table([schema, name]), found[0], [row["column"] for row in found]
        if table is None:
            continue
        clustered = first["kind"].upper() == "CLUSTERED"
        if first["is_primary_key"]:
            add_key(table, Key(index, columns, "primary_key"))
        elif first["is_unique_constraint"]:
            add_key(table, Key(index, columns, "unique_constraint"))
        elif first["is_unique"] and not first["has_filter"]:
            add_key(table, Key(index, columns, "unique_clustered" if clustered else "unique_index"))
        else:
            table.indexes.append(Index(index or "", columns, bool(first["is_unique"])))

    def key_of(row: dict) -> tuple:
        return row["schema"], row["table"], row["name"]

    for (schema, name, key), rows in groupby(results["foreign_keys"], key=key_of):
        found = list(rows)
        target = f"{found[0]['referenced_schema']}.{found[0]['referenced_table']}"
        draft.foreign_keys.append(
            ForeignKey(
                key, f"{schema}.{name}", [row["column"] for row in found], target,
                [row["referenced_column"] for row in found], bool(found[0]["is_disabled"]),
            )
        )  # fmt: skip


def _module(draft: Draft, row: dict) -> None:
    """A view, procedure, function or trigger by its own CREATE statement, read as a script is."""
    where = f"{row['schema']}.{row['name']}"
    if not row["definition"]:
        draft.not_understood("program without a definition (encrypted, or no right to see it)", where, 1)
        return
    for piece in read_pieces(row["definition"]):
        if piece.kind == "view":
            known = draft.tables.get(draft.key(row["schema"], row["name"]))
            read_view(draft, piece.text, where, piece.line)
            view = draft.tables.get(draft.key(row["schema"], row["name"]))
            if known and view and known is not view:
                view.columns = known.columns  # the server knows their types
        elif piece.kind == "trigger":
            read_trigger(draft, piece.text, where, piece.line)
        elif piece.kind == "routine":
            add_routine(draft, piece.data, where, piece.line)
        elif piece.kind == "said":
            add_said(draft, piece.data, where, piece.line)
