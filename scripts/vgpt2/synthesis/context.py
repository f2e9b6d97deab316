"""What the generators know of a catalog: the role of each column, words, sample values; each worked out once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from vgpt2.catalog.business_words import borne_out, distinct_words, name_words, short_phrase, table_words
from vgpt2.catalog.lookup import is_best_join
from vgpt2.catalog.meaning.phrases import stands_for
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.catalog.plain_words import PlainWords, plain_columns, said_columns, sayable, spoken_names
from vgpt2.catalog.words import text_words
from vgpt2.synthesis.column_roles import Roles, is_settings, roles_of
from vgpt2.synthesis.columns import sorts_rows
from vgpt2.synthesis.likely import is_likely, is_nobody
from vgpt2.synthesis.literals import row_values
from vgpt2.synthesis.weak_joins import is_only_way, is_weak

# What a value is called that stands for several others.
OF_ALL = frozenset(("both", "any", "all", "either"))


class _RolesOf(dict[str, Roles]):
    """By the qualified name of a table, the roles of its columns: the same for every context of a catalog."""


class Context:
    """A catalog with what the generators worked out of it. `side` is `train` or `exam`; `plain`: columns go by words
    only where their names bear these out, for prompts that show the names without the descriptions."""

    def __init__(self, catalog: Catalog, seed: int, side: str, plain: bool = False) -> None:
        self.catalog = catalog
        self.seed = seed
        self.side = side
        self.plain = plain
        self._roles = catalog.derived.get(_RolesOf, _RolesOf)
        self._words: dict[str, dict[str, str]] = {}
        self._plain: dict[str, dict[str, str]] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._likely: dict[tuple[str, str], bool] = {}
        self._phrases: Counter[str] | None = None
        self.kept_roles: Any = None  # of `roles/`, which reads this room

    @classmethod
    def of(cls, catalog: Catalog, seed: int, side: str, plain: bool = False) -> Context:
        """The context of a catalog, seed and side: made at the first call, kept on the catalog. Nothing in it depends
        on what was asked before, so that streams share it."""
        return catalog.derived.get(cls, lambda: cls(catalog, seed, side, plain), (seed, side, plain))

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
            words |= spoken_names(self.catalog, words)
            self._words[table.qualified] = sayable(table, words)
        return self._words[table.qualified]

    def plain_columns(self, table: Table) -> dict[str, str]:
        """Column names to words for questions that spell no names."""
        if table.qualified not in self._plain:
            plain = said_columns(self.catalog, table)
            if self.plain:
                every = distinct_words(self.catalog, table)
                words = self.words(table) | {name: text for name, text in every.items() if stands_for(name, text)}
                plain = sayable(table, plain_columns(self.catalog, table, words))
            self._plain[table.qualified] = {name: self._as_kind(table, name, text) for name, text in plain.items()}
        return self._plain[table.qualified]

    def _as_kind(self, table: Table, name: str, words: str) -> str:
        """A letter of a kind is called one where its words are those of the rows: which different deductions there are
        is not answered by D."""
        column, said = table.column(name), set(text_words(words)) - {"or", "and"}
        kind = name_words(name, self.catalog.database).lower().rpartition(" ")[2]
        is_code = column is not None and len(column.values) > 1 and sorts_rows(kind)
        return f"{words} {kind}" if is_code and said and said <= set(text_words(self.called(table))) else words

    def called(self, table: Table) -> str:
        """What a question calls a table that it does not name, or '' where no words mean it alone."""
        return PlainWords.of(self.catalog).table(table)

    def noun(self, table: Table) -> str:
        """What a question calls the rows of a table beside its name, or ''."""
        return self.called(table) or PlainWords.of(self.catalog).noun(table)

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

    def likely(self, table: Table, column: Column) -> bool:
        """Whether a condition on a column compares with what may stand there."""
        key = (table.qualified, column.name)
        if key not in self._likely:
            self._likely[key] = is_likely(self.catalog, table, column, self.table_words(table))
        return self._likely[key]

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """The synthetic rows of a table, so that literals are of rows that exist."""
        from vgpt2.tsql.rows.rows import maker_of

        if table.qualified not in self._rows:
            rows = maker_of(self.catalog, self.seed).rows(table.qualified)
            self._rows[table.qualified] = [row_values(row) for row in rows]
        return self._rows[table.qualified]

    def values(self, table: Table, column: Column) -> list[Any]:
        """The values of a column in the synthetic rows, each once, in the order of the rows, without NULL and
        without what means nothing where others do."""
        found = dict.fromkeys(row[column.name] for row in self.rows(table) if row.get(column.name) is not None)
        return [value for value in found if self.is_used(table, column, value)]

    def is_used(self, table: Table, column: Column, value: Any) -> bool:
        """Whether a value has a meaning, where several of its column have one: of a status from 0 to 8 of which 1 to 6
        are called something there is no 7. Nobody asks for both of something, or any, or for customer 0."""
        if is_nobody(self.catalog, column, value):
            return False
        said = self.catalog.said_values(table, column.name) if column.values else {}
        return len(said) < 2 or (str(value) in said and said[str(value)][0][0].lower() not in OF_ALL)

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
            # What a company has set is no partner of its documents.
            if (left and is_settings(self.catalog, left)) or (right and is_settings(self.catalog, right)):
                continue
            # The SQL qualifies with the bare table name, which must tell the two apart.
            two = join.left in known and join.right in known and left and right and left.name != right.name
            if two and is_best_join(self.catalog, join) and not is_weak(self.catalog, join):
                usable.append(join)
        return usable

    @cached_property
    def plain_joins(self) -> list[Join]:
        """Of these, those that a question means by naming the two tables."""
        return [join for join in self.usable_joins if is_only_way(self.catalog, join)]

    @cached_property
    def plain_joins_of(self) -> dict[str, list[Join]]:
        """The same by the qualified names of both tables."""
        found: dict[str, list[Join]] = {}
        for join in self.plain_joins:
            for side in (join.left, join.right):
                found.setdefault(side, []).append(join)
        return found

    def joins(self, label: str) -> list[Join]:
        """Joins between queryable tables, shuffled, one module of the left side in turn.

        Only the best of two tables: a question names the tables and not the columns, and could mean any.
        """
        usable = list(self.plain_joins)
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
