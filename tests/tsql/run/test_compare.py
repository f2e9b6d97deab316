"""When two results are the same rows."""

from __future__ import annotations

import datetime
from decimal import Decimal

from vgpt2.tsql.run.compare import normalise, same_rows
from vgpt2.tsql.run.execute import Result


def rows(columns: str, *values: tuple, order=()) -> Result:
    return Result("rows", tuple(columns.split()), list(values), order=order)


def test_order_does_not_count_unless_it_is_asked_for():
    gold = rows("a b", (1, "x"), (2, "y"), order=(0,))
    turned = rows("a b", (2, "y"), (1, "x"))
    assert same_rows(gold, turned)
    assert not same_rows(gold, turned, ordered=True)
    assert same_rows(gold, rows("a b", (1, "x"), (2, "y")), ordered=True)


def test_rows_that_tie_may_change_places():
    gold = rows("a b", (1, "x"), (1, "y"), (2, "z"), order=(0,))
    assert same_rows(gold, rows("a b", (1, "y"), (1, "x"), (2, "z")), ordered=True)
    gold.order = None
    assert not same_rows(gold, rows("a b", (1, "y"), (1, "x"), (2, "z")), ordered=True)


def test_duplicates_count():
    assert not same_rows(rows("a", (1,), (1,), (2,)), rows("a", (1,), (2,), (2,)))
    assert not same_rows(rows("a", (1,), (1,)), rows("a", (1,)))


def test_more_columns_are_allowed_fewer_are_not():
    gold = rows("a", (1,), (2,))
    assert same_rows(gold, rows("k a", ("x", 1), ("y", 2)))
    assert not same_rows(rows("a b", (1, 2)), rows("a", (1,)))


def test_columns_are_matched_by_what_they_hold():
    gold = rows("Vendor Total", (1, 10), (2, 20))
    assert same_rows(gold, rows("x y", (10, 1), (20, 2)))
    assert not same_rows(gold, rows("x y", (10, 2), (20, 1)))


def test_equal_columns_are_told_apart_by_the_rows():
    gold = rows("a b c", (1, 2, 1), (2, 1, 2))
    assert same_rows(gold, rows("x y z", (2, 1, 1), (1, 2, 2)))
    assert not same_rows(rows("a b", (1, 2), (2, 1)), rows("x y", (1, 1), (2, 2)))


def test_nothing_equals_nothing_of_the_same_width():
    assert same_rows(rows("a"), rows("b"))
    assert not same_rows(rows("a b"), rows("b"))
    assert not same_rows(rows("a"), rows("b", (1,)))


def test_only_rows_can_be_the_same():
    assert not same_rows(rows("a", (1,)), Result("error"))
    assert not same_rows(Result("not_executable"), Result("not_executable"))


def test_normal_form():
    values = (Decimal("1.50"), 2.0, 1 / 3, True, None, "ab  ", datetime.datetime(2024, 1, 2), datetime.date(2024, 1, 2))
    assert normalise([values]) == [(1.5, 2, 0.333333, 1, None, "ab", "2024-01-02", "2024-01-02")]
    assert normalise([(datetime.datetime(2024, 1, 2, 3, 4), float("nan"))]) == [("2024-01-02 03:04:00", "nan")]


def test_columns_with_each_others_names_are_not_the_same():
    gold = rows("Checks EFT", (10, 20))
    assert not same_rows(gold, rows("EFT Checks", (10, 20)))
    assert same_rows(gold, rows("EFT Checks", (20, 10)))
    assert same_rows(gold, rows("EFT Total", (10, 20)))
