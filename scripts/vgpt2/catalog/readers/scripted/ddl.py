"""CREATE TABLE, ALTER TABLE, CREATE INDEX and CREATE TYPE, read from tokens.

A full parser stops at the first clause that it does not know (`MASKED WITH`, `ON scheme(col)`, memory-optimised
options) and the column is lost; here an unknown clause is passed over and the column stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vgpt2.catalog.keys import add_key
from vgpt2.catalog.model import ASSEMBLY_TYPE, Column, ForeignKey, Index, Key, Sequence, Table
from vgpt2.catalog.readers.draft import BUILT_IN, SYNONYMS, Draft
from vgpt2.catalog.readers.scripted.versions import note_versions
from vgpt2.sqltext.scan import Token, closing, comma_parts, dotted, scan, spelled

_TABLE_LEVEL = frozenset(("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "PERIOD", "INDEX", "DEFAULT"))
_OPTIONS = frozenset(
    """
    CONSTRAINT PRIMARY UNIQUE REFERENCES CHECK DEFAULT NOT NULL IDENTITY COLLATE ROWGUIDCOL SPARSE MASKED GENERATED
    PERSISTED INDEX HIDDEN ENCRYPTED FILESTREAM FOREIGN WITH ON
    """.split()
)


@dataclass
class Constraint:
    """A constraint as written. `kind`: primary, unique, foreign, check, default, index, unique_index, or silent: a
    column that does not say whether it allows NULL."""

    kind: str
    name: str = ""
    columns: list[str] = field(default_factory=list)
    clustered: bool = False
    referenced: list[str] = field(default_factory=list)
    referenced_columns: list[str] = field(default_factory=list)
    expression: str = ""
    unique: bool = False  # of an index


def name_list(tokens: list[Token]) -> list[str]:
    """The column names between parentheses: `([a] ASC, b DESC)` gives a and b."""
    return [part[0].value for part in comma_parts(tokens) if part[0].kind in ("word", "name")]


def _in_parentheses(tokens: list[Token], at: int) -> tuple[list[Token], int]:
    """The tokens within the parentheses that open at or after `at`, and the index after them."""
    while at < len(tokens) and tokens[at].text != "(":
        at += 1
    end = closing(tokens, at) if at < len(tokens) else at
    return tokens[at + 1 : end], end + 1


def read_type(tokens: list[Token], at: int) -> tuple[str, int]:
    """The declared type at `at` as one word (`decimal(10,2)`, `bCompany`), and the index after it."""
    parts, at = dotted(tokens, at)
    name = parts[-1] if parts else ""
    while at < len(tokens) and f"{name} {tokens[at].text}".lower() in SYNONYMS:
        name, at = f"{name} {tokens[at].text}", at + 1
    if name.lower() in BUILT_IN or name.lower() in SYNONYMS:
        name = name.lower()
    if at < len(tokens) and tokens[at].text == "(":
        end = closing(tokens, at)
        arguments = "".join(token.value for token in tokens[at + 1 : end])
        return f"{name}({arguments.lower() if name in BUILT_IN and name != 'xml' else arguments})", end + 1
    return name, at


def read_columns(text: str, tokens: list[Token]) -> tuple[list[Column], list[Constraint]]:
    """The parts of a CREATE TABLE's parentheses, or of ALTER TABLE ... ADD: columns and constraints."""
    columns: list[Column] = []
    constraints: list[Constraint] = []
    for part in comma_parts(tokens):
        if part[0].upper in _TABLE_LEVEL and not _is_column_named_period(part):
            constraints += read_constraints(text, part, 0, "")
        elif part[0].kind in ("word", "name") and len(part) > 1:
            column, found = _read_column(text, part)
            columns.append(column)
            constraints += found
    return columns, constraints


def _is_column_named_period(part: list[Token]) -> bool:
    """PERIOD is no reserved word: only `PERIOD FOR SYSTEM_TIME` is a clause."""
    return part[0].upper == "PERIOD" and (len(part) < 2 or part[1].upper != "FOR")


