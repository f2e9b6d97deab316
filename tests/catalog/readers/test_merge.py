"""A VGPT2 folder and scripts of one database: the scripts are right about structure, the folder knows the words."""

import json

import pytest

from vgpt2.catalog.build import read
from vgpt2.settings import load_database

COLUMNS = [
    ("bAPTH", "APCo", "bCompany", "False"),
    ("bAPTH", "APTrans", "int", "False"),
    ("bAPTH", "Amount", "int", "True"),
    ("bAPTH", "Gone", "int", "True"),
    ("bOld", "Key", "int", "False"),
]
SCRIPT = """
CREATE TYPE dbo.bCompany FROM tinyint NOT NULL
GO
CREATE TABLE dbo.bAPTH (APCo dbo.bCompany NOT NULL, APTrans int NOT NULL, Amount numeric(12,2) NULL, Added date NULL)
CREATE UNIQUE CLUSTERED INDEX biAPTH ON dbo.bAPTH (APCo, APTrans)
GO
CREATE VIEW dbo.APTH AS SELECT a.* FROM dbo.bAPTH a
GO
CREATE PROCEDURE dbo.bspAPPost @co bCompany AS SELECT 1 FROM dbo.APTH
GO
"""


@pytest.fixture
def reading(tmp_path):
    metadata = tmp_path / "vgpt2" / "Viewpoint_Database" / "_Metadata"
    metadata.mkdir(parents=True)
    rows = [
        {"ObjectName": table, "SchemaName": "dbo", "ColumnName": column, "DataType": kind, "IsNullable": nullable}
        for table, column, kind, nullable in COLUMNS
    ]
    (metadata / "columns.json").write_text(json.dumps(rows))
    pages = {
        "Tables/bAPTH.md": "## Overview\nInvoice headers.\n\n"
        "## Columns\n| Column | Description |\n|--|--|\n| Amount | Sum |",
        "Stored_Procedures/SP_Documentation/bspAPPost.md": "## Overview\nPosts a batch.\n\n"
        "## Parameters\n- @co (bCompany): AP company\n",
    }
    for name, text in pages.items():
        path = metadata.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "all.sql").write_text(SCRIPT)
    return read(tmp_path / "vgpt2", load_database("vista.yaml"), scripts)


def test_structure_is_that_of_the_scripts(reading):
    table = reading.catalog.find("bAPTH")
    assert [(c.name, c.type, c.base_type) for c in table.columns] == [
        ("APCo", "bCompany", "tinyint"),
        ("APTrans", "int", "int"),
        ("Amount", "numeric(12,2)", "numeric(12,2)"),
        ("Added", "date", "date"),
    ]
    assert table.key == ["APCo", "APTrans"]
    assert reading.catalog.find("APTH").key == ["APCo", "APTrans"], "a view that only the scripts have"
    assert reading.catalog.find("bOld") is not None, "what only the folder has stays"
    assert reading.form == "VGPT2 folder and scripts"


def test_words_are_those_of_the_folder(reading):
    table = reading.catalog.find("bAPTH")
    assert (table.description, table.module) == ("Invoice headers.", "AP")
    assert table.column("Amount").description == "Sum"
    (routine,) = reading.catalog.routines
    assert (routine.description, routine.reads) == ("Posts a batch.", ["dbo.APTH"])
    assert [(item.name, item.type, item.description) for item in routine.parameters] == [
        ("@co", "bCompany", "AP company")
    ]


def test_every_difference_is_listed(reading):
    found = [(item.name, item.what, item.folder, item.scripts) for item in reading.catalog.differences]
    assert found == [
        ("dbo.bAPTH.Added", "column", "not there", "is there"),
        ("dbo.bAPTH.Amount", "type", "int", "numeric(12,2)"),
        ("dbo.bAPTH.Gone", "column", "is there", "not there"),
        ("dbo.bOld", "table", "is there", "not there"),
    ]
