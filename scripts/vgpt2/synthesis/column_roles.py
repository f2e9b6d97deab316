"""Which column of a table is good for what: by type, key and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.column_meaning import DATES, EXACT, TEXT, base_word, is_group, is_month
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.synthesis.columns import (
    ends_of_spans,
    internal_columns,
    is_averaged,
    is_control,
    is_counted,
    is_counter,
    is_gauged,
    is_journal,
    is_kept_for_itself,
    is_kind_of_row,
    is_netted,
    is_of_one_kind,
    is_quantity,
    is_said_of_one,
    measured_in,
    not_added,
    of_one_piece,
)
from vgpt2.synthesis.others_months import others_months
from vgpt2.synthesis.scale import is_part_of_one

WHOLE = frozenset({"tinyint", "smallint", "int", "bigint"})
APPLIED = re.compile(r"\b(?:CROSS|OUTER)\s+APPLY\b", re.IGNORECASE)
PIVOTED = re.compile(r"\bPIVOT\s*\(", re.IGNORECASE)
FIRST_READ = re.compile(r"\bFROM\s+(?:\[?(\w+)\]?\.)?\[?(\w+)\]?", re.IGNORECASE)


@dataclass(slots=True)
class Roles:
    """The columns of a table by what they are good for. `company` is '' where the table has none.

    months: first days of a month; dates: other dates; measures: exact numbers; amounts: measures that may be added up
    (no rates, no prices); averages: those whose average says something (no meters); ids: whole numbers or short texts
    of keys; codes: short texts, flags and columns with allowed values; texts: names and descriptions; of_kinds: its
    rows are invoices and payments, or of other kinds of which no sum and no average speaks.
    """

    company: str = ""
    months: list[Column] = field(default_factory=list)
    dates: list[Column] = field(default_factory=list)
    measures: list[Column] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)
    averages: list[Column] = field(default_factory=list)
    ids: list[Column] = field(default_factory=list)
    codes: list[Column] = field(default_factory=list)
    texts: list[Column] = field(default_factory=list)
    shown: list[Column] = field(default_factory=list)
    of_kinds: bool = False

    @property
    def equals(self) -> list[Column]:
        """Columns that people filter by one value."""
        return self.ids + self.codes

    @property
    def groups(self) -> list[Column]:
        """Columns that people group by: no flags, which have no words for their two halves."""
        return self.ids + [column for column in self.codes if not is_flag(column)] + self.months


def averaged(column: Column) -> str:
    """What AVG is taken of, as a template: of whole numbers SQL Server would cut the average to one."""
    return "{0} * 1.0" if base_word(column) in WHOLE else "{0}"


# Whole expressions that are never NULL: a text put together, a value with a literal in its place.
NEVER_NULL = re.compile(
    r"(?:CONCAT(?:_WS)?\s*\(|(?:ISNULL|COALESCE)\s*\(.*,\s*\(*(?:N?'[^']*'|-?[\d.]+)\)*\s*\)$)", re.I | re.S
)


def may_be_empty(column: Column) -> bool:
    """Whether a column may hold NULL: it is allowed to, and is not computed so that it never does."""
    if not column.nullable or not column.computed:
        return column.nullable
    text = column.computed.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    depth = [text[: place + 1].count("(") - text[: place + 1].count(")") for place in range(len(text))]
    one_call = 0 not in depth[text.find("(") : -1]
    return not (one_call and NEVER_NULL.match(text))


def text_length(column: Column) -> int:
    """The length of a text column; `max` counts as 8000, none given as 1."""
    inner = column.base_type.partition("(")[2].rstrip(") ").lower()
    return 8000 if inner == "max" else int(inner) if inner.isdigit() else 1


class SharedGroups(frozenset[str]):
    """Names of the groups that companies share (of vendors, customers, phases): a row of a table of companies names
    them, so that within a company each is one value, and nobody asks for it, by it or per it."""

    @classmethod
    def of(cls, catalog: Catalog) -> SharedGroups:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(cls._names(catalog)))

    @staticmethod
    def _names(catalog: Catalog) -> Iterator[str]:
        for table in catalog.tables:
            company = catalog.company_column(table)
            if company and table.key == [company]:
                yield from (column.name for column in table.columns if is_group(catalog.database, column))


class KeyParts(frozenset[str]):
    """Names of columns that number rows within something else (the lines of an order, the transactions of a month) and
    are never a key by themselves: alone they mean nothing, and nobody filters or groups by them."""

    @classmethod
    def of(cls, catalog: Catalog) -> KeyParts:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(cls._names(catalog)))

    @staticmethod
    def _names(catalog: Catalog) -> set[str]:
        own = [within_company(catalog, table) for table in catalog.tables]
        return {c.name for key in own if len(key) > 1 for c in key} - {key[0].name for key in own if len(key) == 1}


def within_company(catalog: Catalog, table: Table) -> list[Column]:
    """The key of a table without its company and without shared groups."""
    aside = {catalog.company_column(table), *SharedGroups.of(catalog)}
    return [column for name in table.key if name not in aside and (column := table.column(name))]


def row_names(catalog: Catalog, table: Table) -> list[str]:
    """By which columns people tell the rows of a table apart: its key within a company; a number that the program gives
    is of the month in which it counts. Of a view without a key that of what it reads first, else its name or first
    column is the nearest that there is."""
    aside = {catalog.company_column(table), *SharedGroups.of(catalog)}
    return [name for name in row_key(catalog, table) if name not in aside and table.column(name)]


def row_key(catalog: Catalog, table: Table) -> list[str]:
    """The key of a table; of a view without a known one that of the first table that it reads, if it shows it."""
    if table.key or table.kind != "view":
        return table.key
    read = FIRST_READ.search(table.sql)
    first = catalog.find(read[2], read[1] or "") if read else None
    return first.key if first and first != table and all(map(table.column, first.key)) else []


def is_flag(column: Column) -> bool:
    """Whether a column holds yes or no."""
    return base_word(column) == "bit" or sorted(column.values) == ["N", "Y"]


def mixes_units(catalog: Catalog, table: Table) -> bool:
    """Whether the quantities of a table's rows may be of different units: it says which, or what it refers to does."""
    ends = [
        join.right if join.left == table.qualified else join.left
        for join in catalog.joins_of(table.qualified)
        if join.many_side == table.qualified
    ]
    known = (table, *(catalog.by_qualified[name] for name in ends if name in catalog.by_qualified))
    return any(measured_in(name_words(c.name, catalog.database)) for one in known for c in one.columns)


