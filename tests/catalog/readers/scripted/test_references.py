"""What a program reads and writes, and the queries in it: `fixtures/catalog/references.jsonl`."""

import json
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database
from vgpt2.sqltext.references import references
from vgpt2.sqltext.scan import scan

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "fixtures/catalog/references.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:60])
def test_statements(case):
    found = references(case["sql"], list(scan(case["sql"])))
    assert sorted(".".join(name) for name in found.reads) == sorted(case["reads"])
    assert [".".join(name) for name in found.writes] == case["writes"]
    assert found.queries == case["queries"]


def test_a_procedure_knows_its_tables_and_gives_its_joins(tmp_path):
    (tmp_path / "a.sql").write_text(
        "CREATE TABLE dbo.H (k int NOT NULL PRIMARY KEY, x int)\nCREATE TABLE dbo.L (k int, n int)\nGO\n"
        "CREATE PROCEDURE dbo.p @k AS int AS\nBEGIN\n  UPDATE dbo.H SET x = 1 WHERE k = @k\n"
        "  SELECT l.n FROM dbo.L l INNER JOIN h ON h.k = l.k\n  SELECT 1 FROM dbo.Gone\nEND\nGO\n"
    )
    catalog = build(tmp_path, load_database("generic.yaml"))
    (routine,) = catalog.routines
    assert (routine.reads, routine.writes) == (["dbo.H", "dbo.L"], ["dbo.H"])
    (join,) = catalog.joins
    assert (join.left, join.right, join.origin) == ("dbo.L", "dbo.H", "procedure")
