"""The engine: right rows, limits, and safety against whatever a model writes."""

from __future__ import annotations

import json
import time

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database
from vgpt2.tsql.run.execute import Engine, engines, prove_same


def test_rows(small, executed_case):
    catalog, expected, sql = executed_case
    result = small[catalog].run(sql)
    assert result.status == "rows", result.message
    rows = [list(row) for row in result.rows]
    assert rows == json.loads(expected)


@pytest.mark.parametrize("seed", [0, 1])
def test_every_valid_statement_runs_on_synthetic_rows(catalogs, valid_case, seed, request):
    catalog, status, sql = valid_case
    result = request.getfixturevalue("synthetic")[catalog, seed].run(sql)
    assert result.status == status, result.message


@pytest.fixture(scope="module")
def synthetic(catalogs):
    made = {(name, seed): Engine(catalog, seed) for name, catalog in catalogs.items() for seed in (0, 1)}
    yield made
    for engine in made.values():
        engine.close()


def test_every_invalid_statement_is_an_error(catalogs, synthetic, invalid_case):
    catalog, _, sql = invalid_case
    assert synthetic[catalog, 0].run(sql).status == "error"


def test_what_the_catalog_does_not_know_is_not_executable(catalogs, synthetic, unknown_case):
    catalog, _, sql = unknown_case
    assert synthetic[catalog, 0].run(sql).status == "not_executable"


def test_the_same_seed_gives_the_same_rows_in_whatever_order_tables_are_read(vista):
    one, two = "SELECT * FROM APTH", "SELECT * FROM APTL"
    with Engine(vista, 7) as first, Engine(vista, 7) as second:
        results = [first.run(one), first.run(two)]
        assert [second.run(two).rows, second.run(one).rows] == [results[1].rows, results[0].rows]
        assert results[0].rows


def test_a_view_shows_the_rows_of_its_base_table(vista):
    with Engine(vista) as engine:
        assert engine.run("SELECT * FROM APTH").rows == engine.run("SELECT * FROM bAPTH").rows


def test_a_view_over_several_tables_shows_their_join(vista):
    with Engine(vista) as engine:
        view = engine.run("SELECT VendorName, InvTotal FROM APOpen")
        joined = engine.run(
            "SELECT APVM.Name, APTH.InvTotal FROM APTH JOIN APVM "
            "ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor"
        )
        assert view.rows and sorted(view.rows) == sorted(joined.rows)


def test_joins_along_keys_find_rows(vista):
    with Engine(vista) as engine:
        lines = engine.run("SELECT COUNT(*) AS n FROM APTL").rows[0][0]
        joined = engine.run(
            "SELECT COUNT(*) AS n FROM APTL JOIN APTH "
            "ON APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth AND APTL.APTrans = APTH.APTrans"
        )
        assert joined.rows[0][0] == lines >= 30


def test_two_engines_have_different_rows(vista):
    first, second = engines(vista)
    with first, second:
        assert first.run("SELECT * FROM APTH").rows != second.run("SELECT * FROM APTH").rows


def test_prove_same(vista):
    pair = engines(vista)
    gold = "SELECT Vendor, SUM(InvTotal) AS Total FROM APTH WITH (NOLOCK) WHERE APCo = 1 GROUP BY Vendor"
    answers = {
        gold.replace("Total FROM", "T FROM"): True,
        "SELECT SUM(h.InvTotal) AS x, h.Vendor FROM APTH h WHERE h.APCo IN (1) GROUP BY h.Vendor": True,
        gold.replace("SUM", "MAX"): False,
        gold.replace(" WHERE APCo = 1", ""): False,
        gold.replace("APTH", "APTX"): False,
        "no SQL at all": False,
        "SELECT Vendor, Total FROM dbo.vfVendorList(1) AS f": None,
    }
    for answer, same in answers.items():
        assert prove_same(pair, gold, answer, ordered=False) is same, answer
    assert prove_same(pair, "SELECT dbo.vfMonthEnd(Mth) AS m FROM APTH", gold) is None
    for engine in pair:
        engine.close()


DANGEROUS = [
    "COPY (SELECT 1) TO '{file}'",
    "ATTACH '{file}' AS x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "EXPORT DATABASE '{file}'",
    "CREATE TABLE x AS SELECT 1 AS a",
    "DROP TABLE APTH",
    "DELETE FROM APTH",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM information_schema.tables",
    "SELECT getenv('HOME') AS h",
    "SELECT current_setting('home_directory') AS h",
    "SELECT read_text('/etc/passwd') AS t",
    "SELECT 1 AS a; COPY (SELECT 1) TO '{file}'",
    "SELECT 1 AS a INTO OUTFILE '{file}'",
    "SELECT * FROM OPENROWSET(BULK '/etc/passwd', SINGLE_CLOB) AS x",
    "EXEC xp_cmdshell 'ls'",
    "WITH x AS (DELETE FROM APTH) SELECT 1 AS a",
]