def is_of_units(catalog: Catalog, table: Table, column: Column) -> bool:
    """Whether a column counts units that differ from row to row: pieces in one, tons in the next."""
    said = (name_words(column.name, catalog.database), column_words(catalog, column, table))
    return any(map(is_quantity, said)) and mixes_units(catalog, table)


def is_of_kinds(catalog: Catalog, table: Table) -> bool:
    """Whether the rows of a table, or the documents whose lines it holds, are of kinds that amounts differ by."""
    documents = [
        catalog.by_qualified[join.right]
        for join in catalog.joins_of(table.qualified)
        if join.left == join.many_side == table.qualified
        and join.left_columns == table.key[: len(join.left_columns)] != table.key
        and within_company(catalog, catalog.by_qualified[join.right])
    ]
    said = [name_words(column.name, catalog.database) for column in table.columns]
    of_document = [name_words(column.name, catalog.database) for end in documents for column in end.columns]
    return any(map(is_kind_of_row, (*said, *of_document))) or any(map(is_journal, said))


def is_settings(catalog: Catalog, table: Table) -> bool:
    """Whether a table holds one row a company, its settings: nothing there is counted, grouped or added up."""
    return bool(table.key) and table.key == [catalog.company_column(table)]


def roles_of(catalog: Catalog, table: Table) -> Roles:
    """Which column is good for what, by type, key and name."""
    roles = Roles(company=catalog.company_column(table))
    companies, groups, parts = set(catalog.company_names), SharedGroups.of(catalog), KeyParts.of(catalog)
    internal, unadded = internal_columns(catalog.database), not_added(catalog.database)
    # A single key column tells every row apart: no use to group by it.
    unique = [name for name in row_key(catalog, table) if name != roles.company]
    one_each = PIVOTED.search(table.sql) is not None
    mixed = mixes_units(catalog, table)
    numbers = [name_words(c.name, catalog.database) for c in table.columns if base_word(c) in WHOLE | EXACT]
    one_by_one = of_one_piece(numbers) | ends_of_spans(numbers)
    roles.of_kinds = is_of_kinds(catalog, table)
    # A view that takes XML or lists apart repeats what stands once in the row that they are of.
    repeats = APPLIED.search(table.sql) is not None
    borrowed = others_months(catalog, table)
    for column in table.columns:
        base = base_word(column)
        words = name_words(column.name, catalog.database)
        said = (words, column_words(catalog, column, table))
        if (
            column.name == roles.company
            or column.name.lower() in internal
            or (column.identity and column.name not in table.key)
            or is_kept_for_itself(words, table.temporal)
        ):
            continue
        # A name with a dot ([Name.First]) would read as a column of another table, a year as a year.
        sayable = "." not in column.name and not column.name.isdigit()
        known = (base in WHOLE | EXACT | DATES | TEXT or base == "bit") and sayable
        if not known or (base in TEXT and text_length(column) > 1000):
            continue
        roles.shown.append(column)
        # What the program controls itself by (a batch, a lock) is looked at, and nobody asks by it.
        aside = column.name in companies or column.name in groups or is_control(words.lower()) or measured_in(words)
        if aside or column.name in borrowed:
            continue
        if base not in DATES and base not in EXACT and is_counter(words):
            continue
        if base in DATES:
            (roles.months if is_month(catalog.database, column) else roles.dates).append(column)
        elif base in EXACT or (
            base in WHOLE and not column.values and (is_counted(words) or any(map(is_gauged, said)))
        ):
            if column.name not in table.key:
                roles.measures.append(column)
                # Pieces and tons are not added up.
                of_units = mixed and any(map(is_quantity, said))
                netted = is_netted(words, roles.of_kinds)
                # A payment has nothing invoiced, and is no invoice of 0.
                mixed_in = roles.of_kinds and (netted or is_of_one_kind(words))
                if not of_units and all(map(is_averaged, said)) and not mixed_in:
                    roles.averages.append(column)
                named = unadded.search(column.name) or unadded.search(column.type)
                of_one = is_said_of_one(column.description) or (base in WHOLE and not is_counted(words))
                of_one = of_one or is_part_of_one(table, column)
                if not (of_units or named or of_one or repeats or netted or words in one_by_one):
                    roles.amounts.append(column)
        elif base == "bit" or column.values:
            roles.codes.append(column)
        elif base in WHOLE:
            if [column.name] != unique and column.name not in parts and not one_each:
                roles.ids.append(column)
        elif column.name in table.key or text_length(column) <= 10:
            if [column.name] != unique and column.name not in parts and not one_each:
                (roles.ids if column.name in table.key else roles.codes).append(column)
        else:
            roles.texts.append(column)
    return roles
