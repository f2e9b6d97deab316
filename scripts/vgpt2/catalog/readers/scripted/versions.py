"""History tables of temporal tables and ledger views: they exist without a statement of their own."""

from __future__ import annotations

from dataclasses import replace

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.sqltext.scan import Token, dotted

# What a ledger view adds to its table's columns (learn.microsoft.com: ledger views).
_LEDGER = (
    ("ledger_transaction_id", "bigint"),
    ("ledger_sequence_number", "bigint"),
    ("ledger_operation_type", "int"),
    ("ledger_operation_type_desc", "nvarchar(60)"),
)


def note_versions(draft: Draft, table: Table, tokens: list[Token], file: str, line: int) -> None:
    """`HISTORY_TABLE = h` and `LEDGER_VIEW = v` among the options of a table: both exist, with its columns."""
    words = [token.upper for token in tokens]
    if "SYSTEM_VERSIONING" in words:
        table.temporal = "ON" in words[words.index("SYSTEM_VERSIONING") :][:3]
    for word, kind in (("HISTORY_TABLE", "table"), ("LEDGER_VIEW", "view")):
        if word in words:
            parts, _ = dotted(tokens, words.index(word) + 2)
            if parts:
                draft.versions.append(
                    (table, parts if len(parts) > 1 else [table.schema, *parts], kind, f"{file}:{line}")
                )


def add_versions(draft: Draft) -> None:
    """The history tables and ledger views that no statement of their own makes."""
    for table, parts, kind, source in draft.versions:
        schema, name = draft.schema_and_name(parts)
        columns = [replace(column, identity=False, default="") for column in table.columns]
        if kind == "view":
            columns += [Column(added, declared, "", nullable=False) for added, declared in _LEDGER]
        made = Table(schema, name, kind, columns, module=draft.module(schema, name), source=source)
        draft.tables.setdefault(draft.key(schema, name), made)
