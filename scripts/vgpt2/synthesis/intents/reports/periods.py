"""Reports over time: by month, to date, against another year, running, moving, since a day."""

from __future__ import annotations

import datetime
import random

from vgpt2.catalog.model import Column, Table
from vgpt2.synthesis.column_roles import averaged, may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.intents.reports.days import day_of, is_timed, month_of, year_of, year_period
from vgpt2.synthesis.intents.reports.of_roles import of_roles
from vgpt2.synthesis.intents.reports.partners import Partner
from vgpt2.synthesis.intents.reports.sheet import Moment, Sheet, sum_of
from vgpt2.synthesis.literals import literal, month_name
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref, alias_for
from vgpt2.synthesis.roles.book import Book

PERIOD = (Ref("Months", "Yr"), Ref("Months", "Mo"))
IN_ORDER = tuple((ref.column, False) for ref in PERIOD)
# A month without rows is in no list, so that the one before it may be older.
BEFORE = "LAG gives the month before it in the list"


def _timed(book: Book, table: Table) -> bool:
    return bool(book.moments(table) and book.parts(table).amounts)


def _timed_by(book: Book, table: Table) -> bool:
    return _timed(book, table) and bool(book.all_partners(table))


def _dated(book: Book, table: Table) -> bool:
    return bool(book.moments(table, months=False) and book.parts(table).amounts)


def _within(amount: Ref, time: Ref, start: datetime.date, end: datetime.date, alias: str) -> Item:
    """The amounts of a span of days, up to before its end."""
    when = f"{{0}} >= {literal(start)} AND {{0}} < {literal(end)}"
    return Item(Call(f"SUM(CASE WHEN {when} THEN {{1}} ELSE 0 END)", (time, amount)), alias)


def _when_known(sheet: Sheet, time: Moment) -> str:
    """Leave out the rows of no day, where there may be such, and say so; else ''."""
    if not may_be_empty(time.column):
        return ""
    sheet.where.append(Filter(time.ref, "{0} IS NOT NULL"))
    return f"Leave out what has no {time.said}."


def _is_of_its_day(time: Moment, partner: Partner) -> bool:
    """Whether a report goes by documents that are of one day or month themselves, so that of several periods only one
    has anything: an invoice whose key has the month."""
    link = partner.link
    return time.table == link.end or (time.table == link.start and time.column.name in {near for near, _ in link.pairs})


def by_month(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """Totals by calendar month of a date in one year."""
    sheet = Sheet(ctx, table, rng, turn, "by_month")
    time, amount = sheet.moment(months=False), sheet.amount(since=True)
    year = year_of(sheet, time.column, time.table) if time else None
    if not time or not amount or not year:
        return None
    when = time.ref
    sheet.where.append(Filter(when, year.covers()))
    parts = (Call("MONTH({0})", (when,)),)
    items = (Item(parts[0], "MonthNumber"), sum_of(sheet.ref(amount)), sheet.count)
    query = sheet.query(items, parts, order=(("MonthNumber", False),))
    return sheet.draft(
        query, f"sum {amount.name} and count by month of {time.column.name} in {year.said}, in order", True,
        measure=sheet.said(amount), date=time.said, year=year.said,
    )  # fmt: skip


def to_date(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """A month beside the year to its end, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "to_date")
    time, amount, partner = sheet.moment(), sheet.amount(since=True), sheet.partner()
    month = month_of(sheet, time.column, time.table) if time else None
    # In January the month is the year to date.
    if not time or not amount or not partner or not month or month.start.month == 1 or _is_of_its_day(time, partner):
        return None
    first = month.start.replace(month=1)
    when, value = time.ref, sheet.ref(amount)
    sheet.where.append(
        Filter(when, f"{{0}} >= {literal(first)} AND {{0}} < {literal(month.end)}", "in the year to date")
    )
    items = (_within(value, when, month.start, month.end, "ThisMonth"), sum_of(value, "YearToDate"))
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"sum {amount.name} by {partner.short} for {month.said} (CASE) and from January on",
        measure=sheet.said(amount), time=time.said, month=month.said, by=partner.said,
    )  # fmt: skip


def two_years(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """One year against the year before, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "two_years")
    time, amount, partner = sheet.moment(), sheet.amount(since=True), sheet.partner()
    days = [day for day in (ctx.values(time.table, time.column) if time else []) if isinstance(day, datetime.date)]
    if not time or not amount or not partner or not days or _is_of_its_day(time, partner):
        return None
    later = year_period(max(days).year)
    earlier = year_period(later.start.year - 1)
    when, value = time.ref, sheet.ref(amount)
    sheet.where.append(
        Filter(when, f"{{0}} >= {literal(earlier.start)} AND {{0}} < {literal(later.end)}", "in the two years")
    )
    items = (
        _within(value, when, earlier.start, earlier.end, f"Year{earlier.said}"),
        _within(value, when, later.start, later.end, f"Year{later.said}"),
    )
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"sum {amount.name} by {partner.short}, one column a year (CASE)",
        measure=sheet.said(amount), time=time.said, year=later.said, before=earlier.said, by=partner.said,
    )  # fmt: skip


