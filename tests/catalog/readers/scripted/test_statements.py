"""Statements that make, change and drop what exists: `fixtures/catalog/statements.jsonl`, a script a line.

`{T}` makes two tables, T and U; `objects` are those that are there beside them, each with its columns (null: gone).
"""

import json
from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database

PATH = Path(__file__).parents[3] / "fixtures/catalog/statements.jsonl"
CASES = {case["name"]: case for case in map(json.loads, PATH.read_text(encoding="utf-8").splitlines())}
TABLES = """CREATE TABLE dbo.T (Id int NOT NULL PRIMARY KEY, Name varchar(10), Flag char(1))
GO
CREATE TABLE dbo.U (Id int NOT NULL PRIMARY KEY, T_Id int)
GO
"""
GIVEN = {
    "T": {"columns": ["Id int not null", "Name varchar(10)", "Flag char(1)"], "key": ["Id"]},
    "U": {"columns": ["Id int not null", "T_Id int"], "key": ["Id"]},
}


def described(table):
    columns = [f"{item.name} {item.base_type}{'' if item.nullable else ' not null'}" for item in table.columns]
    return {"columns": columns} | ({"key": table.key} if getattr(table, "key", []) else {})


@pytest.mark.parametrize("name", CASES)
def test_what_is_there_after_a_script(name, tmp_path):
    case = CASES[name]
    (tmp_path / "script.sql").write_text(case["sql"].replace("{T}", TABLES) + "\nGO\n")
    catalog = build(tmp_path, load_database("generic.yaml"))
    found = {table.name if table.schema == "dbo" else table.qualified: described(table) for table in catalog.tables}
    expected = (GIVEN if "{T}" in case["sql"] else {}) | case["objects"]
    assert found == {name: columns for name, columns in expected.items() if columns is not None}
    assert [item.construct for item in catalog.unread] == case["unread"]
    gives = {item.name: described(item)["columns"] for item in catalog.routines if item.columns}
    assert gives == case.get("functions", gives)
    types = {item.name: described(item) for item in catalog.table_types}
    assert types == case.get("table_types", {})
    checks = {item.name: [item.checks, [column.default for column in item.columns]] for item in catalog.tables}
    assert checks | case.get("rules", {}) == checks
    assert all(item.file == "script.sql" and item.line > 0 for item in catalog.unread)