def _read_column(text: str, tokens: list[Token]) -> tuple[Column, list[Constraint]]:
    name, words = tokens[0].value, [token.upper for token in tokens]
    if words[1] == "AS":
        start = end = 2
        while end < len(tokens) and words[end] not in ("PERSISTED", "CONSTRAINT", "PRIMARY", "UNIQUE"):
            end = closing(tokens, end) + 1 if tokens[end].text == "(" else end + 1
        column = Column(name, "", "", computed=spelled(text, tokens[start:end]))
        column.nullable = "NOT" not in words[end:]
        return column, read_constraints(text, tokens, end, name)
    declared, at = read_type(tokens, 1)
    column = Column(name, declared, "")
    constraints = read_constraints(text, tokens, at, name)
    while at < len(tokens):
        if tokens[at].text == "(":
            at = closing(tokens, at)
        elif words[at] == "IDENTITY":
            column.identity, column.nullable = True, False
        elif words[at] == "GENERATED" or (words[at] == "NULL" and words[at - 1] == "NOT"):
            column.nullable = False
        at += 1
    if any(constraint.kind == "primary" for constraint in constraints):
        column.nullable = False
    if column.nullable and "NULL" not in words:
        constraints.append(Constraint("silent", columns=[name]))
    return column, constraints


def read_constraints(text: str, tokens: list[Token], at: int, column: str) -> list[Constraint]:
    """The constraints from token `at` on: those of one column, or one of the table (`column` empty)."""
    found: list[Constraint] = []
    name = ""
    own = [column] if column else []
    while at < len(tokens):
        word = tokens[at].upper
        if word == "CONSTRAINT":
            parts, at = dotted(tokens, at + 1)
            name = parts[-1] if parts else ""
            continue
        if word == "INDEX":
            constraint, at = _read_index(tokens, at, own)
            found += [constraint] if constraint else []
        elif word in ("PRIMARY", "UNIQUE"):
            columns, following = own, at + 1
            words = [token.upper for token in tokens[at : at + 4]]
            clustered = "CLUSTERED" in words or (word == "PRIMARY" and "NONCLUSTERED" not in words)
            if not column:
                inner, following = _in_parentheses(tokens, at)
                columns = name_list(inner)
            found.append(Constraint("primary" if word == "PRIMARY" else "unique", name, columns, clustered))
            name, at = "", following
        elif word == "FOREIGN" and not column:
            inner, at = _in_parentheses(tokens, at)
            own = name_list(inner)
        elif word == "REFERENCES":
            referenced, at = dotted(tokens, at + 1)
            columns = []
            if at < len(tokens) and tokens[at].text == "(":
                inner, at = _in_parentheses(tokens, at)
                columns = name_list(inner)
            found.append(Constraint("foreign", name, own, False, referenced, columns))
            name = ""
        elif word == "CHECK":
            inner, at = _in_parentheses(tokens, at)
            found.append(Constraint("check", name, own, expression=spelled(text, inner)))
            name = ""
        elif word == "DEFAULT":
            start = at = at + 1
            while at < len(tokens) and (at == start or tokens[at].upper not in _OPTIONS | {"FOR"}):
                at = closing(tokens, at) + 1 if tokens[at].text == "(" else at + 1
            columns, expression = own, spelled(text, tokens[start:at])
            if at + 1 < len(tokens) and tokens[at].upper == "FOR":
                columns, at = [tokens[at + 1].value], at + 2
            found.append(Constraint("default", name, columns, expression=expression))
            name = ""
        elif tokens[at].text == "(":
            at = closing(tokens, at) + 1
        else:
            at += 1
    return found


def _read_index(tokens: list[Token], at: int, own: list[str]) -> tuple[Constraint | None, int]:
    """`INDEX i [UNIQUE] [NONCLUSTERED] [HASH] (columns) [WHERE ...]` within a table, of a column without the columns.

    Only indexes over rows count: a columnstore has no order of its own.
    """
    parts, at = dotted(tokens, at + 1)
    words = []
    while at < len(tokens) and tokens[at].upper in ("UNIQUE", "CLUSTERED", "NONCLUSTERED", "HASH", "COLUMNSTORE"):
        words.append(tokens[at].upper)
        at += 1
    columns = own
    if at < len(tokens) and tokens[at].text == "(":
        inner, at = _in_parentheses(tokens, at)
        columns = name_list(inner)
    filtered = at < len(tokens) and tokens[at].upper == "WHERE"
    if filtered:
        at = len(tokens)
    if "COLUMNSTORE" in words or not parts or not columns:
        return None, at
    unique = "UNIQUE" in words
    kind = "unique_index" if unique and not filtered else "index"
    return Constraint(kind, parts[-1], columns, "CLUSTERED" in words, unique=unique), at


