"""Values on which near misses differ: at the edges of a query's conditions, and equal ones.

Random rows rarely hold the last day of the month that a question asks for, or two invoices of the same amount, so that
`<= '2024-06-01'` for `< '2024-06-01'` and a DISTINCT too many return the same rows by luck. Each look gives some
columns other values; keys, columns of joins and columns with a list of allowed values keep theirs, so that all that
the schema promises still holds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import product

from sqlglot import exp

from vgpt2.catalog.lookup import find_table
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.exam.grading.bound import Bound
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.rows.rows import ROWS, maker_of
from vgpt2.tsql.run.execute import Changes
from vgpt2.tsql.types import kind_of_type

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})\Z")
_YEAR = re.compile(r"(?:19|20)\d\d\Z")
# In the middle of a day's work: a day that ends at midnight before it has lost it.
_AT_WORK = time(10, 30)
_WILD = re.compile(r"[\[\]_%]")
_CENT = Decimal("0.01")
# More values than this, and not every one would reach a row that the other conditions keep.
_MOST = 12


def looks(gold: Bound, answer: Bound, catalog: Catalog, seed: int | str) -> Iterator[tuple[str, Changes]]:
    """What to change for a further comparison, and the words for it.

    Nothing where one of the two reads a view that is computed from tables and the other reads those: the view's rows
    would stay as they were.
    """
    wanted, given = gold.tables(), answer.tables()
    if wanted != given and any(_is_computed(catalog, name) for name in wanted | given):
        return
    edges = {}
    literals = compared_with(gold)
    for place, values in compared_with(answer).items():
        literals.setdefault(place, []).extend(values)
    held = _sorted_by(gold) | _sorted_by(answer)
    rows = maker_of(catalog, seed, ROWS)
    for (qualified, name), values in literals.items():
        table = catalog.by_qualified[qualified]
        column = table.column(name)
        if column is None or (qualified, name) in held or not _is_free(catalog, table, column):
            continue
        own = [row[name] for row in rows.rows(qualified) if row[name] is not None]
        if around := _further(column, values, own, catalog) + values_around(column, values, own):
            edges[qualified, name] = around
    if edges:
        yield "with values at the edges of the conditions", _by_table(catalog, edges)
    gaps: dict[tuple[str, str], list[Value]] = {}
    for qualified, name in sorted(_counted(gold) | _counted(answer)):
        table = catalog.by_qualified[qualified]
        column = table.column(name)
        if (
            column is not None
            and column.nullable
            and (qualified, name) not in literals
            and _is_free(catalog, table, column)
        ):
            gaps[qualified, name] = [None]
    if gaps:
        yield "where what is counted is missing", _by_table(catalog, gaps)
    if _counts_rows(gold) or _counts_rows(answer):
        return
    repeats = {}
    for qualified, name in sorted(_shown(gold) | _shown(answer)):
        table = catalog.by_qualified[qualified]
        column = table.column(name)
        if column is None or (qualified, name) in literals or not _is_free(catalog, table, column):
            continue
        own = list(dict.fromkeys(row[name] for row in rows.rows(qualified) if row[name] is not None))
        text = kind_of_type(column.base_type) == "text"
        if own:
            repeats[qualified, name] = own[:1] if text else own[:2]
    if repeats:
        yield "where values repeat", _by_table(catalog, repeats)


def _is_computed(catalog: Catalog, name: str) -> bool:
    table = find_table(catalog, name)
    return table is not None and table.kind != "table" and not table.base_table


def _by_table(catalog: Catalog, columns: dict[tuple[str, str], list[Value]]) -> Changes:
    changes: Changes = {}
    for (qualified, name), values in columns.items():
        base = catalog.by_qualified[qualified].base_table
        for owner in (qualified, base) if base else (qualified,):
            changes.setdefault(owner, {})[name] = values
    return changes


def _is_free(catalog: Catalog, table: Table, column: Column) -> bool:
    """Whether a column may hold any value of its type."""
    if column.values or column.name == catalog.company_column(table):
        return False
    unique = [key.columns for key in table.keys] + [index.columns for index in table.indexes if index.unique]
    joined = [
        join.left_columns if join.left == table.qualified else join.right_columns
        for join in catalog.joins_of(table.qualified)
    ]
    return not any(column.name in columns for columns in (table.key, *unique, *joined))


def compared_with(bound: Bound) -> dict[tuple[str, str], list[str | exp.Like]]:
    """The literals with which each column is compared, a LIKE pattern as the expression."""
    found: dict[tuple[str, str], list[str | exp.Like]] = {}
    comparisons = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
    inner = (exp.Select, exp.SetOperation, exp.AggFunc)
    for node in bound.tree.find_all(*comparisons):
        parts = list(node.walk(prune=lambda part: isinstance(part, inner)))
        columns = [place for part in parts if isinstance(part, exp.Column) and (place := bound.column(part))]
        values: list[str | exp.Like] = []
        for part in parts:
            if isinstance(part, exp.Literal):
                sign = "-" if isinstance(part.parent, exp.Neg) else ""
                values.append(node if isinstance(node, exp.Like) else sign + part.this)
                if part.find_ancestor(exp.LastDay, type(node)) not in (None, node) and (day := _DATE.match(part.this)):
                    values.append(_last_day(int(day[1]), int(day[2])).isoformat())
        for table, name in columns:
            found.setdefault((table.qualified, name), []).extend(values)
    return found


def _further(column: Column, values: list[str | exp.Like], own: list[Value], catalog: Catalog) -> list[Value]:
    """Beside `values_around`: texts in the other case where the database reads both as the same, and the first and last
    days of the months that a query names by YEAR() and MONTH()."""
    kind = kind_of_type(column.base_type)
    texts = [value for value in values if isinstance(value, str)]
    if kind == "text" and not catalog.database.case_sensitive:
        patterns = (value.expression for value in values if isinstance(value, exp.Like))
        texts += [pattern.this.strip("%") for pattern in patterns if isinstance(pattern, exp.Literal)]
        return list(
            dict.fromkeys(text.swapcase() for text in texts if text.swapcase() != text and not _WILD.search(text))
        )
    if kind != "date" or _months(own):
        return []
    years = [int(text) for text in texts if _YEAR.match(text)]
    months = [int(text) for text in texts if text.isdigit() and 1 <= int(text) <= 12]
    found: list[Value] = []
    for year, month in product(years[:2], dict.fromkeys(months[:2])):
        first, last = date(year, month, 1), _last_day(year, month)
        found += _with_times([first, last, first - timedelta(1), last + timedelta(1)], own)
    return list(dict.fromkeys(found))


def _last_day(year: int, month: int) -> date:
    """The last day of a month; of what is none, the last of December."""
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 and year else date(year or 1, 12, 31)


def _counted(bound: Bound) -> set[tuple[str, str]]:
    """The columns in COUNT(column): what is NULL there is not counted."""
    columns = (count.this for count in bound.tree.find_all(exp.Count) if isinstance(count.this, exp.Column))
    return {(place[0].qualified, place[1]) for column in columns if (place := bound.column(column))}


def values_around(column: Column, values: list[str | exp.Like], own: list[Value]) -> list[Value]:
    """The values at, before and after those that a column is compared with."""
    kind = kind_of_type(column.base_type)
    found: list[Value] = []
    for value in values:
        if isinstance(value, exp.Like):
            pattern = value.expression.this if isinstance(value.expression, exp.Literal) else ""
            if kind == "text" and pattern.strip("%") and not re.search(r"[\[\]_%]", pattern.strip("%")):
                bare = pattern.strip("%")
                found += [bare, bare + "x", "x" + bare, f"x{bare}x"]
        elif kind == "text" and value:
            found += [value, value + "x"]
        elif kind == "date" and (match := _DATE.match(value)):
            found += _days(match, own)
        elif kind == "date" and _YEAR.match(value) and not _months(own):
            # YEAR(Created) = 2024: the first day of the year, the last one, and those beside them.
            year = int(value)
            found += _with_times(
                [date(year, 1, 1), date(year, 12, 31), date(year - 1, 12, 31), date(year + 1, 1, 1)], own
            )
        elif kind in ("int", "decimal", "float"):
            found += _numbers(value, kind, column.base_type)
    found = list(dict.fromkeys(found))[:_MOST]
    return [*found, None] if found and column.nullable else found


def _days(match: re.Match[str], own: list[Value]) -> list[Value]:
    try:
        day = date(*map(int, match.groups()))
    except ValueError:
        return []
    if _months(own):
        # A month, held as its first day.
        before = (day.replace(day=1) - timedelta(1)).replace(day=1)
        return [before, day, (day.replace(day=28) + timedelta(4)).replace(day=1)]
    if not 1800 < day.year < 9000:
        return []
    # The same day of another year: MONTH() = 5 without YEAR().
    return _with_times([day, day - timedelta(1), day + timedelta(1), day - timedelta(366)], own)


def _months(own: list[Value]) -> bool:
    """Whether a column holds months, as their first days."""
    return bool(own) and all(isinstance(value, date) and value.day == 1 for value in own)


def _with_times(days: list[date], own: list[Value]) -> list[Value]:
    """The days, and a moment within each of the first two where a column holds times of day."""
    if not any(isinstance(value, datetime) and value.time() != time() for value in own):
        return [*days]
    return [*days, *(datetime.combine(day, _AT_WORK) for day in days[:2])]


def _numbers(value: str, kind: str, base_type: str) -> list[Value]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return []
    if abs(number) > 1_000_000:
        return []
    if kind == "int":
        whole = int(number)
        return [whole, whole - 1, whole + 1] if whole > 0 or "tinyint" not in base_type else [whole, whole + 1]
    return [number, number - _CENT, number + _CENT, -number]


def _sorted_by(bound: Bound) -> set[tuple[str, str]]:
    """The columns that decide which rows a query keeps or numbers: with equal values, any of them."""
    if not _counts_rows(bound):
        return set()
    columns = (column for order in bound.tree.find_all(exp.Order) for column in order.find_all(exp.Column))
    return {(place[0].qualified, place[1]) for column in columns if (place := bound.column(column))}


def _counts_rows(bound: Bound) -> bool:
    return bound.tree.find(exp.Limit, exp.Offset, exp.Fetch, exp.Window, exp.GroupConcat) is not None


def _shown(bound: Bound) -> set[tuple[str, str]]:
    """The columns that a query returns, or takes an aggregate of."""
    found = set()
    for select in bound.tree.find_all(exp.Select):
        for item in select.expressions:
            for column in item.find_all(exp.Column):
                if place := bound.column(column):
                    found.add((place[0].qualified, place[1]))
    return found
