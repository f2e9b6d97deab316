"""The checker against files of statements: what SQL Server runs, what it refuses and why, which house rules break."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.timing import takes_at_most

from vgpt2.database_settings import HouseRules
from vgpt2.tsql.check.check import Checker, check


def test_valid(catalogs, valid_case):
    catalog, _, sql = valid_case
    verdict = check(sql, catalogs[catalog])
    assert verdict.findings == []
    assert verdict.status == "valid"
    assert verdict.clean


def test_invalid(catalogs, invalid_case):
    catalog, rules, sql = invalid_case
    verdict = check(sql, catalogs[catalog])
    assert verdict.status == "invalid"
    assert {finding.rule for finding in verdict.findings if finding.kind != "house"} == set(rules.split())
    assert not any("cannot be followed" in finding.message for finding in verdict.findings)


@pytest.mark.parametrize("name", ["valid", "invalid"])
def test_the_files_hold_200_distinct_statements(name):
    path = Path(__file__).parents[2] / "fixtures" / "tsql" / f"{name}.sql"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("-- ")]
    statements = [line if name == "valid" else line.partition(": ")[2] for line in lines]
    assert len(set(statements)) == len(statements) >= 200


def test_unknown(catalogs, unknown_case):
    catalog, _, sql = unknown_case
    verdict = check(sql, catalogs[catalog])
    assert (verdict.status, verdict.rules) == ("unknown", ())
    assert verdict.unknown_because


def test_house_rules(catalogs, house_case):
    catalog, rules, sql = house_case
    verdict = check(sql, catalogs[catalog])
    assert verdict.valid
    assert sorted(finding.rule for finding in verdict.findings) == sorted(rules.replace("clean", "").split())


def test_nothing_certain_beside_a_certain_fault_is_invalid(vista):
    assert check("SELECT f.x, Nope.y FROM dbo.vfVendorList(1) AS f", vista).status == "invalid"


def test_a_finding_names_the_place_and_the_nearest_real_name(vista):
    sql = "SELECT Vender FROM APTHH WITH (NOLOCK) WHERE APCo = 1"
    (finding,) = [finding for finding in check(sql, vista).findings if finding.kind == "resolve"]
    assert (finding.rule, finding.name, finding.nearest) == ("unknown_table", "APTHH", "APTH")
    assert sql[finding.position :].startswith("APTHH")

    sql = "SELECT Vender FROM APTH WITH (NOLOCK) WHERE APCo = 1"
    (finding,) = check(sql, vista).findings
    assert (finding.rule, finding.name, finding.nearest) == ("unknown_column", "Vender", "Vendor")
    assert sql[finding.position :].startswith("Vender")

    (finding,) = check("SELECT vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1", vista).findings
    assert (finding.rule, finding.nearest) == ("wrong_case", "Vendor")


def test_a_table_without_its_schema_is_offered_with_it(works):
    (finding,) = check("SELECT TotalDue FROM SalesOrderHeader", works).findings
    assert finding.nearest == "Sales.SalesOrderHeader"


def test_a_verdict_lists_what_is_read(vista):
    verdict = check(
        "SELECT Name, SUM(InvTotal) AS T FROM APTH WITH (NOLOCK) JOIN APVM WITH (NOLOCK) "
        "ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor WHERE APCo = 1 GROUP BY Name",
        vista,
    )
    assert verdict.tables == ("dbo.APTH", "dbo.APVM")
    assert set(verdict.columns) == {
        "dbo.APTH.VendorGroup",
        "dbo.APVM.VendorGroup",
        "dbo.APTH.Vendor",
        "dbo.APVM.Vendor",
        "dbo.APTH.APCo",
        "dbo.APVM.Name",
        "dbo.APTH.InvTotal",
    }


def test_the_tree_is_left_as_it_was_parsed(vista):
    sql = "SELECT 'x' = Vendor FROM APTH WITH (NOLOCK) WHERE APCo = @Co"
    from vgpt2.tsql.dialect import parse

    assert check(sql, vista).tree == parse(sql)


def test_house_rules_can_be_given(vista):
    sql = "SELECT * FROM bAPTH h"
    assert Checker(vista, HouseRules(no_select_star=False)).check(sql).clean
    assert Checker(vista, HouseRules()).check(sql).rules == ("select_star",)
    assert check(sql, vista, HouseRules()).rules == ("select_star",)


WORDS = """
SELECT FROM WHERE GROUP BY HAVING ORDER JOIN ON LEFT AND OR NOT IN EXISTS UNION ALL WITH AS CASE WHEN THEN ELSE END TOP
DISTINCT APTH APTL APVM Vendor APCo Mth x y ( ) , . * = < > + - ' 1 2.5 @Co [ ] " ; -- /* NOLOCK OVER PIVOT APPLY CROSS
VALUES NULL IS LIKE BETWEEN COUNT SUM CAST CONVERT int varchar OFFSET FETCH ROWS FOR XML INTO SET DECLARE
""".split()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
@example("SELECT Vendor FROM APTH WHERE (SELECT")
def test_any_mix_of_words_gets_a_verdict(vista, text):
    assert check(text, vista).status in ("valid", "invalid", "unknown")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_any_text_gets_a_verdict(vista, text):
    assert check(text, vista).status in ("valid", "invalid", "unknown")


def test_monstrous_texts_are_refused_quickly(vista):
    monsters = {
        "long": "SELECT " + "a" * 90_000,
        "many tokens": "SELECT " + ", ".join(["1"] * 16_000),
        "deep": "SELECT " + "(" * 3_000 + "1" + ")" * 3_000,
        "deep queries": "SELECT 1 FROM " + "(SELECT 1 FROM " * 300 + "APTH" + ") x" * 300,
        "sum": "SELECT " + "1+" * 4_000 + "1",
        "not": "SELECT Vendor FROM APTH WHERE " + "NOT " * 3_000 + "Vendor = 1",
        "case": "SELECT " + "CASE WHEN 1=1 THEN " * 900,
    }
    for name, sql in monsters.items():
        assert takes_at_most(5, lambda sql=sql: check(sql, vista), tries=2), name
        verdict = check(sql, vista)
        assert verdict.status == ("valid" if name == "sum" else "unknown"), (name, verdict)
