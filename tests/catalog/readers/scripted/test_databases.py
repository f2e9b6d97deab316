"""Scripts of several databases in one folder are not mixed."""

import pytest

from vgpt2.catalog.build import read
from vgpt2.errors import UserError
from vgpt2.settings import load_database

FILES = {
    "sales.sql": "USE [Sales]\nGO\nCREATE TABLE dbo.Invoice (Id int)\nGO\n",
    "more.sql": "USE sales;\nGO\nCREATE TABLE dbo.Line (Id int)\nGO\n",
    "stock.sql": "USE master\nGO\nCREATE DATABASE Stock\nGO\nUSE Stock\nGO\nCREATE TABLE dbo.Item (Id int)\nGO\n",
    "both.sql": "CREATE TABLE dbo.Shared (Id int)\nGO\n",
}


@pytest.fixture
def tables(tmp_path):
    """The tables that these files make."""

    def make(*names, **options):
        for name in names:
            (tmp_path / name).write_text(FILES[name])
        catalog = read(tmp_path, load_database("generic.yaml"), **options).catalog
        return [table.name for table in catalog.tables]

    return make


def test_one_database_however_it_is_spelled(tables):
    assert tables("sales.sql", "more.sql", "both.sql") == ["Invoice", "Line", "Shared"]


def test_the_servers_own_databases_do_not_count(tables):
    assert tables("stock.sql") == ["Item"]


def test_two_are_named_with_the_way_to_choose(tables):
    with pytest.raises(UserError) as refused:
        tables(*FILES)
    assert str(refused.value).endswith(
        "scripts of 2 databases: Stock (1 file), sales (2 files); choose one with DATABASE_NAME=Stock, "
        "or give the folder of one"
    )


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("Sales", ["Invoice", "Line", "Shared"]), ("stock", ["Item", "Shared"])],
)
def test_the_chosen_one_with_what_names_none(tables, chosen, expected):
    assert tables(*FILES, database_name=chosen) == expected


def test_an_unknown_one_is_refused_with_the_nearest(tables):
    with pytest.raises(UserError, match=r"DATABASE_NAME=Sale: no script of .* uses it; did you mean 'sales'\?"):
        tables(*FILES, database_name="Sale")
