"""Functions that give a table: their columns are looked up as those of a table are."""

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database
from vgpt2.tsql.check.check import check

SCRIPT = """
CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY, Name varchar(10))
GO
CREATE FUNCTION dbo.f(@id int) RETURNS TABLE AS RETURN SELECT Name AS N, Id AS Number FROM dbo.T WHERE Id = @id
GO
CREATE FUNCTION dbo.Lines(@id int) RETURNS @r TABLE (Place int, Part varchar(10)) AS BEGIN RETURN END
GO
CREATE FUNCTION dbo.Closed(@id int) RETURNS TABLE AS RETURN SELECT * FROM elsewhere.dbo.Nothing
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    path = tmp_path_factory.mktemp("functions") / "all.sql"
    path.write_text(SCRIPT, "utf-8")
    return build(path, load_database("generic.yaml"))


@pytest.mark.parametrize(
    ("sql", "status"),
    [
        ("SELECT x.N, x.Number FROM dbo.f(1) x", "valid"),
        ("SELECT n, NUMBER FROM dbo.F(1) AS x", "valid"),
        ("SELECT T.Id, x.Part FROM dbo.T CROSS APPLY dbo.Lines(T.Id) x", "valid"),
        ("SELECT T.Id, x.Part FROM dbo.T OUTER APPLY dbo.Lines(T.Id) AS x WHERE x.Place > 1", "valid"),
        ("SELECT q.a FROM dbo.f(1) AS q(a, b)", "valid"),
        ("SELECT f.N FROM dbo.f(1)", "valid"),
        ("SELECT s.N FROM (SELECT * FROM dbo.f(1) x) s", "valid"),
        ("SELECT x.Nothing FROM dbo.f(1) x", "invalid"),
        ("SELECT T.Id, x.Number FROM dbo.T CROSS APPLY dbo.Lines(T.Id) x", "invalid"),
        ("SELECT s.Id FROM (SELECT * FROM dbo.f(1) x) s", "invalid"),
        ("SELECT q.N FROM dbo.f(1) AS q(a, b)", "invalid"),
        ("SELECT x.N FROM dbo.Closed(1) x", "unknown"),
        ("SELECT x.N FROM dbo.nowhere(1) x", "unknown"),
        ("SELECT x.N FROM other.dbo.f(1) x", "unknown"),
    ],
)
def test_columns_of_functions(catalog, sql, status):
    verdict = check(sql, catalog)
    assert (verdict.status, bool(verdict.unknown_because)) == (status, status == "unknown"), verdict
