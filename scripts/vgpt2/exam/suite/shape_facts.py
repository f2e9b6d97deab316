"""What queries say of the columns that they read: what these are compared with, equated to and summed up for."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.exam.grading.bound import Bound
from vgpt2.exam.grading.edges import compared_with, values_around
from vgpt2.exam.suite.shape_conditions import Test, condition_test, number_of
from vgpt2.synthesis.defects.edits import parts_of
from vgpt2.tsql.check.check import checker_of
from vgpt2.tsql.dialect import TsqlError
from vgpt2.tsql.rows.domains import Domains
from vgpt2.tsql.rows.looks import TODAY, Value
from vgpt2.tsql.rows.rows import RowMaker, domains_of, sample_values
from vgpt2.tsql.run.rewrite.parameters import value_of
from vgpt2.tsql.run.views import reads, select_of
from vgpt2.tsql.types import kind_of_type

Place = tuple[str, str]  # the qualified name of the table that holds the rows, and the column
MOST_REPEATED = 6  # rows of one group that HAVING asks for


class Facts:
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

    def read(self, bound: Bound) -> Facts:
        """Take in a query, and the SQL of the views that it reads."""
        for node in bound.tree.find_all(exp.Table):
            table = bound.info(node)
            for name in reads(self.catalog, table.qualified) if table else ():
                self.tables.setdefault(self.owner(name), {})
            if table and reads(self.catalog, table.qualified) != (table.qualified,):
                self._read_view(table)
        for named in bound.tree.find_all(exp.Column):
            self._place(bound, named)
        for (qualified, name), values in compared_with(bound).items():
            owner = self.owner(qualified)
            column = self.catalog.by_qualified[owner].column(name)
            if column and owner in self.tables:
                self.near.setdefault((owner, name), []).extend(values_around(column, values, self.own(owner, name)))
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

    def owner(self, qualified: str) -> str:
        return self.maker.owner(qualified).qualified

    def own(self, owner: str, name: str) -> list[Value]:
        values = (row.get(name) for row in self.maker.rows(owner))
        return list(dict.fromkeys(value for value in values if value is not None))

    def _place(self, bound: Bound, node: exp.Expr) -> Place | None:
        found = bound.column(node) if isinstance(node, exp.Column) else None
        if found is None:
            return None
        place = self.owner(found[0].qualified), found[1]
        if place[0] not in self.tables or self.catalog.by_qualified[place[0]].column(place[1]) is None:
            return None
        self.tables[place[0]][place[1]] = None
        return place

    # What is compared

    def root(self, place: Place) -> Place:
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
            one, other = self.root(first), self.root(second)
            if one != other:
                self.above[max(one, other)] = min(one, other)
            self.pairs.setdefault((first[0], second[0]), {})[first[1], second[1]] = None
        else:
            values = self.own(*first)[:3]
            for place in (first, second):
                self.near.setdefault(place, []).extend(values)

    def _of_parameter(self, place: Place | None, node: exp.Expr | None) -> None:
        """The value that a parameter stands for is one that its column is compared with."""
        if place and isinstance(node, exp.Parameter) and (text := self._given(place, node)):
            values = values_around(self.column(place), [text], self.own(*place))
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
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) and not self.column(place).nullable:
            return  # rows that an outer join did not find, no value of the column
        kind = kind_of_type(self.column(place).base_type)
        right = node.args.get("expression")
        if isinstance(right, exp.Parameter):
            text = self._given(place, right)
            given = exp.Literal.string(text) if kind in ("text", "date") else exp.Literal.number(text)
            node = type(node)(this=exp.column(place[1]), expression=given)
        test = condition_test(node, kind)
        if test is not None:
            self.tests.setdefault(place, []).append(test)

    def column(self, place: Place) -> Column:
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
            numbers = [number for one in node.find_all(exp.Literal) if (number := number_of(one.this)) is not None]
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
            if place and kind_of_type(self.column(place).base_type) == "date":
                self.near.setdefault(place, []).extend(days[:12])
