"""What SQLCMD puts into scripts: included files and variables."""

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database


@pytest.fixture
def read(tmp_path):
    """A folder of these files, read: `read({"a.sql": "..."})` gives the catalog."""

    def make(files, outside=None):
        folder = tmp_path / "source"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name, text in (outside or {}).items():
            (tmp_path / name).write_text(text)
        return build(folder, load_database("generic.yaml"))

    return make


def tables(catalog):
    return [table.qualified for table in catalog.tables]


def unread(catalog):
    return [(item.construct, item.file, item.line) for item in catalog.unread]


def test_an_included_file_is_read_once_where_it_stands_with_the_variables_of_the_one_that_includes_it(read):
    catalog = read(
        {
            "main.sql": ':setvar Schema "Sales"\nCREATE SCHEMA $(Schema)\nGO\n:r .\\tables\\orders.sql\nGO\n',
            "tables/orders.sql": "CREATE TABLE $(Schema).Orders (OrderID int NOT NULL PRIMARY KEY)\nGO\n",
        }
    )
    assert tables(catalog) == ["Sales.Orders"]
    assert not catalog.unread
    assert catalog.tables[0].source == "tables/orders.sql:1"


def test_a_batch_after_an_include_keeps_its_line(read):
    catalog = read({"a.sql": "\n:r b.sql\nGO\nCREATE TABLE dbo.T (a int)\nGO\n", "b.sql": "CREATE TABLE dbo.B (b int)"})
    assert {table.name: table.source for table in catalog.tables} == {"B": "b.sql:1", "T": "a.sql:4"}


@pytest.mark.parametrize("name", ["../secret.sql", "..\\secret.sql", "/etc/hostname", "x/../../secret.sql"])
def test_a_file_outside_of_the_source_is_never_read(read, name):
    catalog = read(
        {"a.sql": f"CREATE TABLE dbo.T (a int)\nGO\n:r {name}\nGO\n"}, {"secret.sql": "CREATE TABLE dbo.Secret (a int)"}
    )
    assert tables(catalog) == ["dbo.T"]
    assert unread(catalog) == [(":r of a file outside of SOURCE, left out", "a.sql", 3)]


def test_a_circle_and_a_file_that_is_not_there_are_named(read):
    catalog = read(
        {"a.sql": "CREATE TABLE dbo.T (a int)\nGO\n:r b.sql\n:r gone.sql\n", "b.sql": "\n:r a.sql\nGO\n", "c.sql": ""}
    )
    assert (":r of a file that is not there", "a.sql", 4) in unread(catalog)
    assert (":r in a circle", "b.sql", 2) in unread(catalog)
    assert tables(catalog) == ["dbo.T"]


@pytest.mark.parametrize("text", ["-- :r gone.sql", "/*\n:r gone.sql\n*/", "PRINT '\n:r gone.sql\n'"])
def test_a_command_in_a_comment_or_a_string_is_none(read, text):
    assert not read({"a.sql": f"{text}\nGO\nCREATE TABLE dbo.T (a int)\nGO\n"}).unread


def test_a_variable_without_a_value_is_named_where_something_depends_on_it(read):
    catalog = read({"a.sql": "CREATE TABLE [$(Owner)].T (a int)\nGO\nUSE $(DatabaseName)\nGO\n"})
    assert unread(catalog) == [("SQLCMD variable without a value", "a.sql", 1)]
