"""Work in other processes: in order, on all cores, and given up when it takes too long."""

import os
import time

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.work import FEW, each, each_limited
from vgpt2.settings import load_database

# sqlglot takes four times as long for each further line of these: 8 take two seconds, 14 would take hours.
EXPONENTIAL = "".join(f"IF NOT EXISTS (SELECT 1 FROM t WHERE a = {n}) CREATE TABLE t{n} (a int)\n" for n in range(14))


def double(number):
    return 2 * number


def parse_length(sql):
    import sqlglot

    return len(sqlglot.parse(sql, dialect="tsql"))


def die_at_three(number):
    if number == 3:
        os._exit(1)
    return number


@pytest.mark.parametrize("count", [0, 1, FEW - 1, FEW, 205])
def test_results_come_in_the_order_of_the_items(count):
    assert each(double, list(range(count))) == [2 * number for number in range(count)]
    assert each_limited(double, list(range(count))) == ([2 * number for number in range(count)], [])


def test_a_parse_that_hangs_is_killed_and_the_others_are_done():
    started = time.perf_counter()
    results, late = each_limited(parse_length, ["SELECT 1", EXPONENTIAL, "SELECT 2"], seconds=1.0)
    assert (results, late) == ([1, None, 1], [1])
    assert time.perf_counter() - started < 20


def test_a_process_that_dies_loses_one_item():
    results, late = each_limited(die_at_three, list(range(6)), seconds=5.0)
    assert (results, late) == ([0, 1, 2, None, 4, 5], [3])


def test_a_script_of_the_exponential_kind_is_read_at_once(tmp_path):
    (tmp_path / "install.sql").write_text(EXPONENTIAL)
    started = time.perf_counter()
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert catalog.counts()["tables"] == 14
    assert time.perf_counter() - started < 5
