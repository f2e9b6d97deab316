"""Sources with something wrong in them: a right catalog, or a clear line that says what and where."""

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.store import load
from vgpt2.errors import UserError
from vgpt2.settings import load_database
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.execute import Engine

ROOT = Path(__file__).parents[3]
TABLE = "CREATE TABLE dbo.T (a int NOT NULL PRIMARY KEY)\nGO\n"


@pytest.fixture
def read(tmp_path):
    """A folder of these files (text, or bytes), read."""

    def make(**files):
        for name, data in files.items():
            path = tmp_path / f"{name}.sql"
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return build(tmp_path, load_database("generic.yaml"))

    return make


def said(catalog):
    return [(item.construct, item.file, item.line) for item in catalog.unread]


@pytest.mark.parametrize(
    ("name", "data", "construct"),
    [
        ("empty", b"", None),
        ("blank", b"  \r\n\t\n", None),
        ("go", b"GO\nGO 5\n", None),
        ("binary", bytes(range(256)) * 20, "file that cannot be read"),
        ("odd_zeros", b"CREATE TABLE x\0\0\0", "file that cannot be read"),
        ("no_name", b"CREATE VIEW AS SELECT 1 AS x\nGO\n", "view"),
        ("no_columns", b"CREATE TABLE dbo.E AS SELECT 1\nGO\n", "CREATE TABLE without columns"),
        ("cut_off", b"CREATE TABLE dbo.C (a int, b nvarchar(1", None),
        ("open_string", b"PRINT 'it''s\nGO\nCREATE TABLE dbo.N (a int)", None),
        (
            "on_nothing",
            b"CREATE TRIGGER dbo.x ON dbo.Nothing FOR INSERT AS RETURN",
            "trigger on a table that is not there",
        ),
        ("altered", b"ALTER TABLE dbo.Nothing ADD x int", "ALTER TABLE of a table that is not there"),
        ("renamed", b"EXEC sp_rename 'dbo.Nothing', 'Some'", "sp_rename of what is not there"),
        (
            "key",
            b"ALTER TABLE dbo.T ADD FOREIGN KEY (a) REFERENCES dbo.Nothing (b)",
            "foreign key to what is not there",
        ),
        ("bad_view", b"CREATE VIEW dbo.V AS SELECT FROM WHERE", "view"),
        ("latin", "CREATE TABLE dbo.Gr\u00f6\u00dfe (L\u00e4nge int)".encode("cp1252"), None),
    ],
)
def test_a_faulty_file_is_named_and_the_others_are_read(read, name, data, construct):
    catalog = read(**{name: data, "good": TABLE})
    assert catalog.find("T").key == ["a"]
    assert [item[0] for item in said(catalog)] == ([construct] if construct else [])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"x": b""}, "no CREATE TABLE or CREATE VIEW found"),
        ({"x": bytes(range(256))}, r"file that cannot be read: x\.sql"),
        ({"x": b"SELECT 1"}, "is it the right folder"),
        ({}, "nothing readable in it"),
    ],
)
def test_a_source_without_a_table_is_refused_in_one_line(read, files, message):
    with pytest.raises(UserError, match=message):
        read(**files)


def test_of_two_different_definitions_the_first_stays_and_the_same_twice_is_none(read):
    catalog = read(a=TABLE, b=TABLE, c="GO\nCREATE TABLE dbo.T (a int NOT NULL PRIMARY KEY, more int)\nGO\n")
    assert [column.name for column in catalog.find("T").columns] == ["a"]
    assert said(catalog) == [("table defined twice differently, the first kept", "c.sql", 2)]


def test_views_in_a_circle_and_on_nothing_end(read):
    catalog = read(
        a="CREATE VIEW dbo.A AS SELECT b.x FROM dbo.B b\nGO\n",
        b="CREATE VIEW dbo.B AS SELECT a.x FROM dbo.A a\nGO\n",
        c="CREATE VIEW dbo.C AS SELECT n.y, n.z AS w FROM dbo.Nothing n\nGO\n",
        self="CREATE VIEW dbo.S AS SELECT s.q FROM dbo.S s\nGO\n",
    )
    assert [column.name for column in catalog.find("C").columns] == ["y", "w"]
    assert catalog.find("C").reads == []
    assert {column.name for view in "ABS" for column in catalog.find(view).columns} == {"x", "q"}


NAMES = ["a]b", 'say "x"', "it's", "two words", "Übergröße", "select", "T", "100%", "semi;colon", "--", "日本語", "a.b"]


