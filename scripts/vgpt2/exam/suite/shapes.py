"""The shape of rows that tell a query from its near misses, from what the query says of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from vgpt2.catalog.column_meaning import is_company, is_month
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.suite.shape_conditions import Test, moment_of
from vgpt2.exam.suite.shape_facts import MOST_REPEATED, Facts, Place
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.rows.rows import maker_of
from vgpt2.tsql.rows.shape import ColumnShape, Link, Shape, TableShape, leaning, many_of
from vgpt2.tsql.types import kind_of_type

MANY = 56
OWN_VALUES = 6


def shape_of(queries: Sequence[Bound], catalog: Catalog, seed: int | str) -> Shape:
    """The shape of the rows for a query and others that are held to be the same."""
    facts = Facts(catalog, maker_of(catalog, seed))
    for bound in queries:
        facts.read(bound)
    return _Shaper(facts).shape()


class _Shaper:
    """Makes a shape of what queries say."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def shape(self) -> Shape:
        """What was read, as a shape."""
        lines = {root: number for number, root in enumerate(dict.fromkeys(map(self.facts.root, self.facts.above)))}
        shared = self._shared()
        tables = {}
        for owner, used in self.facts.tables.items():
            table = self.facts.catalog.by_qualified[owner]
            uniques = [table.key] if table.key else []
            uniques += [one.columns for one in table.keys if one.columns != table.key]
            uniques += [one.columns for one in table.indexes if one.unique and one.columns not in uniques]
            names = {column.name for column in table.columns}
            asked = set(used)
            uniques = [columns for columns in uniques if all(name in names for name in columns)]
            for columns in uniques:
                used.update(dict.fromkeys(columns))
            kept = {name: self._look(table, name, lines, shared, name in asked) for name in used}
            tables[owner] = TableShape(table, kept, uniques)
        links = [Link(a, b, list(pairs)) for (a, b), pairs in self._directed(tables).items()]
        return Shape(_parents_first(tables, links), links, self.facts.repeat)

    def _shared(self) -> dict[Place, tuple[list[Value], list[Test]]]:
        """By the root of each equality: the near values and the tests of all its columns."""
        found: dict[Place, tuple[list[Value], list[Test]]] = {}
        for place in {*self.facts.near, *self.facts.tests, *self.facts.above}:
            values, tests = found.setdefault(self.facts.root(place), ([], []))
            values += self.facts.near.get(place, [])
            tests += self.facts.tests.get(place, [])
        return found

    def _look(
        self,
        table: Table,
        name: str,
        lines: dict[Place, int],
        shared: dict[Place, tuple[list[Value], list[Test]]],
        used: bool,
    ) -> ColumnShape:
        place = table.qualified, name
        column = self.facts.column(place)
        root = self.facts.root(place)
        near, tests = shared.get(root, ([], []))
        own = self.facts.own(*root)[:OWN_VALUES] or self.facts.own(*place)[:OWN_VALUES]
        pool = [*near, *self._bounds(place, column), *own, None]
        if column.values:
            pool = [*own, *(value for value in near if str(value) in column.values or value is None)]
        pool = [value for value in dict.fromkeys(map(moment_of, pool)) if value is not None or column.nullable]
        fits = [value for value in pool if all(test(value) for test in tests)]
        many = self._many(place, column, fits, tests, MANY if used else MANY * MOST_REPEATED)
        others = [value for value in pool if value not in fits]
        if not tests:
            fits = [value for value in pool if value is not None]
            others = []
        made = [value for value in map(moment_of, own) if all(test(value) for test in tests)]
        return ColumnShape(column, fits, others, many, made, lines.get(root, -1), bool(tests), used)

    def _many(self, place: Place, column: Column, fits: list[Value], tests: list[Test], count: int) -> list[Value]:
        """So many different values that all tests keep, the same for all columns of an equality; or none."""
        if is_company(self.facts.catalog.database, column):
            return fits[:1] if tests else [1, 2, 3]
        lean = self.facts.lean.get(place, 0) if not tests else 0
        if lean:
            return leaning(column, lean, [*self.facts.summed.get(place, []), Decimal(100)], MANY)
        many = many_of(column, is_month(self.facts.catalog.database, column), count)
        many = [value for value in many if all(test(value) for test in tests)]
        return many if len(many) >= MANY or not tests else many[:0]

    def _bounds(self, place: Place, column: Column) -> list[Value]:
        """Amounts that stand at the bounds of HAVING, alone and in twos; zero, and less."""
        kind = kind_of_type(column.base_type)
        if kind not in ("int", "decimal", "float") or place[1] in self.facts.catalog.by_qualified[place[0]].key:
            return []
        unit = Decimal(1) if kind == "int" or (column.base_type.endswith(",0)")) else Decimal("0.01")
        found: list[Value] = []
        for number in dict.fromkeys(self.facts.summed.get(place, [])):
            half = number / 2
            found += [number, number + unit, number - unit, half]
        if kind != "int" and self.facts.domains.shared_columns(place[0]).isdisjoint({place[1]}):
            own = [value for value in self.facts.own(*place) if isinstance(value, Decimal | float | int) and value]
            found += [Decimal(str(own[0])), Decimal(0), -abs(Decimal(str(own[0])))] if own else []
        return [int(value) for value in found] if kind == "int" else found  # type: ignore[arg-type]

    def _directed(self, tables: dict[str, TableShape]) -> dict[tuple[str, str], dict[tuple[str, str], None]]:
        """The pairs of columns by child and parent: the parent is the table whose key they hold."""
        found: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
        for (first, second), pairs in self.facts.pairs.items():
            if first == second:
                continue
            whole = any(set(key) <= {b for _, b in pairs} for key in tables[second].uniques)
            other = any(set(key) <= {a for a, _ in pairs} for key in tables[first].uniques)
            if (other and not whole) or (second, first) in found:
                found.setdefault((second, first), {}).update({(b, a): None for a, b in pairs})
            else:
                found.setdefault((first, second), {}).update(pairs)
        return found


def _parents_first(tables: dict[str, TableShape], links: list[Link]) -> dict[str, TableShape]:
    order: dict[str, TableShape] = {}

    def put(name: str, path: tuple[str, ...]) -> None:
        if name in order or name in path:
            return
        for link in links:
            if link.child == name:
                put(link.parent, (*path, name))
        order[name] = tables[name]

    for name in tables:
        put(name, ())
    return order