def create_table(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE [EXTERNAL] TABLE name ( ... )`. Of two different definitions of a table the first is kept and said so."""
    tokens = list(scan(text))
    parts, at = dotted(tokens, 3 if tokens[1].upper == "EXTERNAL" else 2)
    if not parts or parts[-1].startswith("#") or at >= len(tokens):
        return
    schema, name = draft.schema_and_name(parts)
    key = draft.key(schema, name)
    if tokens[at].text != "(":
        if [token.upper for token in tokens[at : at + 2]] in (["AS", "NODE"], ["AS", "EDGE"]):
            table = Table(schema, name, "table", [], module=draft.module(schema, name), source=f"{file}:{line}")
            draft.tables.setdefault(key, table)
            draft.not_understood("graph table without columns of its own", file, line, ".".join(parts))
        else:
            draft.not_understood("CREATE TABLE without columns", file, line, spelled(text, tokens), "table")
        return
    inner, after = _in_parentheses(tokens, at)
    columns, constraints = read_columns(text, inner)
    if key in draft.tables:
        known = {column.name: (column.type, column.nullable) for column in draft.tables[key].columns}
        if known != {column.name: (column.type, column.nullable) for column in columns}:
            draft.not_understood("table defined twice differently, the first kept", file, line, ".".join(parts))
        return
    table = Table(schema, name, "table", columns, module=draft.module(schema, name), source=f"{file}:{line}")
    draft.tables[key] = table
    note_versions(draft, table, tokens[after:], file, line)
    for constraint in constraints:
        apply(draft, table, constraint)


def apply(draft: Draft, table: Table, constraint: Constraint, disabled: bool = False) -> None:
    """Put a constraint on its table."""
    columns = draft.column_names(table, constraint.columns)
    if constraint.kind in ("primary", "unique") and columns:
        origin = "primary_key" if constraint.kind == "primary" else "unique_constraint"
        if constraint.kind == "unique" and constraint.clustered:
            origin = "unique_clustered"
        add_key(table, Key(constraint.name, columns, origin))
        for name in columns if constraint.kind == "primary" else ():
            if column := draft.column(table, name):
                column.nullable = False
    elif constraint.kind == "unique_index" and columns:
        add_key(table, Key(constraint.name, columns, "unique_clustered" if constraint.clustered else "unique_index"))
    elif constraint.kind == "index" and columns:
        table.indexes.append(Index(constraint.name, columns, constraint.unique))
    elif constraint.kind == "foreign":
        schema = constraint.referenced[-2] if len(constraint.referenced) > 1 else table.schema
        target = f"{schema or draft.database.default_schema}.{constraint.referenced[-1]}"
        draft.foreign_keys.append(
            ForeignKey(constraint.name, table.qualified, columns, target, constraint.referenced_columns, disabled)
        )
    elif constraint.kind == "silent" and (silent := draft.column(table, columns[0])):
        draft.silent_columns.append(silent)
    elif constraint.kind == "check":
        table.checks.append(constraint.expression)
        draft.name(table, constraint.name, "check", constraint.expression)
    elif constraint.kind == "default" and columns and (column := draft.column(table, columns[0])):
        column.default = constraint.expression
        draft.name(table, constraint.name, "default", column.name)


def alter_table(draft: Draft, text: str, file: str, line: int) -> None:
    """`ALTER TABLE t [WITH [NO]CHECK] ADD ...`, `ALTER COLUMN`, `DROP COLUMN`, `NOCHECK CONSTRAINT`."""
    tokens = list(scan(text))
    parts, at = dotted(tokens, 2)
    table = draft.table(parts)
    words = [token.upper for token in tokens]
    disabled = False
    if words[at : at + 1] == ["WITH"]:
        disabled, at = words[at + 1 : at + 2] == ["NOCHECK"], at + 2
    action = words[at] if at < len(words) else ""
    if table is None:
        if parts and not parts[-1].startswith("#"):
            draft.not_understood("ALTER TABLE of a table that is not there", file, line, ".".join(parts))
    elif action == "ADD":
        columns, constraints = read_columns(text, tokens[at + 1 :])
        known = {column.name for column in table.columns}
        table.columns += [column for column in columns if column.name not in known]
        for constraint in constraints:
            apply(draft, table, constraint, disabled)
    elif action in ("CHECK", "NOCHECK") and words[at + 1 : at + 2] == ["CONSTRAINT"]:
        named = {token.value.lower() for token in tokens[at + 2 :]}
        for key in draft.foreign_keys:
            if key.table == table.qualified and (key.name.lower() in named or "all" in named):
                key.disabled = action == "NOCHECK"
    elif action == "ALTER" and words[at + 1 : at + 2] == ["COLUMN"] and at + 3 < len(tokens):
        changed, _ = _read_column(text, tokens[at + 2 :])
        column = draft.column(table, changed.name)
        if column and changed.type.upper() not in ("ADD", "DROP"):
            column.type, column.nullable = changed.type, changed.nullable
            draft.silent_columns = [silent for silent in draft.silent_columns if silent is not column]
    elif action == "SET":
        note_versions(draft, table, tokens[at:], file, line)
    elif action == "DROP":
        _drop(draft, table, tokens[at + 1 :], file, line)


def _drop(draft: Draft, table: Table, tokens: list[Token], file: str, line: int) -> None:
    """`DROP COLUMN a, b`, `DROP [CONSTRAINT] [IF EXISTS] k`: columns and constraints that are no more."""
    kind = "CONSTRAINT"
    for part in comma_parts(tokens):
        if part[0].upper in ("COLUMN", "CONSTRAINT"):
            kind = part[0].upper
        name = next((token.value for token in part if token.upper not in ("COLUMN", "CONSTRAINT", "IF", "EXISTS")), "")
        if kind == "COLUMN":
            gone = draft.column_names(table, [name])
            table.columns = [column for column in table.columns if column.name not in gone]
            continue
        keys = [key for key in table.keys if key.name.lower() != name.lower()]
        foreign = [
            key for key in draft.foreign_keys if key.table != table.qualified or key.name.lower() != name.lower()
        ]
        kept = len(keys) == len(table.keys) and len(foreign) == len(draft.foreign_keys)
        # Some are dropped where they may be there: what was never made is no loss.
        maybe = any(token.upper in ("PERIOD", "EXISTS") for token in part[:3])
        if kept and not draft.drop_named(table, name) and not maybe:
            draft.not_understood("DROP CONSTRAINT of what is not there", file, line, f"{table.qualified} {name}")
        table.keys, draft.foreign_keys = keys, foreign


def create_index(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE [UNIQUE] [CLUSTERED] INDEX i ON t (...)`; a filtered unique index is no key."""
    tokens = list(scan(text))
    words = [token.upper for token in tokens]
    at = words.index("INDEX")
    name, at = dotted(tokens, at + 1)
    if words[at : at + 1] != ["ON"]:
        return
    parts, at = dotted(tokens, at + 1)
    table = draft.table(parts)
    if table is None or at >= len(tokens) or tokens[at].text != "(":
        return
    inner, after = _in_parentheses(tokens, at)
    columns = draft.column_names(table, name_list(inner))
    unique = "UNIQUE" in words[:4]
    if unique and "WHERE" not in words[after:]:
        origin = "unique_clustered" if "CLUSTERED" in words[:5] else "unique_index"
        add_key(table, Key(name[-1] if name else "", columns, origin))
    elif not any(word in ("XML", "SPATIAL", "COLUMNSTORE") for word in words[:5]):
        table.indexes.append(Index(name[-1] if name else "", columns, unique))


def create_sequence(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE SEQUENCE name [AS type] ...`; without a type it counts in bigint."""
    tokens = list(scan(text))
    parts, at = dotted(tokens, 2)
    if parts:
        schema, name = draft.schema_and_name(parts)
        declared = read_type(tokens, at + 1)[0] if at < len(tokens) and tokens[at].upper == "AS" else "bigint"
        draft.sequences[draft.key(schema, name)] = Sequence(schema, name, declared, f"{file}:{line}")


def create_type(draft: Draft, text: str, file: str, line: int) -> None:
    """`CREATE TYPE name FROM base`, or `AS TABLE (...)`, which no query can name in FROM."""
    tokens = list(scan(text))
    parts, at = dotted(tokens, 2)
    words = [token.upper for token in tokens[at : at + 2]]
    if parts and words == ["AS", "TABLE"]:
        inner, _ = _in_parentheses(tokens, at)
        schema, name = draft.schema_and_name(parts)
        columns, constraints = read_columns(text, inner)
        table = Table(schema, name, "table_type", columns, module=draft.module(schema, name), source=f"{file}:{line}")
        draft.table_types[draft.key(schema, name)] = table
        for constraint in constraints:
            apply(draft, table, constraint)
    elif parts and words[:1] == ["EXTERNAL"]:
        draft.not_understood(ASSEMBLY_TYPE, file, line, ".".join(parts))
    elif parts and words[:1] == ["FROM"]:
        declared, after = read_type(tokens, at + 1)
        draft.types[parts[-1]] = declared
        if "NOT" in (token.upper for token in tokens[after:]):
            draft.not_null_types.add(parts[-1].lower())
