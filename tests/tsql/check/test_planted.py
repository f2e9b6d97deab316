"""Planted errors: every table and column name of every valid statement, spoilt one at a time, must be found."""

from __future__ import annotations

from vgpt2.tsql.check.check import check
from vgpt2.tsql.dialect import parse


def names_of(sql: str):
    """(start, end, name, kind) of each table and column name in a statement."""
    from sqlglot import exp

    for node in parse(sql).find_all(exp.Column, exp.Table):
        identifier = node.this
        # Names of indexes, and values that PIVOT makes names, are not in the catalog.
        around = node.find_ancestor(exp.WithTableHint, exp.Pivot)
        if around is None and isinstance(identifier, exp.Identifier) and "start" in identifier.meta:
            yield identifier.meta["start"], identifier.meta["end"] + 1, identifier.this, type(node)


def test_an_invented_name_is_found(catalogs, valid_case):
    catalog, _, sql = valid_case
    for start, end, name, _ in names_of(sql):
        spoilt = f"{sql[:start]}Zz_{name.replace(' ', '')}{sql[end:]}"
        assert check(spoilt, catalogs[catalog]).status == "invalid", spoilt


def test_another_case_is_found_where_case_counts_and_no_fault_elsewhere(catalogs, valid_case):
    catalog, _, sql = valid_case
    for start, end, name, _ in names_of(sql):
        spoilt = f"{sql[:start]}[{name.swapcase()}]{sql[end:]}"
        verdict = check(spoilt, catalogs[catalog])
        assert verdict.valid == (catalog == "works" or name.swapcase() == name), spoilt


def test_a_column_of_another_table_is_found(catalogs, valid_case):
    """`ActualHours` is a column of JCCD alone, which no statement of the file reads."""
    from sqlglot import exp

    catalog, _, sql = valid_case
    for start, end, _, kind in names_of(sql):
        if kind is exp.Column:
            spoilt = f"{sql[:start]}ActualHours{sql[end:]}"
            assert check(spoilt, catalogs[catalog]).status == "invalid", spoilt
