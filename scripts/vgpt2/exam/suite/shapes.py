"""What a query says about the rows that tell it from its near misses: its bounds, what it equates, what it counts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from vgpt2.catalog.column_meaning import is_company, is_month
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.edges import compared_with, values_around
from vgpt2.synthesis.defects.edits import parts_of
from vgpt2.tsql.check.check import checker_of
from vgpt2.tsql.dialect import TsqlError
from vgpt2.tsql.rows.domains import Domains
from vgpt2.tsql.rows.looks import TODAY, Value
from vgpt2.tsql.rows.rows import RowMaker, domains_of, maker_of, sample_values
from vgpt2.tsql.rows.shape import ColumnShape, Link, Shape, TableShape, leaning, many_of
from vgpt2.tsql.run.rewrite.parameters import value_of
from vgpt2.tsql.run.views import reads, select_of
from vgpt2.tsql.types import kind_of_type

Place = tuple[str, str]  # the qualified name of the table that holds the rows, and the column
Test = Callable[[Value], bool]
MANY = 56
MOST_REPEATED = 6  # rows of one group that HAVING asks for
OWN_VALUES = 6


def shape_of(queries: Sequence[Bound], catalog: Catalog, seed: int | str) -> Shape:
    """The shape of the rows for a query and others that are held to be the same."""
    facts = _Facts(catalog, maker_of(catalog, seed))
    for bound in queries:
        facts.read(bound)
    return facts.shape()


class _Facts:
    """What the query and the views that it reads say of each column."""

    def __init__(self, catalog: Catalog, maker: RowMaker) -> None:
        self.catalog = catalog
        self.maker = maker
        self.domains: Domains = domains_of(catalog)
        self.tables: dict[str, dict[str, None]] = {}
        self.near: dict[Place, list[Value]] = {}
        self.tests: dict[Place, list[Test]] = {}
        self.above: dict[Place, Place] = {}
        self.pairs: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
        self.summed: dict[Place, list[Decimal]] = {}
        self.lean: dict[Place, int] = {}
        self.repeat = 1

    def read(self, bound: Bound) -> _Facts:
        """Take in a query, and the SQL of the views that it reads."""
        for node in bound.tree.find_all(exp.Table):
            table = bound.info(node)
            for name in reads(self.catalog, table.qualified) if table else ():
                self.tables.setdefault(self._owner(name), {})
            if table and reads(self.catalog, table.qualified) != (table.qualified,):
                self._read_view(table)
        for named in bound.tree.find_all(exp.Column):
            self._place(bound, named)
        for (qualified, name), values in compared_with(bound).items():
            owner = self._owner(qualified)
            column = self.catalog.by_qualified[owner].column(name)
            if column and owner in self.tables:
                self.near.setdefault((owner, name), []).extend(values_around(column, values, self._own(owner, name)))
        for comparison in bound.tree.find_all(exp.EQ, exp.In, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ):
            self._compared(bound, comparison)
        for holder in bound.tree.find_all(exp.Where, exp.Join):
            for part in parts_of(holder.args.get("on" if isinstance(holder, exp.Join) else "this")):
                self._condition(bound, part)
        for having in bound.tree.find_all(exp.Having):
            self._having(bound, having)
        self._days(bound)
        return self

    def _read_view(self, table: Table) -> None:
        try:
            self.read(Bound(checker_of(self.catalog).bind(select_of(table.sql))))
        except TsqlError:
            return

    def _owner(self, qualified: str) -> str:
        return self.maker.owner(qualified).qualified

    def _own(self, owner: str, name: str) -> list[Value]:
        values = (row.get(name) for row in self.maker.rows(owner))
        return list(dict.fromkeys(value for value in values if value is not None))

    def _place(self, bound: Bound, node: exp.Expr) -> Place | None:
        found = bound.column(node) if isinstance(node, exp.Column) else None
        if found is None:
            return None
        place = self._owner(found[0].qualified), found[1]
        if place[0] not in self.tables or self.catalog.by_qualified[place[0]].column(place[1]) is None:
            return None
        self.tables[place[0]][place[1]] = None
        return place

    # What is compared

    def _root(self, place: Place) -> Place:
        while (above := self.above.get(place, place)) != place:
            place = above
        return place

    def _compared(self, bound: Bound, node: exp.Expr) -> None:
        left, right = node.this, node.expression
        if isinstance(node, exp.In):
            inner = node.args.get("query")
            select = inner.find(exp.Select) if inner is not None else None
            right = select.expressions[0].unalias() if select is not None and select.expressions else None
        first, second = (self._place(bound, side) if side is not None else None for side in (left, right))
        if first is None or second is None or first == second:
            self._of_parameter(first or second, right if first else left)
            return
        if isinstance(node, exp.EQ | exp.In):
            one, other = self._root(first), self._root(second)
            if one != other:
                self.above[max(one, other)] = min(one, other)
            self.pairs.setdefault((first[0], second[0]), {})[first[1], second[1]] = None
        else:
            values = self._own(*first)[:3]
            for place in (first, second):
                self.near.setdefault(place, []).extend(values)

    def _of_parameter(self, place: Place | None, node: exp.Expr | None) -> None:
        """The value that a parameter stands for is one that its column is compared with."""
        if place and isinstance(node, exp.Parameter) and (text := self._given(place, node)):
            values = values_around(self._column(place), [text], self._own(*place))
            self.near.setdefault(place, []).extend(values)

    def _given(self, place: Place, node: exp.Parameter) -> str:
        """The value of a parameter as `tsql.run.rewrite` gives it, without quotes."""
        text = value_of(node.name, self.catalog.database)
        values = [text] if text is not None else sample_values(self.catalog, *place)
        return values[0].strip("'") if values else ""

    def _condition(self, bound: Bound, node: exp.Expr) -> None:
        column = next(node.find_all(exp.Column), None)
        place = self._place(bound, node.this) if isinstance(node.this, exp.Column) else None
        if isinstance(node, exp.Not) and isinstance(node.this, exp.Is) and column is not None:
            place = self._place(bound, node.this.this)
        self._leans(bound, node)
        if place is None:
            return
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) and not self._column(place).nullable:
            return  # rows that an outer join did not find, no value of the column
        kind = kind_of_type(self._column(place).base_type)
        right = node.args.get("expression")
        if isinstance(right, exp.Parameter):
            text = self._given(place, right)
            given = exp.Literal.string(text) if kind in ("text", "date") else exp.Literal.number(text)
            node = type(node)(this=exp.column(place[1]), expression=given)
        test = _test(node, kind)
        if test is not None:
            self.tests.setdefault(place, []).append(test)

    def _column(self, place: Place) -> Column:
        column = self.catalog.by_qualified[place[0]].column(place[1])
        assert column is not None  # `_place` gives none else
        return column

    def _leans(self, bound: Bound, node: exp.Expr) -> None:
        """Of a comparison of two columns or aggregates, which side the greater values go to."""
        sign = {"GT": 1, "GTE": 1, "LT": -1, "LTE": -1}.get(type(node).__name__, 0)
        for side, way in ((node.args.get("this"), sign), (node.args.get("expression"), -sign)):
            for column in side.find_all(exp.Column) if side is not None and way else ():
                if place := self._place(bound, column):
                    self.lean[place] = way

    def _having(self, bound: Bound, having: exp.Having) -> None:
        for node in having.find_all(exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ):
            numbers = [number for one in node.find_all(exp.Literal) if (number := _number(one.this)) is not None]
            self._leans(bound, node)
            for column in node.find_all(exp.Column):
                if place := self._place(bound, column):
                    self.summed.setdefault(place, []).extend(numbers)
            if node.find(exp.Count) and numbers:
                self.repeat = max(self.repeat, min(int(max(numbers)) + 1, MOST_REPEATED))

    def _days(self, bound: Bound) -> None:
        """Days as far from today as the query's numbers say, for columns of dates."""
        if not bound.tree.find(exp.CurrentTimestamp, exp.CurrentDate, exp.DateDiff, exp.DateAdd):
            return
        numbers = {int(node.this) for node in bound.tree.find_all(exp.Literal) if node.is_int and len(node.this) < 4}
        today = datetime.datetime.combine(TODAY, datetime.time())
        days = [today - datetime.timedelta(n + d) for n in sorted(numbers | {0}) for d in (0, 1, -1)]
        for column in bound.tree.find_all(exp.Column):
            place = self._place(bound, column)
            if place and kind_of_type(self._column(place).base_type) == "date":
                self.near.setdefault(place, []).extend(days[:12])

    # The shape

    def shape(self) -> Shape:
        """What was read, as a shape."""
        lines = {root: number for number, root in enumerate(dict.fromkeys(map(self._root, self.above)))}
        shared = self._shared()
        tables = {}
        for owner, used in self.tables.items():
            table = self.catalog.by_qualified[owner]
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
        return Shape(_parents_first(tables, links), links, self.repeat)

    def _shared(self) -> dict[Place, tuple[list[Value], list[Test]]]:
        """By the root of each equality: the near values and the tests of all its columns."""
        found: dict[Place, tuple[list[Value], list[Test]]] = {}
        for place in {*self.near, *self.tests, *self.above}:
            values, tests = found.setdefault(self._root(place), ([], []))
            values += self.near.get(place, [])
            tests += self.tests.get(place, [])
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
        column = self._column(place)
        root = self._root(place)
        near, tests = shared.get(root, ([], []))
        own = self._own(*root)[:OWN_VALUES] or self._own(*place)[:OWN_VALUES]
        pool = [*near, *self._bounds(place, column), *own, None]
        if column.values:
            pool = [*own, *(value for value in near if str(value) in column.values or value is None)]
        pool = [value for value in dict.fromkeys(map(_moment, pool)) if value is not None or column.nullable]
        fits = [value for value in pool if all(test(value) for test in tests)]
        many = self._many(place, column, fits, tests, MANY if used else MANY * MOST_REPEATED)
        others = [value for value in pool if value not in fits]
        if not tests:
            fits = [value for value in pool if value is not None]
            others = []
        made = [value for value in map(_moment, own) if all(test(value) for test in tests)]
        return ColumnShape(column, fits, others, many, made, lines.get(root, -1), bool(tests), used)

    def _many(self, place: Place, column: Column, fits: list[Value], tests: list[Test], count: int) -> list[Value]:
        """So many different values that all tests keep, the same for all columns of an equality; or none."""
        if is_company(self.catalog.database, column):
            return fits[:1] if tests else [1, 2, 3]
        lean = self.lean.get(place, 0) if not tests else 0
        if lean:
            return leaning(column, lean, [*self.summed.get(place, []), Decimal(100)], MANY)
        many = many_of(column, is_month(self.catalog.database, column), count)
        many = [value for value in many if all(test(value) for test in tests)]
        return many if len(many) >= MANY or not tests else many[:0]

    def _bounds(self, place: Place, column: Column) -> list[Value]:
        """Amounts that stand at the bounds of HAVING, alone and in twos; zero, and less."""
        kind = kind_of_type(column.base_type)
        if kind not in ("int", "decimal", "float") or place[1] in self.catalog.by_qualified[place[0]].key:
            return []
        unit = Decimal(1) if kind == "int" or (column.base_type.endswith(",0)")) else Decimal("0.01")
        found: list[Value] = []
        for number in dict.fromkeys(self.summed.get(place, [])):
            half = number / 2
            found += [number, number + unit, number - unit, half]
        if kind != "int" and self.domains.shared_columns(place[0]).isdisjoint({place[1]}):
            own = [value for value in self._own(*place) if isinstance(value, Decimal | float | int) and value]
            found += [Decimal(str(own[0])), Decimal(0), -abs(Decimal(str(own[0])))] if own else []
        return [int(value) for value in found] if kind == "int" else found  # type: ignore[arg-type]

    def _directed(self, tables: dict[str, TableShape]) -> dict[tuple[str, str], dict[tuple[str, str], None]]:
        """The pairs of columns by child and parent: the parent is the table whose key they hold."""
        found: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
        for (first, second), pairs in self.pairs.items():
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


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if abs(number) <= 1_000_000 else None


