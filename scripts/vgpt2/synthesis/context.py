"""What the generators know of a catalog: the role of each column, words, sample values; each worked out once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from vgpt2.catalog.business_words import borne_out, distinct_words, name_words, short_phrase, table_words
from vgpt2.catalog.column_meaning import is_group, is_month
from vgpt2.catalog.lookup import is_best_join
from vgpt2.catalog.meaning.phrases import stands_for
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.synthesis.columns import internal_columns, is_counted, not_added
from vgpt2.synthesis.literals import row_values
from vgpt2.synthesis.plain.words import PlainWords, plain_columns
from vgpt2.synthesis.ungrouped import ungrouped
from vgpt2.synthesis.weak_joins import is_weak

WHOLE = frozenset({"tinyint", "smallint", "int", "bigint"})
EXACT = frozenset({"money", "smallmoney", "decimal", "numeric", "float", "real"})
DATES = frozenset({"date", "datetime", "datetime2", "smalldatetime"})
TEXT = frozenset({"char", "varchar", "nchar", "nvarchar", "sysname"})


@dataclass(slots=True)
class Roles:
    """The columns of a table by what they are good for. `company` is '' where the table has none.

    months: first days of a month; dates: other dates; measures: exact numbers; amounts: measures that may be added up
    (no rates, no prices); ids: whole numbers or short texts of keys; codes: short texts, flags and columns with allowed
    values; texts: names and descriptions; ungrouped: names of columns by which nobody groups.
    """

    company: str = ""
    months: list[Column] = field(default_factory=list)
    dates: list[Column] = field(default_factory=list)
    measures: list[Column] = field(default_factory=list)
    amounts: list[Column] = field(default_factory=list)
    ids: list[Column] = field(default_factory=list)
    codes: list[Column] = field(default_factory=list)
    texts: list[Column] = field(default_factory=list)
    shown: list[Column] = field(default_factory=list)
    ungrouped: frozenset[str] = frozenset()

    @property
    def equals(self) -> list[Column]:
        """Columns that people filter by one value."""
        return self.ids + self.codes

    @property
    def groups(self) -> list[Column]:
        """Columns that people group by."""
        found = self.ids + self.codes + self.months
        return [column for column in found if column.name not in self.ungrouped]


def base_word(column: Column) -> str:
    """The first word of the base type, in lower case: `varchar(30)` is `varchar`."""
    return column.base_type.split("(")[0].strip().lower()


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


def roles_of(catalog: Catalog, table: Table) -> Roles:
    """Which column is good for what, by type, key and name."""
    roles = Roles(company=catalog.company_column(table), ungrouped=ungrouped(catalog, table))
    companies, groups = set(catalog.company_names), SharedGroups.of(catalog)
    internal, unadded = internal_columns(catalog.database), not_added(catalog.database)
    # A single key column tells every row apart: no use to group by it.
    unique = [name for name in table.key if name != roles.company]
    for column in table.columns:
        base = base_word(column)
        if (
            column.name == roles.company
            or column.name.lower() in internal
            or (column.identity and column.name not in table.key)
        ):
            continue
        # A name with a dot ([Name.First]) would read as a column of another table.
        known = (base in WHOLE | EXACT | DATES | TEXT or base == "bit") and "." not in column.name
        if not known or (base in TEXT and text_length(column) > 1000):
            continue
        roles.shown.append(column)
        if column.name in companies or column.name in groups:
            continue
        if base in DATES:
            (roles.months if is_month(catalog.database, column) else roles.dates).append(column)
        elif base in EXACT or (base in WHOLE and is_counted(name_words(column.name, catalog.database))):
            if column.name not in table.key:
                roles.measures.append(column)
                if not unadded.search(column.name) and not unadded.search(column.type):
                    roles.amounts.append(column)
        elif base == "bit" or column.values:
            roles.codes.append(column)
        elif base in WHOLE:
            if [column.name] != unique:
                roles.ids.append(column)
        elif column.name in table.key or text_length(column) <= 10:
            if [column.name] != unique:
                (roles.ids if column.name in table.key else roles.codes).append(column)
        else:
            roles.texts.append(column)
    return roles


class Context:
    """A catalog with what the generators worked out of it. `side` is `train` or `exam`; `plain`: columns go by words
    only where their names bear these out, for prompts that show the names without the descriptions."""

    def __init__(self, catalog: Catalog, seed: int, side: str, plain: bool = False) -> None:
        self.catalog = catalog
        self.seed = seed
        self.side = side
        self.plain = plain
        self._roles: dict[str, Roles] = {}
        self._words: dict[str, dict[str, str]] = {}
        self._plain: dict[str, dict[str, str]] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._phrases: Counter[str] | None = None
        self.kept_roles: Any = None  # of `roles/`, which reads this room

    def table(self, qualified: str) -> Table:
        """The table of this qualified name."""
        return self.catalog.by_qualified[qualified]

    def roles(self, table: Table) -> Roles:
        """The roles of its columns."""
        if table.qualified not in self._roles:
            self._roles[table.qualified] = roles_of(self.catalog, table)
        return self._roles[table.qualified]

    def words(self, table: Table) -> dict[str, str]:
        """Column names to business words, where they are unmistakable."""
        if table.qualified not in self._words:
            words = distinct_words(self.catalog, table)
            if self.plain:
                database = self.catalog.database
                words = {name: text for name, text in words.items() if borne_out(text, name, database)}
            self._words[table.qualified] = words
        return self._words[table.qualified]

    def plain_columns(self, table: Table) -> dict[str, str]:
        """Column names to words for questions that spell no names."""
        if table.qualified not in self._plain:
            words = self.words(table)
            if self.plain:
                every = distinct_words(self.catalog, table)
                words = words | {name: text for name, text in every.items() if stands_for(name, text)}
            self._plain[table.qualified] = plain_columns(self.catalog, table, words)
        return self._plain[table.qualified]

    def called(self, table: Table) -> str:
        """What a question calls a table that it does not name, or '' where no words mean it alone."""
        return PlainWords.of(self.catalog).table(table)

    def meant(self, table: Table, column: Column, value: Any) -> str:
        """What a value of a column means ("open"), where no other value means the same; else ''."""
        said = self.catalog.said_values(table, column.name)
        words = said.get(str(value), [])
        others = [text.lower() for other, texts in said.items() if other != str(value) for text, _, _ in texts]
        return words[0][0] if words and words[0][0].lower() not in others else ""

    def table_words(self, table: Table) -> str:
        """Business words of the table, or ''."""
        return table_words(self.catalog, table)

    def phrase_count(self, words: str) -> int:
        """How many queryable tables are described by these words."""
        if self._phrases is None:
            self._phrases = Counter(short_phrase(table.description, 6) for table in self.catalog.queryable)
        return self._phrases[words]

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """The synthetic rows of a table, so that literals are of rows that exist."""
        from vgpt2.tsql.rows.rows import maker_of

        if table.qualified not in self._rows:
            rows = maker_of(self.catalog, self.seed).rows(table.qualified)
            self._rows[table.qualified] = [row_values(row) for row in rows]
        return self._rows[table.qualified]

    def values(self, table: Table, column: Column) -> list[Any]:
        """The values of a column in the synthetic rows, each once, in the order of the rows, without NULL."""
        return list(dict.fromkeys(row[column.name] for row in self.rows(table) if row.get(column.name) is not None))

    def rng(self, *parts: object) -> random.Random:
        """The one source of chance: the same for the same seed, side and parts."""
        return random.Random("/".join(map(str, (self.seed, self.side, *parts))))

    def asked(self, tables: Sequence[Table], label: str) -> list[Table]:
        """`interleaved`, most copies and backups left out: each is asked about as seldom as its weight says."""
        few = 0.1
        return [
            table
            for table in self.interleaved(tables, label)
            if table.weight >= few or self.rng("asked", label, table.qualified).random() < table.weight
        ]

    def interleaved(self, tables: Sequence[Table], label: str) -> list[Table]:
        """Tables shuffled, one of each module in turn, so that a small sample covers many modules."""
        by_module: dict[str, list[Table]] = {}
        for table in tables:
            by_module.setdefault(table.module, []).append(table)
        modules = sorted(by_module)
        rng = self.rng("order", label)
        rng.shuffle(modules)
        for name in modules:
            rng.shuffle(by_module[name])
        most = max(map(len, by_module.values()), default=0)
        return [by_module[name][i] for i in range(most) for name in modules if i < len(by_module[name])]

    @cached_property
    def usable_joins(self) -> list[Join]:
        """The best join of every two queryable tables, but for those that nobody would ask by."""
        known = {table.qualified for table in self.catalog.queryable}
        usable = []
        for join in self.catalog.joins:
            left, right = self.catalog.by_qualified.get(join.left), self.catalog.by_qualified.get(join.right)
            # The SQL qualifies with the bare table name, which must tell the two apart.
            two = join.left in known and join.right in known and left and right and left.name != right.name
            if two and is_best_join(self.catalog, join) and not is_weak(self.catalog, join):
                usable.append(join)
        return usable

    def joins(self, label: str) -> list[Join]:
        """Joins between queryable tables, shuffled, one module of the left side in turn.

        Only the best of two tables: a question names the tables and not the columns, and could mean any.
        """
        usable = list(self.usable_joins)
        rng = self.rng("order", label)
        rng.shuffle(usable)
        # A join by the company alone leads to its parameters, which say little; such joins come last.
        companies = set(self.catalog.company_names)
        usable.sort(key=lambda join: set(join.left_columns + join.right_columns) <= companies)
        by_module: dict[str, list[Join]] = {}
        for join in usable:
            by_module.setdefault(self.table(join.left).module, []).append(join)
        most = max(map(len, by_module.values()), default=0)
        return [items[i] for i in range(most) for _, items in sorted(by_module.items()) if i < len(items)]
