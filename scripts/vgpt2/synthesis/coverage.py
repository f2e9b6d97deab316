"""Every column of the catalog in some record: questions about those that the rest of a set does not name.

Queries ask for what people ask for, so that notes, row numbers and the like stay out of them; a large schema has more
columns than the schema questions of a set. A model that never saw a column doubts it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vgpt2.catalog.lookup import columns_to_name
from vgpt2.catalog.model import Catalog
from vgpt2.records.facts import Fact
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.schema_questions import make
from vgpt2.synthesis.model import Example

# So many records should name a column: one may still be dropped as a duplicate.
NAMED = 2
# A question about several columns of a table names at most so many.
TOGETHER = 8


class Coverage:
    """Which columns still have to be named while a set is made."""

    def __init__(self, catalog: Catalog) -> None:
        # By table: how often each column has yet to be named.
        self._wanted = {table: dict.fromkeys(names, NAMED) for table, names in columns_to_name(catalog).items()}
        # How many questions name all of them.
        self.needed = sum(map(_questions, self._wanted.values()))

    def saw(self, example: Example) -> None:
        """Count what an example names."""
        for name in set(example.objects):
            table, _, column = name.rpartition(".")
            wanted = self._wanted.get(table, {})
            if column in wanted:
                before = _questions(wanted)
                wanted[column] -= 1
                if not wanted[column]:
                    del wanted[column]
                self.needed += _questions(wanted) - before

    def never_named(self) -> list[str]:
        """The qualified names of columns that no example has named."""
        return [f"{table}.{name}" for table, wanted in self._wanted.items() for name in wanted if wanted[name] == NAMED]

    def examples(self, ctx: Context) -> Iterator[Example]:
        """The questions, first about what was never named, one of each table in turn."""
        number = 0
        for times in range(NAMED, 0, -1):
            waiting = {
                table: [name for name in wanted if wanted[name] == times] for table, wanted in self._wanted.items()
            }
            tables = [ctx.table(table) for table, names in waiting.items() if names]
            order = ctx.interleaved(tables, f"coverage/{times}")
            while order:
                for table in order:
                    names = waiting[table.qualified]
                    together, names[:] = names[:TOGETHER], names[TOGETHER:]
                    for name in together:
                        del self._wanted[table.qualified][name]
                    self.needed -= 1
                    yield _example(ctx, table.qualified, together, number)
                    number += 1
                order = [table for table in order if waiting[table.qualified]]


def _questions(wanted: dict[str, int]) -> int:
    return sum(-(-count // TOGETHER) for count in Counter(wanted.values()).values())


def _example(ctx: Context, qualified: str, columns: list[str], number: int) -> Example:
    table = ctx.table(qualified)
    # Never one alone where there is another: the suite may hold out the question about that one.
    others = [column.name for column in table.columns if column.name not in columns and "." not in column.name]
    columns = others[:1] + columns if len(columns) == 1 else columns
    name = ctx.catalog.sql_name(table)
    facts = tuple(Fact("exists", f"{name}.{column}") for column in columns)
    objects = (qualified, *(f"{qualified}.{column}" for column in columns))
    if len(columns) == 1:
        intent, phrases, answer = "column_exists", {"column": columns[0]}, f"{columns[0]} is in {name}."
    else:
        names = f"{', '.join(columns[:-1])} and {columns[-1]}"
        intent, phrases, answer = "columns_exist", {"columns": names}, f"{names} are in {name}."
    return make(ctx, "schema", intent, number, {"table": name} | phrases, answer, (qualified,), objects, facts)
