"""Clauses of CREATE TABLE and its relatives: whatever stands there, no column is lost."""

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database

TABLES = {
    "filegroup and partition scheme": (
        "CREATE TABLE dbo.T (a int NOT NULL, b datetime) ON [PS_Month](b) TEXTIMAGE_ON [PRIMARY]",
        ["a int", "b datetime"],
    ),
    "memory-optimised": (
        "CREATE TABLE dbo.T (a int NOT NULL PRIMARY KEY NONCLUSTERED HASH (a) WITH (BUCKET_COUNT = 1024), b int, "
        "INDEX ix NONCLUSTERED (b)) WITH (MEMORY_OPTIMIZED = ON, DURABILITY = SCHEMA_AND_DATA)",
        ["a int", "b int"],
    ),
    "temporal": (
        "CREATE TABLE dbo.T (a int PRIMARY KEY, s datetime2(7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL, "
        "e datetime2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (s, e)) "
        "WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.TH, DATA_CONSISTENCY_CHECK = ON))",
        ["a int", "s datetime2(7)", "e datetime2"],
    ),
    "masked and encrypted": (
        "CREATE TABLE dbo.T (a varchar(100) MASKED WITH (FUNCTION = 'partial(1, \"x, y\", 0)') NULL, "
        "b nvarchar(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = k, "
        "ENCRYPTION_TYPE = DETERMINISTIC, ALGORITHM = 'AEAD') NOT NULL)",
        ["a varchar(100)", "b nvarchar(11)"],
    ),
    "columnstore and sparse": (
        "CREATE TABLE dbo.T (a bigint, b int SPARSE NULL, c xml COLUMN_SET FOR ALL_SPARSE_COLUMNS, "
        "INDEX cci CLUSTERED COLUMNSTORE)",
        ["a bigint", "b int", "c xml"],
    ),
    "external": (
        "CREATE EXTERNAL TABLE dbo.T (a int, b decimal (10, 2)) "
        "WITH (LOCATION = '/x', DATA_SOURCE = s, FILE_FORMAT = f)",
        ["a int", "b decimal(10,2)"],
    ),
    "graph node": ("CREATE TABLE dbo.T (a int, b int) AS NODE", ["a int", "b int"]),
    "file stream and row guid": (
        "CREATE TABLE dbo.T (g uniqueidentifier ROWGUIDCOL NOT NULL UNIQUE DEFAULT (newid()), "
        "f varbinary(max) FILESTREAM NULL)",
        ["g uniqueidentifier", "f varbinary(max)"],
    ),
    "computed, identity, inline keys": (
        "CREATE TABLE dbo.T (a int IDENTITY(1, 1) NOT FOR REPLICATION CONSTRAINT pk PRIMARY KEY CLUSTERED, "
        "b AS (a * 2) PERSISTED NOT NULL, c int CONSTRAINT fk REFERENCES dbo.T (a) ON DELETE NO ACTION, "
        "d [dbo].[Flag] CONSTRAINT df DEFAULT ((0)) CHECK (d IN (0, 1)), [e f] double precision, "
        "g national char varying(5))",
        ["a int", "b int", "c int", "d Flag", "e f double precision", "g national char varying(5)"],
    ),
    "comments within": (
        "CREATE TABLE dbo.T ( -- the first, (really)\n a int, /* b int, */ c char (3) DEFAULT 'a,b' -- last\n)",
        ["a int", "c char(3)"],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_no_clause_costs_a_column(name, tmp_path):
    sql, columns = TABLES[name]
    (tmp_path / "t.sql").write_text(f"{sql}\nGO\n")
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert not catalog.unread
    found = catalog.find("T")
    assert (found and [f"{column.name} {column.type}" for column in found.columns]) == columns


ALTERED = [
    ("ALTER TABLE dbo.T ADD b int NULL, c date NOT NULL DEFAULT ('2020-01-01')", ["a", "b", "c"]),
    ("ALTER TABLE dbo.T ADD CONSTRAINT df DEFAULT (5) FOR a", ["a"]),
    ("ALTER TABLE dbo.T WITH NOCHECK ADD CONSTRAINT ck CHECK (a IN (1, 2, 3))", ["a"]),
    ("ALTER TABLE dbo.T ALTER COLUMN a bigint NOT NULL", ["a"]),
    ("ALTER TABLE dbo.T ADD b int\nALTER TABLE dbo.T DROP COLUMN b", ["a"]),
    ("ALTER TABLE dbo.T ADD PERIOD FOR SYSTEM_TIME (a, a)", ["a"]),
    ("ALTER TABLE dbo.T REBUILD PARTITION = ALL", ["a"]),
    ("ALTER TABLE dbo.T SET (LOCK_ESCALATION = AUTO)", ["a"]),
]


@pytest.mark.parametrize(("sql", "names"), ALTERED, ids=[sql[:50] for sql, _ in ALTERED])
def test_altered_tables(sql, names, tmp_path):
    (tmp_path / "t.sql").write_text(f"CREATE TABLE dbo.T (a int)\nGO\n{sql}\nGO\n")
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [column.name for column in catalog.find("T").columns] == names
    assert not catalog.unread


def test_what_alter_table_says_is_kept(tmp_path):
    (tmp_path / "t.sql").write_text("CREATE TABLE dbo.T (a int)\nGO\n" + "\n".join(sql for sql, _ in ALTERED[1:4]))
    column = build(tmp_path, load_database("generic.yaml")).find("T").column("a")
    assert (column.type, column.nullable, column.default) == ("bigint", False, "(5)")
    assert column.values == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("column_or_index", "keys", "indexes"),
    [
        ("b int INDEX ix", [], [("ix", ["b"], False)]),
        ("b int, INDEX ix (b, a)", [], [("ix", ["b", "a"], False)]),
        ("b int, INDEX ix NONCLUSTERED HASH (b) WITH (BUCKET_COUNT = 64)", [], [("ix", ["b"], False)]),
        ("b int, INDEX ux UNIQUE CLUSTERED (a, b)", [(["a", "b"], "unique_clustered")], []),
        ("b int, INDEX ux UNIQUE (b) WHERE b IS NOT NULL", [], [("ux", ["b"], True)]),
        ("b int, INDEX cci CLUSTERED COLUMNSTORE", [], []),
        ("b int, INDEX ncci NONCLUSTERED COLUMNSTORE (a, b)", [], []),
    ],
)
def test_indexes_within_a_table(column_or_index, keys, indexes, tmp_path):
    (tmp_path / "t.sql").write_text(f"CREATE TABLE dbo.T (a int NOT NULL, {column_or_index})\nGO\n")
    (table,) = build(tmp_path, load_database("generic.yaml")).tables
    assert [column.name for column in table.columns] == ["a", "b"]
    assert [(key.columns, key.origin) for key in table.keys] == keys
    assert [(index.name, index.columns, index.unique) for index in table.indexes] == indexes


@pytest.mark.parametrize(
    ("sql", "temporal"),
    [
        ("WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.TH))\nGO", True),
        ("WITH (DATA_COMPRESSION = PAGE, SYSTEM_VERSIONING=ON)\nGO", True),
        ("\nGO\nALTER TABLE dbo.T SET (SYSTEM_VERSIONING = ON)\nGO", True),
        ("WITH (SYSTEM_VERSIONING = ON)\nGO\nALTER TABLE dbo.T SET (SYSTEM_VERSIONING = OFF)\nGO", False),
        ("WITH (SYSTEM_VERSIONING = OFF, MEMORY_OPTIMIZED = ON)\nGO", False),
        ("\nGO", False),
    ],
)
def test_which_tables_keep_their_history(sql, temporal, tmp_path):
    (tmp_path / "t.sql").write_text(f"CREATE TABLE dbo.T (a int, s datetime2 NOT NULL, e datetime2 NOT NULL) {sql}\n")
    catalog = build(tmp_path, load_database("generic.yaml"))
    assert [table.name for table in catalog.tables if table.temporal] == ["T"] * temporal


@pytest.mark.parametrize(
    ("head", "returns"),
    [
        ("FUNCTION dbo.f (@a int = 1, @b varchar(30)) RETURNS decimal(12, 2) AS BEGIN RETURN 1 END", "decimal(12,2)"),
        ("FUNCTION dbo.f () RETURNS bDate WITH SCHEMABINDING AS BEGIN RETURN GETDATE() END", "bDate"),
        ("FUNCTION dbo.f (@a int) RETURNS TABLE AS RETURN (SELECT 1 AS a)", "table"),
        ("FUNCTION dbo.f (@a int) RETURNS @t TABLE (a int) AS BEGIN INSERT @t VALUES (1) RETURN END", "table"),
        ("PROCEDURE dbo.f @a int AS SELECT 1 AS a", ""),
    ],
)
def test_what_a_function_returns(head, returns, tmp_path):
    (tmp_path / "f.sql").write_text(f"CREATE TABLE dbo.T (a int)\nGO\nCREATE {head}\nGO\n")
    (routine,) = build(tmp_path, load_database("generic.yaml")).routines
    assert routine.returns == returns
