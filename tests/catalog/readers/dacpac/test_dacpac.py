"""A data-tier application: `fixtures/catalog/dacpac/model.xml`, packed; and what is wrong with a package."""

import zipfile
from pathlib import Path

import pytest

from vgpt2.catalog.build import read
from vgpt2.catalog.readers.dacpac.package import name_parts
from vgpt2.errors import UserError
from vgpt2.settings import DatabaseSettings

MODEL = (Path(__file__).parents[3] / "fixtures/catalog/dacpac/model.xml").read_bytes()
DATABASE = {"name": "books", "prefix": "books", "title": "Books"}


def packed(path, model=MODEL, name="model.xml"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("Origin.xml", "<DacOrigin/>")
        package.writestr(name, model)
    return path


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    return read(packed(tmp_path_factory.mktemp("dacpac") / "books.dacpac"), DatabaseSettings(**DATABASE))


@pytest.fixture(scope="module")
def books(reading):
    return reading.catalog


def test_columns_with_their_types(books):
    types = {
        column.name: (column.type, column.base_type, column.nullable)
        for table in ("Head", "Line")
        for column in books.find(table).columns
    }
    assert types == {
        "Co": ("bCompany", "tinyint", False),
        "Trans": ("int", "int", False),
        "Status": ("char(1)", "char(1)", False),
        "Notes": ("nvarchar(max)", "nvarchar(max)", True),
        "Terms": ("xml(dbo.TermSchemas)", "xml", True),
        "Odd]name.x": ("datetime2(3)", "datetime2(3)", True),
        "Amount": ("decimal(12,2)", "decimal(12,2)", True),
        "Double": ("decimal(12,2)", "decimal(12,2)", True),
    }
    assert books.find("Head").column("Trans").identity
    assert books.find("Line").column("Double").computed == "[Amount] * 2"


def test_keys_indexes_checks_and_defaults(books):
    head, line = books.find("Head"), books.find("Line")
    assert head.key == ["Co", "Trans"]
    assert [(key.columns, key.origin) for key in line.keys] == [(["Co", "Odd]name.x"], "unique_clustered")]
    # A unique index that leaves rows out makes no row unique.
    assert [(index.name, index.columns, index.unique) for index in line.indexes] == [("ix_open", ["Amount"], True)]
    assert head.column("Status").values == ["O", "C"]
    assert head.column("Status").default == "('O')"


def test_a_foreign_key_that_stands_before_its_tables(books):
    (key,) = books.foreign_keys
    assert (key.table, key.columns) == ("dbo.Line", ["Co", "Trans"])
    assert (key.referenced_table, key.referenced_columns) == ("dbo.Head", ["Co", "Trans"])


def test_programs_whose_heads_the_package_does_not_keep(books):
    view = books.find("OpenHeads")
    assert [(column.name, column.base_type) for column in view.columns] == [("Co", "tinyint"), ("Trans", "int")]
    (routine,) = [item for item in books.routines if item.name == "CloseHead"]
    assert [(item.name, item.type, item.output) for item in routine.parameters] == [
        ("@Co", "bCompany", False),
        ("@msg", "varchar(60)", True),
    ]
    assert routine.writes == ["dbo.Head"]
    (trigger,) = books.triggers
    assert (trigger.table, trigger.events) == ("dbo.Head", ["UPDATE", "DELETE"])


def test_descriptions_sequences_and_types(books):
    assert books.find("Head").description == "One row for each transaction; it's the master."
    assert books.find("Line").column("Amount").description == "Amount in dollars"
    assert [(item.qualified, item.type) for item in books.sequences] == [("dbo.Numbers", "bigint")]
    assert books.types == {"bCompany": "tinyint"}


def test_a_synonym_has_the_columns_of_what_it_stands_for(books):
    synonym = books.find("Master")
    assert (synonym.kind, synonym.base_table, synonym.key) == ("synonym", "dbo.Head", ["Co", "Trans"])
    assert synonym not in books.queryable


def test_what_is_not_read_is_listed(books):
    assert {(item.construct, item.file) for item in books.unread} == {
        ("program without a definition (encrypted, or of an assembly)", "dbo.Encrypted"),
        ("program without a definition (encrypted, or of an assembly)", "dbo.Hidden"),
        ("element SqlFlyingCarpet", "books.dacpac"),
    }


def test_a_view_without_its_query_has_the_columns_that_the_model_names(books):
    assert [column.name for column in books.find("Hidden").columns] == ["Total"]


def test_its_settings_are_taken_where_the_yaml_is_silent(reading):
    database = reading.catalog.database
    assert (database.case_sensitive, database.collation, database.compatibility_level) == (
        True,
        "Latin1_General_BIN",
        150,
    )
    assert database.server_version == "2019"
    assert reading.notes == []


def test_the_yaml_counts_and_the_difference_is_said(tmp_path):
    reading = read(packed(tmp_path / "books.dacpac"), DatabaseSettings(**DATABASE, case_sensitive=False))
    assert not reading.catalog.database.case_sensitive
    assert reading.notes == ["case_sensitive: False in the database's YAML, True in books.dacpac; the YAML counts"]


def test_scripts_beside_it_are_right(tmp_path):
    script = tmp_path / "more.sql"
    script.write_text("CREATE TABLE dbo.Extra (Id int NOT NULL PRIMARY KEY)\nGO\n")
    catalog = read(packed(tmp_path / "books.dacpac"), DatabaseSettings(**DATABASE), script).catalog
    assert catalog.find("Extra") and catalog.find("Head")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[dbo].[Orders]", ["dbo", "Orders"]),
        ("[a]]b].[c.d].[[e]", ["a]b", "c.d", "[e"]),
        ("[x]].y]", ["x].y"]),
        ("", []),
    ],
)
def test_names_in_brackets(text, parts):
    assert name_parts(text) == parts


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><DataSchemaModel>&c;</DataSchemaModel>'
FAULTS = {
    "a text file": (b"this is no zip", "damaged or no zip"),
    "an empty file": (b"", "damaged or no zip"),
    "a zip without a model": ({"name": "other.xml"}, "no model.xml in it"),
    "a path that leads out": ({"name": "../model.xml"}, "no model.xml in it"),
    "entities": ({"model": BOMB}, "document type declaration"),
    "another XML": ({"model": b"<Workbook/>"}, "begins with <Workbook>"),
    "half an XML": ({"model": MODEL[:4000]}, "no well-formed XML"),
    "no XML": ({"model": b"\x00\x01\x02"}, "no well-formed XML"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_package_is_refused_in_one_line(fault, tmp_path):
    given, why = FAULTS[fault]
    path = tmp_path / "broken.dacpac"
    path.write_bytes(given) if isinstance(given, bytes) else packed(path, **given)
    with pytest.raises(UserError, match=why) as refused:
        read(path, DatabaseSettings(**DATABASE))
    assert str(refused.value).startswith(f"SOURCE={path}: ")
    assert "\n" not in str(refused.value)


def test_a_zip_whose_middle_is_damaged_is_refused(tmp_path):
    path = packed(tmp_path / "broken.dacpac")
    data = bytearray(path.read_bytes())
    middle = data.find(b"model.xml") + 400
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(data)
    with pytest.raises(UserError, match="damaged or no zip"):
        read(path, DatabaseSettings(**DATABASE))


def test_an_encrypted_zip_is_refused(tmp_path):
    path = packed(tmp_path / "secret.dacpac")
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rfind(signature)
        data[at + flags] |= 1
    path.write_bytes(data)
    with pytest.raises(UserError, match="it is encrypted"):
        read(path, DatabaseSettings(**DATABASE))


def test_a_bacpac_is_read_without_its_data(tmp_path):
    path = packed(tmp_path / "books.bacpac")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("Data/dbo.Head/TableData-000-00000.BCP", b"\x01\x02")
    assert read(path, DatabaseSettings(**DATABASE)).catalog.find("Head")