def quarters(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The four quarters of a year side by side, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "quarters")
    time, amount, partner = sheet.moment(), sheet.amount(since=True), sheet.partner()
    year = year_of(sheet, time.column, time.table) if time else None
    if not time or not amount or not partner or not year or _is_of_its_day(time, partner):
        return None
    when, value = time.ref, sheet.ref(amount)
    sheet.where.append(Filter(when, year.covers()))
    starts = [datetime.date(year.start.year, month, 1) for month in (1, 4, 7, 10)]
    items = [
        _within(value, when, start, end, f"Q{number}")
        for number, (start, end) in enumerate(zip(starts, (*starts[1:], year.end), strict=True), 1)
    ]
    return sheet.draft(
        sheet.query((*partner.items, *items), partner.grouped),
        f"sum {amount.name} by {partner.short}, one column a quarter of {year.said} (CASE)",
        measure=sheet.said(amount), time=time.said, year=year.said, by=partner.said,
    )  # fmt: skip


def _months(sheet: Sheet, time: Moment, amount: Column) -> Query:
    """Totals by year and month of a date."""
    when = time.ref
    parts = (Call("YEAR({0})", (when,)), Call("MONTH({0})", (when,)))
    items = (Item(parts[0], "Yr"), Item(parts[1], "Mo"), sum_of(sheet.ref(amount), "Total"))
    return sheet.query(items, parts)