@pytest.mark.parametrize("sql", DANGEROUS)
def test_only_a_select_of_catalog_tables_runs(vista, tmp_path, sql):
    file = tmp_path / "stolen"
    with Engine(vista) as engine:
        before = engine.run("SELECT COUNT(*) AS n FROM APTH").rows
        assert engine.run(sql.format(file=file)).status != "rows"
        assert not file.exists()
        assert engine.run("SELECT COUNT(*) AS n FROM APTH WHERE 1 = 1").rows == before


def test_even_duckdb_itself_is_locked(vista):
    """The second fence: were a text to slip through, the database still opens no file."""
    import duckdb

    with Engine(vista) as engine:
        for sql in ("SELECT * FROM read_text('/etc/passwd')", "COPY (SELECT 1) TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'"):
            with pytest.raises(duckdb.Error):
                engine._connection.execute(sql)
        with pytest.raises(duckdb.Error):
            engine._connection.execute("SET enable_external_access = true")


@pytest.mark.parametrize(
    "sql",
    [
        "WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS c FROM n",
        "SELECT COUNT(*) AS n FROM APTH a, APTH b, APTH c, APTH d, APTH e, APTH f, APTH g, APTH h, APTH i, APTH j",
        "SELECT a.KeyID FROM APTH a, APTH b, APTH c, APTH d ORDER BY a.InvTotal * b.InvTotal",
    ],
)
def test_what_does_not_end_is_stopped(vista, sql):
    with Engine(vista, seconds=0.5) as engine:
        start = time.process_time()
        assert engine.run(sql).status == "error"
        assert time.process_time() - start < 3
        assert engine.run("SELECT 1 AS one").rows == [(1,)]


def test_too_many_rows_are_an_error(vista):
    with Engine(vista) as engine:
        result = engine.run("SELECT a.KeyID FROM APTH a, APTH b, APTH c")
        assert (result.status, result.message) == ("error", "more than 20,000 rows")
        assert engine.run("SELECT COUNT(*) AS n FROM APTH").rows == [(40,)]


def test_values_can_be_changed_for_a_while(catalogs):
    sql = "SELECT InvTotal, COUNT(*) AS n FROM APTH GROUP BY InvTotal"
    with Engine(catalogs["vista"]) as engine:
        before = engine.run(sql).rows
        with engine.changed({"dbo.APTH": {"InvTotal": [1, 2], "Description": ["a", "it's", None]}}):
            assert sorted(engine.run(sql).rows) == [(1, 20), (2, 20)]
            pairs = engine.run("SELECT DISTINCT InvTotal, Description FROM APTH").rows
            assert len(pairs) == 6
        assert sorted(engine.run(sql).rows) == sorted(before)


def test_a_change_that_no_column_takes_is_an_error_and_changes_nothing(catalogs):
    with Engine(catalogs["vista"]) as engine:
        before = engine.run("SELECT InvTotal FROM APTH").rows
        with pytest.raises(ValueError), engine.changed({"dbo.APTH": {"InvTotal": ["no number"]}}):
            pass
        engine._results.clear()
        assert engine.run("SELECT InvTotal FROM APTH").rows == before


def test_a_table_first_read_while_values_are_changed_is_there_afterwards(vista):
    with Engine(vista) as engine:
        engine.run("SELECT Vendor FROM APTH")
        with engine.changed({"dbo.APTH": {"Vendor": [7]}}):
            changed = engine.run("SELECT DISTINCT Vendor FROM APTH").rows
            other = engine.run("SELECT Name FROM APVM")
        assert changed == [(7,)]
        assert engine.run("SELECT Name FROM APVM").rows == other.rows != []
        assert engine.run("SELECT DISTINCT Vendor FROM APTH").rows != changed


def test_a_synonym_has_the_rows_of_what_it_stands_for(tmp_path):
    (tmp_path / "s.sql").write_text(
        "CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY, Name varchar(10))\nGO\n"
        "CREATE VIEW dbo.Counted AS SELECT Name, COUNT(*) AS n FROM dbo.T GROUP BY Name\nGO\n"
        "CREATE SYNONYM dbo.Things FOR dbo.T\nGO\nCREATE SYNONYM dbo.Numbers FOR dbo.Counted\nGO\n"
    )
    engine = Engine(build(tmp_path, load_database("generic.yaml")), 1)
    for synonym, target in (("Things", "T"), ("Numbers", "Counted")):
        assert engine.run(f"SELECT * FROM {synonym}").rows == engine.run(f"SELECT * FROM {target}").rows
