"""Synthetic rows: keys that match, allowed values, ties, gaps, and literals that occur."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from vgpt2.catalog.model import Column
from vgpt2.tsql.rows.looks import Looks
from vgpt2.tsql.rows.rows import RowMaker, literal, sample_values
from vgpt2.tsql.run.execute import engines


def test_rows_depend_on_seed_and_table_only(vista):
    first, second = RowMaker(vista, 3), RowMaker(vista, 3)
    lines = first.rows("dbo.APTL")
    second.rows("dbo.APVM")
    assert second.rows("dbo.APTL") == lines
    assert RowMaker(vista, 4).rows("dbo.APTL") != lines


def test_the_business_key_is_unique(vista):
    for table in vista.tables:
        rows = RowMaker(vista).rows(table.qualified)
        if table.key:
            keys = Counter(tuple(row[name] for name in table.key) for row in rows)
            assert keys.most_common(1)[0][1] == 1, table.qualified
            assert all(None not in key for key in keys)


def test_children_have_parents_and_some_parents_have_no_children(vista):
    maker = RowMaker(vista)
    key = ("APCo", "Mth", "APTrans")
    headers = {tuple(row[name] for name in key) for row in maker.rows("dbo.APTH")}
    lines = {tuple(row[name] for name in key) for row in maker.rows("dbo.APTL")}
    assert lines < headers


def test_allowed_values_nulls_and_ties(vista):
    rows = RowMaker(vista).rows("dbo.APTH")
    assert {row["Status"] for row in rows} == {0, 1, 2}
    assert {row["OpenYN"] for row in rows} == {"Y", "N"}
    assert any(row["Description"] is None for row in rows)
    assert not any(row["InvTotal"] is None for row in rows)
    assert Counter(row["InvTotal"] for row in rows).most_common(1)[0][1] > 1
    assert all(row["Mth"].day == 1 for row in rows)


def test_most_rows_are_of_company_1(vista):
    companies = Counter(row["APCo"] for row in RowMaker(vista).rows("dbo.APTH"))
    assert companies[1] > companies[2] > 0


def test_sample_values_occur_in_both_data_sets(vista):
    pair = engines(vista)
    for column in ("APCo", "Mth", "Vendor", "Status", "Description", "InvDate", "InvTotal"):
        values = sample_values(vista, "dbo.APTH", column)
        assert values, column
        for value in values[:3]:
            for engine in pair:
                assert engine.run(f"SELECT KeyID FROM APTH WHERE {column} = {value}").rows, (column, value)
    for engine in pair:
        engine.close()


@pytest.mark.parametrize(
    ("name", "type_", "most"),
    [
        ("EstimatedDuration", "decimal(10,2)", 40),
        ("SuperWeekMin", "bHrs", 40),  # what its type says
        ("HrlyRate", "decimal(16,5)", 75),
        ("OvertimeFactor", "decimal(8,6)", 2.5),
        ("InvTotal", "decimal(12,2)", 20_000),
    ],
)
def test_numbers_have_the_size_of_what_they_measure(vista, name, type_, most):
    base = type_ if "(" in type_ else "decimal(10,2)"
    looks, column, rng = Looks(vista.database), Column(name, type_, base), random.Random(1)
    values = [looks.look_alike(column, rng, number) for number in range(300)]
    assert max(values) <= most and len({*values}) > 3
    assert name != "InvTotal" or max(values) > 1000


@pytest.mark.parametrize("name", ["FiscalYr", "ModelYear", "year"])
def test_a_year_is_one_of_the_data(vista, name):
    looks, column, rng = Looks(vista.database), Column(name, "smallint", "smallint"), random.Random(1)
    assert {looks.look_alike(column, rng, number) for number in range(50)} == {2023, 2024}


def test_literals():
    import datetime
    from decimal import Decimal

    assert literal(None) == "NULL"
    assert literal(5) == "5"
    assert literal(Decimal("1.50")) == "1.50"
    assert literal("O'Neil") == "'O''Neil'"
    assert literal(datetime.datetime(2024, 3, 1)) == "'2024-03-01'"
    assert literal(datetime.datetime(2024, 3, 1, 7, 30)) == "'2024-03-01 07:30:00'"


def test_a_catalog_of_one_table_without_key_or_joins(vista):
    from vgpt2.catalog.model import Catalog, Column, Table

    table = Table("dbo", "Only", "table", [Column("a", "int", "int"), Column("b", "xml", "xml")])
    rows = RowMaker(Catalog(vista.database, tables=[table])).rows("dbo.Only")
    assert len(rows) == 40