def month_change(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total of each month, that of the month before it that has rows, and the change."""
    sheet = Sheet(ctx, table, rng, turn, "month_change")
    time, amount = sheet.moment(months=False), sheet.amount(since=True)
    if not time or not amount:
        return None
    more, total = _when_known(sheet, time), Ref("Months", "Total")
    items = (
        *map(Item, PERIOD),
        Item(total),
        Item(Call("LAG({0}) OVER (ORDER BY {1}, {2})", (total, *PERIOD)), "MonthBefore"),
        Item(Call("{0} - LAG({0}) OVER (ORDER BY {1}, {2})", (total, *PERIOD)), "Change"),
    )
    query = Query("Months", items, order=IN_ORDER, ctes=(("Months", _months(sheet, time, amount)),))
    return sheet.draft(
        query,
        f"sum {amount.name} by year and month of {time.column.name}; {BEFORE}; oldest first",
        measure=sheet.said(amount), date=time.said, more=more,
    )  # fmt: skip


def moving_average(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The total of each month and the average of it and those before it, of the months that have rows."""
    sheet = Sheet(ctx, table, rng, turn, "moving_average")
    time, amount = sheet.moment(months=False), sheet.amount(since=True)
    if not time or not amount:
        return None
    more, count = _when_known(sheet, time), rng.choice((3, 3, 6))
    total = Ref("Months", "Total")
    frame = f"ROWS BETWEEN {count - 1} PRECEDING AND CURRENT ROW"
    mean = f"AVG({averaged(amount)}) OVER (ORDER BY {{1}}, {{2}} {frame})"
    average = Item(Call(mean, (total, *PERIOD)), "MovingAverage")
    query = Query(
        "Months", (*map(Item, PERIOD), Item(total), average),
        order=IN_ORDER, ctes=(("Months", _months(sheet, time, amount)),),
    )  # fmt: skip
    return sheet.draft(
        query,
        f"sum {amount.name} by month of {time.column.name}; average each with the {count - 1} before it in the list; "
        "oldest first",
        measure=sheet.said(amount), date=time.said, n=str(count), more=more,
    )  # fmt: skip


def running_partner(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """A running total over the documents of each partner, in an order of which all is shown and nothing is the same
    in all of them."""
    sheet = Sheet(ctx, table, rng, turn, "running_partner")
    time, amount, partner = sheet.moment(months=False), sheet.amount(since=True), sheet.partner(known=True)
    if not time or not amount or not partner or not sheet.parts.numbers:
        return None
    more = _when_known(sheet, time)
    keys = [sheet.ref(name) for name in table.key if name != ctx.roles(table).company]
    keys = [ref for ref in keys if ref not in (time.ref, *partner.group)]
    told = [ref.column for ref in keys]
    others = [column for column in sheet.parts.numbers if sheet.ref(column) not in (time.ref, *partner.group, *keys)]
    told += [column.name for column in others]
    if not keys:
        return None
    refs = (sheet.ref(amount), time.ref, *partner.group, *keys)
    parts = ", ".join(f"{{{place}}}" for place in range(2, 2 + len(partner.group)))
    order = ", ".join(f"{{{place}}}" for place in (1, *range(2 + len(partner.group), len(refs))))
    text = f"SUM({{0}}) OVER (PARTITION BY {parts} ORDER BY {order} ROWS UNBOUNDED PRECEDING)"
    items = (*partner.items, Item(time.ref), *(Item(sheet.ref(column)) for column in told), Item(sheet.ref(amount)))
    by_time = [(ref, False) for ref in dict.fromkeys((*partner.keys, time.ref, *keys))]
    query = sheet.query((*items, Item(Call(text, refs), "RunningTotal")), order=tuple(by_time))
    return sheet.draft(
        query, f"add up {amount.name} of each {partner.short} in the order of {time.column.name}, then of the key",
        measure=sheet.said(amount), date=time.said, by=partner.said, columns=", ".join(map(sheet.said, told)),
        key=", ".join(map(sheet.said, (ref.column for ref in keys))), more=more,
    )  # fmt: skip


def last_days(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """What came in the last so many days before a day, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "last_days")
    time, amount, partner = sheet.moment(months=False), sheet.amount(since=True), sheet.partner()
    day = day_of(sheet, time.column, table=time.table) if time else None
    if not time or not amount or not partner or not day or _is_of_its_day(time, partner):
        return None
    days = rng.choice((30, 60, 90))
    # The day itself is the last one of so many.
    since = f">= {day.back(days - 1)}" if is_timed(time.column) else f"> {day.back(days)}"
    sheet.where.append(
        Filter(time.ref, f"{{0}} {since} AND {{0}} {day.to_its_end(time.column)}", f"of the {days} days")
    )
    query = sheet.query((*partner.items, sum_of(sheet.ref(amount)), sheet.count), partner.grouped)
    return sheet.draft(
        query, f"sum {amount.name} and count by {partner.short}",
        measure=sheet.said(amount), date=time.said, day=day.said, days=str(days), by=partner.said,
    )  # fmt: skip


def balance_at(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """All amounts up to the end of a month, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "balance_at")
    time, amount, partner = sheet.moment(), sheet.amount(since=True), sheet.partner()
    month = month_of(sheet, time.column, time.table) if time else None
    if not time or not amount or not partner or not month or _is_of_its_day(time, partner):
        return None
    sheet.where.append(Filter(time.ref, f"{{0}} < {literal(month.end)}", f"up to the end of {month.said}"))
    query = sheet.query((*partner.items, sum_of(sheet.ref(amount))), partner.grouped)
    return sheet.draft(
        query, f"sum {amount.name} by {partner.short}",
        measure=sheet.said(amount), time=time.said, month=month_name(month.start), by=partner.said,
    )  # fmt: skip


def first_last(ctx: Context, table: Table, rng: random.Random, turn: int) -> Draft | None:
    """The first and the last day, and the number, for each partner."""
    sheet = Sheet(ctx, table, rng, turn, "first_last")
    time, partner = sheet.moment(months=False), sheet.partner(known=True)
    if not time or not partner:
        return None
    when = (time.ref,)
    items = (
        Item(Call("MIN({0})", when), alias_for("First", time.column.name)),
        Item(Call("MAX({0})", when), alias_for("Last", time.column.name)),
    )
    return sheet.draft(
        sheet.query((*partner.items, *items, sheet.count), partner.grouped),
        f"first and last {time.column.name} and count by {partner.short}",
        date=time.said, by=partner.said,
    )  # fmt: skip


INTENTS = (
    of_roles("by_month", by_month, _dated),
    of_roles("to_date", to_date, _timed_by),
    of_roles("two_years", two_years, _timed_by),
    of_roles("quarters", quarters, _timed_by),
    of_roles("month_change", month_change, _dated, "business", ("LAG",)),
    of_roles("moving_average", moving_average, _dated, "business", ("frame",)),
    of_roles(
        "running_partner",
        running_partner,
        lambda b, t: _dated(b, t) and bool(b.all_partners(t)),
        "business",
        ("running",),
    ),
    of_roles("last_days", last_days, lambda b, t: _dated(b, t) and bool(b.all_partners(t)), "sql"),
    of_roles("balance_at", balance_at, _timed_by),
    of_roles("first_last", first_last, lambda b, t: bool(b.own_day(t) and b.all_partners(t)), "sql"),
)