def test_any_name_is_kept_and_can_be_asked_for(read):
    quoted = [f"[{name.replace(']', ']]')}]" for name in NAMES]
    columns = ", ".join(f"{name} int NULL" for name in quoted)
    catalog = read(a=f"CREATE TABLE dbo.T ({columns})\nGO\nCREATE TABLE [odd ]]table; DROP] ([x] int NULL)\nGO\n")
    assert [column.name for column in catalog.find("T").columns] == NAMES
    assert catalog.find("odd ]table; DROP").columns[0].name == "x"
    sql = f"SELECT {', '.join(quoted)} FROM dbo.T"
    assert check(sql, catalog).status == "valid"
    with Engine(catalog, 1) as engine:
        assert engine.run(sql).status == "rows"
        assert engine.run("SELECT x FROM [odd ]]table; DROP]").status == "rows"


def test_a_thousand_columns(read):
    catalog = read(a="CREATE TABLE dbo.Wide (" + ", ".join(f"c{n} int" for n in range(1000)) + ")\nGO\n")
    assert len(catalog.find("Wide").columns) == 1000


def test_renames_reach_keys_and_foreign_keys(read):
    catalog = read(
        a="CREATE TABLE dbo.Old (k int NOT NULL PRIMARY KEY)\nGO\n"
        "CREATE TABLE dbo.Child (k int REFERENCES dbo.Old (k))\nGO\n"
        "EXEC sp_rename 'dbo.Old', 'New'\nGO\n"
        "EXEC sp_rename @objname = N'[dbo].[New].[k]', @newname = 'id', @objtype = 'COLUMN'\nGO\n"
        "ALTER TABLE dbo.New ADD later int\nGO\n"
    )
    assert [column.name for column in catalog.find("New").columns] == ["id", "later"]
    assert catalog.find("New").key == ["id"]
    (key,) = catalog.foreign_keys
    assert (key.referenced_table, key.referenced_columns) == ("dbo.New", ["id"])
    assert not catalog.unread


def extract(source, output, *more):
    return subprocess.run(
        [sys.executable, ROOT / "scripts/extract_catalog.py", "--source", source, "--database", "generic.yaml",
         "--output", output, *more],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture
def half_broken(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "good.sql").write_text(TABLE)
    (source / "bad.sql").write_text("CREATE VIEW dbo.V AS SELECT FROM WHERE\nGO\n")
    return source


def test_too_much_unread_ends_with_1_and_no_catalog(half_broken, tmp_path):
    output = tmp_path / "out" / "catalog.json"
    done = extract(half_broken, output)
    assert done.returncode == 1
    assert "error:" in done.stderr.splitlines()[-1] and "1 of 1 views could not be read (100%, limit 2%)" in done.stderr
    assert "bad.sql:1" in done.stderr
    assert not output.exists() and (output.parent / "catalog.failed.json").exists()


def test_with_allow_unread_it_goes_on(half_broken, tmp_path):
    output = tmp_path / "out" / "catalog.json"
    extract(half_broken, output)
    done = extract(half_broken, output, "--allow-unread")
    assert done.returncode == 0, done.stderr
    catalog = load(output)
    assert catalog.counts()["unread"] == 1
    assert [table.name for table in catalog.queryable] == ["T"], "nobody is asked about what was not understood"
    assert not (output.parent / "catalog.failed.json").exists()


def test_explain_prints_all_that_is_known_of_one_object(tmp_path):
    source = ROOT / "tests/fixtures/catalog/scripts"
    done = extract(source, tmp_path / "catalog.json", "--explain", "Sales.Customer")
    assert done.returncode == 0, done.stderr
    for text in (
        "table Sales.Customer", "Tables/Customer.sql:", "key (primary key) CustomerID", "<- business key",
        "one of A/I", "[extended property]", "foreign key Sales.Invoice (CustomerID) -> Sales.Customer (CustomerID)",
        "(foreign key, seen",
    ):  # fmt: skip
        assert text in done.stdout
    done = extract(source, tmp_path / "catalog.json", "--explain", "Custmer")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == (
        "error: --explain Custmer: nothing is called so; did you mean 'Customer'?"
    )


def test_explain_needs_no_place_to_write_to(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.sql").write_text("CREATE TABLE Sales.Customer (CustomerID int NOT NULL PRIMARY KEY)\n")
    script = str(ROOT / "scripts" / "extract_catalog.py")
    words = [sys.executable, script, "--source", str(source), "--database", "generic.yaml"]
    shown = subprocess.run([*words, "--explain", "Customer"], cwd=tmp_path, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr
    assert "Sales.Customer" in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    without = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert without.returncode == 2
    assert "--output" in without.stderr