def _moment(value: Value) -> Value:
    """A day as its midnight, so that days and moments are compared alike."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time())
    return value


_OPERATORS: dict[str, Callable[[int], bool]] = {
    "EQ": lambda sign: sign == 0,
    "NEQ": lambda sign: sign != 0,
    "GT": lambda sign: sign > 0,
    "GTE": lambda sign: sign >= 0,
    "LT": lambda sign: sign < 0,
    "LTE": lambda sign: sign <= 0,
}


def _test(node: exp.Expr, kind: str) -> Test | None:
    """Whether a value passes a condition of one column and literals; None for any other condition."""
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Is):
        return lambda value: value is not None
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return lambda value: value is None
    if isinstance(node, exp.Is):  # IS NOT NULL as sqlglot may hold it
        return lambda value: value is not None
    if isinstance(node, exp.Between):
        low, high = _literal(node.args["low"], kind), _literal(node.args["high"], kind)
        return _both(_against(low, "GTE"), _against(high, "LTE"))
    if isinstance(node, exp.In) and node.expressions:
        tests = [_against(_literal(item, kind), "EQ") for item in node.expressions]
        if any(test is None for test in tests):
            return None
        return lambda value: any(test(value) for test in tests if test)
    if isinstance(node, exp.Like) and isinstance(node.expression, exp.Literal):
        pattern = re.escape(node.expression.this).replace("%", ".*").replace("_", ".")
        return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None
    name = type(node).__name__
    return _against(_literal(node.expression, kind), name) if name in _OPERATORS else None


def _both(first: Test | None, second: Test | None) -> Test | None:
    return (lambda value: first(value) and second(value)) if first and second else None


def _against(literal: Value, name: str) -> Test | None:
    if literal is None:
        return None

    def test(value: Value) -> bool:
        if value is None:
            return False
        mine = value
        if isinstance(literal, Decimal):
            found = _number(str(value))
            if found is None:
                return False
            mine = found
        if type(mine) is not type(literal):
            return False
        sign = (mine > literal) - (mine < literal)  # type: ignore[operator]
        return _OPERATORS[name](sign)

    return test


def _literal(node: exp.Expr, kind: str) -> Value:
    """The value of a literal, as the column's values are compared: numbers as Decimal, days as moments."""
    sign = -1 if isinstance(node, exp.Neg) else 1
    node = node.this if isinstance(node, exp.Neg) else node
    if not isinstance(node, exp.Literal):
        return None
    if kind in ("int", "decimal", "float"):
        number = _number(node.this)
        return number * sign if number is not None else None
    if kind == "date":
        text = node.this if "-" in node.this else f"{node.this[:4]}-{node.this[4:6]}-{node.this[6:8]}"
        try:
            return datetime.datetime.fromisoformat(text)
        except ValueError:
            return None
    return str(node.this)
