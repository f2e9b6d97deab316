"""The words found so far: each thing's words once, with the most trusted and first source."""

from __future__ import annotations

from collections import Counter

from vgpt2.catalog.meaning.kinds import TRUST
from vgpt2.catalog.meaning.program import Chain, Said
from vgpt2.catalog.model import Catalog, Column, Meaning, Table

Key = tuple[str, str]  # qualified name of a table, routine or column; value


class Found:
    """Words by thing, and the names of findings looked up in a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._words: dict[Key, dict[str, tuple[str, str, str]]] = {}
        self._times: Counter[tuple[Key, str]] = Counter()
        self._prefix = catalog.database.base_table_prefix

    def table(self, chain: Chain, said: Said) -> Table | None:
        """The table of a name chain; `inserted` and `deleted` of a trigger are its own."""
        if chain and chain[-1].lower() in ("inserted", "deleted"):
            chain = said.on
        if not chain or chain[-1][:1] in "#@":
            return None
        return self.catalog.find(chain[-1], chain[-2] if len(chain) > 1 else "")

    def column(self, table: Table, name: str) -> Column | None:
        """A column, in other case too where the database allows it."""
        found = table.column(name)
        if found is None and not self.catalog.database.case_sensitive:
            found = next((column for column in table.columns if column.name.lower() == name.lower()), None)
        return found

    def columns(self, chains: list[Chain], name: str, said: Said) -> list[tuple[Table, Column]]:
        """Every column of this name in these tables; views of a table and the table itself count once."""
        found: dict[str, tuple[Table, Column]] = {}
        for chain in chains:
            table = self.table(chain, said)
            column = self.column(table, name) if table else None
            if table and column:
                found.setdefault(_owner(table), (table, column))
        return list(found.values())

    def names_object(self, text: str) -> bool:
        """Whether a text is the name of a table, with or without the prefix of base tables."""
        low = text.lower()
        return any(
            f"{schema}.{part}{low}" in self.catalog.by_folded for schema in self._schemas for part in self._heads
        )

    @property
    def _schemas(self) -> set[str]:
        return {self.catalog.database.default_schema.lower()}

    @property
    def _heads(self) -> set[str]:
        return {"", self._prefix.lower()}

    def add(self, thing: Table | tuple[Table, Column], text: str, kind: str, source: str, value: str = "") -> None:
        """One sighting of a word."""
        if isinstance(thing, tuple):
            of = f"{_owner(thing[0])}.{thing[1].name}"
        else:
            of = _owner(thing)
        words = self._words.setdefault((of, value), {})
        low = text.lower()
        self._times[(of, value), low] += 1
        known = words.get(low)
        if known is None or TRUST[kind] < TRUST[known[1]]:
            words[low] = (text, kind, source)

    def meanings(self) -> list[Meaning]:
        """All words; of equal trust those that were seen more often come first."""
        made = []
        for (of, value), words in sorted(self._words.items()):
            key = (of, value)
            ranked = sorted(words.values(), key=lambda word: (TRUST[word[1]], -self._times[key, word[0].lower()], word))
            made.append(Meaning(of, [list(word) for word in ranked], value))
        return made


def _owner(table: Table) -> str:
    return table.base_table or table.qualified
