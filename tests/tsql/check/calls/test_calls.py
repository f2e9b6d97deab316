"""Arguments and versions: `typed.sql` and `versions.sql` of the fixtures, and what is said; refusals: `invalid.sql`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import SERVER_YEARS, DatabaseSettings
from vgpt2.settings import load_database
from vgpt2.tsql.check.check import Checker, check
from vgpt2.tsql.check.functions.signatures import default_level

FIXTURES = Path(__file__).parents[3] / "fixtures" / "tsql" / "check"
RULES = {"argument_count", "argument_type", "operand_type", "misplaced_function", "newer_version", "not_temporal"}


def test_what_converts_by_itself_or_is_not_known_is_never_refused(catalogs, typed_case):
    catalog, status, sql = typed_case
    verdict = check(sql, catalogs[catalog])
    found = [finding for finding in verdict.findings if finding.kind != "house"]
    assert (verdict.status, found) == (status, [])


def on(catalog: Catalog, **settings) -> Checker:
    database = DatabaseSettings(**{**catalog.database.model_dump(), **settings})
    return Checker(Catalog(database, tables=catalog.tables, routines=catalog.routines))


def test_what_came_later_is_refused_and_the_version_said(catalogs, versions_case):
    catalog, when, sql = versions_case
    since, *levels = map(int, when.split())
    for year in SERVER_YEARS.values():
        verdict = on(catalogs[catalog], server_version=str(year)).check(sql)
        if year >= since:
            assert not verdict.findings, year
        else:
            assert set(verdict.rules) == {"newer_version"}, year
            for finding in verdict.findings:
                assert re.fullmatch(rf".+ came with SQL Server 20\d\d; this database is on {year}", finding.message)
    last = max(year for year in SERVER_YEARS.values() if year < since)
    messages = [one.message for one in on(catalogs[catalog], server_version=str(last)).check(sql).findings]
    assert any(f"SQL Server {since};" in message for message in messages)
    for level in levels:
        below = on(catalogs[catalog], compatibility_level=level - 10).check(sql).findings
        said = f"needs compatibility level {level}; this database has {level - 10}"
        assert {finding.message.partition(" ")[2] for finding in below} == {said}
        assert not on(catalogs[catalog], compatibility_level=level).check(sql).findings


def test_without_a_version_the_newest_is_meant(works):
    checker = Checker(works)
    assert not checker.lookup.lacking
    assert not any(one.refused or one.later for one in checker.lookup.signatures.values())
    assert default_level(2022) == 160


def test_before_2012_datetime_took_a_time_beside_it(works):
    sql = "SELECT SellStartDate + At AS d FROM Production.Product, Sales.Price"
    assert check(sql, works).rules == ("operand_type",)
    assert on(works, server_version="2008").check(sql).valid
    assert on(works, server_version="2014", compatibility_level=100).check(sql).valid
    assert on(works, server_version="2008").check("SELECT Known + 1 AS d FROM Sales.Price").rules == ("operand_type",)


@pytest.mark.parametrize(
    ("sql", "message", "at"),
    [
        ("SELECT ROUND(ListPrice) AS r FROM Production.Product", "ROUND takes 2 or 3 arguments, not 1", "ROUND"),
        ("SELECT CONCAT(Name) AS c FROM Production.Product", "CONCAT takes 2 arguments or more, not 1", "CONCAT"),
        ("SELECT GETDATE(1) AS d", "GETDATE takes no arguments, not 1", "GETDATE"),
        ("SELECT LEN(Name, 2) AS n FROM Production.Product", "LEN takes 1 argument, not 2", "LEN"),
        ("SELECT SUSER_SID(1, 2, 3) AS s", "SUSER_SID takes at most 2 arguments, not 3", "SUSER_SID"),
        ("SELECT CURRENT_USER() AS u", "CURRENT_USER is written without brackets", "CURRENT_USER"),
        ("SELECT SUM(Name) AS s FROM Production.Product", "SUM takes no nvarchar: Name", "Name"),
        (
            "SELECT FORMAT(Name, 'd') FROM Production.Product",
            "FORMAT takes no nvarchar as argument 1: Name",
            "Name",
        ),
        ("SELECT Known + 1 AS d FROM Sales.Price", "SQL Server has no date + int (use DATEADD): Known + 1", "Known"),
        (
            "SELECT ValidTo - ValidFrom AS d FROM Sales.Price",
            "SQL Server has no datetime2 - datetime2 (use DATEDIFF): ValidTo - ValidFrom",
            "ValidTo",
        ),
        (
            "SELECT 'x' + Known AS d FROM Sales.Price",
            "SQL Server has no varchar + date (use CONVERT): 'x' + Known",
            "Known",
        ),
        ("SELECT Amount FROM Sales.Price WHERE Known = 5", "date cannot be compared with int: Known = 5", "Known"),
        ("SELECT DATEADD(hour, 1, Known) AS d FROM Sales.Price", "DATEADD cannot use hour of a date: Known", "Known"),
        ("SELECT ISNULL(Known, 0) AS k FROM Sales.Price", "ISNULL cannot give date and int: 0", ""),
        ("SELECT SYSDATETIME() - 1 AS d", "SQL Server has no datetime2 - int (use DATEADD)", ""),
        (
            "SELECT STRING_SPLIT(Name, ',') FROM Production.Product",
            "STRING_SPLIT gives a table: write it in FROM",
            "",
        ),
        ("SELECT x.a FROM LEN('a') AS x", "LEN gives a value, FROM needs a table", "LEN"),
        ("SELECT x.a FROM nope(1) AS x", "there is no table-valued function nope", "nope"),
        ("SELECT dbo.ufnPrice(1) AS p", "ufnPrice takes 2 arguments (@Product, @Day), not 1", ""),
        (
            "SELECT Name FROM Production.Product FOR SYSTEM_TIME ALL",
            "Product keeps no history: FOR SYSTEM_TIME needs a temporal table",
            "Product",
        ),
    ],
)
def test_what_is_said(works, sql, message, at):
    (finding,) = check(sql, works).findings
    assert finding.message == message
    assert not at or sql[finding.position :].startswith(at)


def test_a_name_of_a_version_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no version of SQL Server; give a year such as 2019"):
        DatabaseSettings(name="a", prefix="a", title="a", server_version="2018")
    with pytest.raises(ValueError, match="no compatibility level; give one such as 130"):
        DatabaseSettings(name="a", prefix="a", title="a", compatibility_level=135)


@pytest.mark.parametrize(
    ("given", "year"),
    [
        (2016, "2016"),
        ("SQL Server 2019", "2019"),
        ("15.0.4223.1", "2019"),
        ("10.50.6000", "2008"),
        (13.0, "2016"),
        ("Microsoft Azure SQL", "2025"),
        ("18.1", "2025"),
        ("", ""),
    ],
)
def test_forms_of_a_version(given, year):
    assert DatabaseSettings(name="a", prefix="a", title="a", server_version=given).server_version == year


def beside(name: str) -> Path:
    """A folder of real databases or statements beside the clone."""
    found = (folder / "shared/corpora" / name for folder in Path(__file__).parents)
    folder = next((one for one in found if one.exists()), None)
    if folder is None:
        pytest.skip(f"no {name} beside the clone")
    return folder


@pytest.mark.parametrize("name", ["dacpac/aw.dacpac", "dacpac/wwi.dacpac", "dacpac/northwind.dacpac"])
def test_views_and_routines_of_real_databases_call_functions_rightly(name):
    catalog = build(beside(name), load_database("generic.yaml"))
    assert catalog.database.server_version == "2022"
    checker = Checker(catalog)
    texts = [table.sql for table in catalog.tables if table.sql]
    texts += [query for routine in catalog.routines for query in routine.queries]
    assert len(texts) > 15
    for text in texts:
        assert not [finding for finding in checker.check(text).findings if finding.rule in RULES], text


def test_real_statements_are_refused_only_where_a_list_says_why():
    """Most of those are tests of another server for its own refusals, or for what it takes and SQL Server does not."""
    reasons = {
        line.partition(" :: ")[0]: line.partition(" :: ")[2]
        for line in (FIXTURES / "refused_by_types.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    folder, checker = beside("tsql-values"), Checker(Catalog(load_database("generic.yaml")))
    unknown, used = [], set()
    for name in ("selects", "values"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            messages = [finding.message for finding in checker.check(case["sql"]).findings if finding.rule in RULES]
            if case.get("valid", True) and messages:
                reason = next((pattern for pattern in reasons if re.fullmatch(pattern, messages[0])), None)
                used.add(reason)
                unknown += [] if reason else [(case["sql"], messages)]
    assert not unknown
    assert used == set(reasons)
