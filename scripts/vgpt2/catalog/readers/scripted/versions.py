"""History tables of temporal tables and ledger views: they exist without a statement of their own."""

from __future__ import annotations

from dataclasses import replace

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.sqltext.scan import Token, dotted

# What a ledger view adds to its table's columns, and the option that calls it otherwise (learn.microsoft.com: ledger
# views; CREATE TABLE, <ledger_view_option>).
_LEDGER = (
    ("ledger_transaction_id", "bigint", "TRANSACTION_ID_COLUMN_NAME"),
    ("ledger_sequence_number", "bigint", "SEQUENCE_NUMBER_COLUMN_NAME"),
    ("ledger_operation_type", "int", "OPERATION_TYPE_COLUMN_NAME"),
    ("ledger_operation_type_desc", "nvarchar(60)", "OPERATION_TYPE_DESC_COLUMN_NAME"),
)


def note_versions(draft: Draft, table: Table, tokens: list[Token], file: str, line: int) -> None:
    """`HISTORY_TABLE = h` and `LEDGER_VIEW = v` among the options of a table: both exist, with its columns. A ledger
    table without that option has a view all the same, called after the table."""
    words = [token.upper for token in tokens]
    if "SYSTEM_VERSIONING" in words:
        table.temporal = "ON" in words[words.index("SYSTEM_VERSIONING") :][:3]
    source = f"{file}:{line}"
    if parts := _named(tokens, words, "HISTORY_TABLE"):
        draft.versions.append((table, _owned(table, parts), None, source))
    parts = _named(tokens, words, "LEDGER_VIEW")
    if parts or _is_ledger(words):
        added = [
            Column((_named(tokens, words, option) or [name])[-1], declared, "", nullable=False)
            for name, declared, option in _LEDGER
        ]
        draft.versions.append((table, _owned(table, parts or [f"{table.name}_Ledger"]), added, source))


def _named(tokens: list[Token], words: list[str], option: str) -> list[str]:
    """The parts of the name behind `OPTION =`; none where the option is not there."""
    return dotted(tokens, words.index(option) + 2)[0] if option in words else []


def _is_ledger(words: list[str]) -> bool:
    """Whether `LEDGER = ON` stands among the options; a column may be called Ledger too."""
    return any(words[at : at + 1] == ["LEDGER"] and words[at + 2 : at + 3] == ["ON"] for at in range(len(words)))


def _owned(table: Table, parts: list[str]) -> list[str]:
    return parts if len(parts) > 1 else [table.schema, *parts]


def add_versions(draft: Draft) -> None:
    """The history tables and ledger views that no statement of their own makes."""
    for table, parts, added, source in draft.versions:
        schema, name = draft.schema_and_name(parts)
        columns = [replace(column, identity=False, default="") for column in table.columns]
        kind = "table" if added is None else "view"
        made = Table(schema, name, kind, columns + (added or []), module=draft.module(schema, name), source=source)
        draft.tables.setdefault(draft.key(schema, name), made)
