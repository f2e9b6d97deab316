"""What is caught for the sake of all other objects is listed and counted, and none of it is a fault of our own."""

from pathlib import Path

import pytest

from vgpt2.catalog import finish, shapes
from vgpt2.catalog.build import build
from vgpt2.catalog.readers.scripted import ddl, pieces, programs
from vgpt2.errors import caught, is_own
from vgpt2.files import read_jsonl
from vgpt2.settings import load_database

FIXTURES = Path(__file__).parents[1] / "fixtures" / "catalog"
SOURCES = (
    "adventure-works", "wide-world-importers", "northwind-pubs", "dacpac/aw.dacpac", "dacpac/wwi.dacpac",
    "dacpac/northwind.dacpac",
)  # fmt: skip
SCRIPT = "CREATE TABLE dbo.A (x int)\nGO\nCREATE VIEW dbo.v AS SELECT x FROM dbo.A\nGO\nCREATE TABLE dbo.B (y int)"


def own(catalog):
    return [item for item in catalog.unread if is_own(item.construct) or is_own(item.text)]


def raised(text, package):
    """An error raised in the code of this package."""
    scope = {}
    exec(compile(f"def broken():\n    raise KeyError({text!r})", f"/lib/site-packages/{package}/x.py", "exec"), scope)
    try:
        scope["broken"]()
    except KeyError as error:
        return error


def test_an_error_says_whose_it_is():
    assert caught(raised("a", "sqlglot")) == "sqlglot KeyError: 'a'"
    assert is_own(caught(raised("a", "vgpt2")))
    assert not is_own(caught(raised("a", "sqlglot")))
    try:
        finish.finish(None, None)
    except Exception as error:
        assert is_own(caught(error))


@pytest.mark.parametrize("source", SOURCES)
def test_real_sources_bring_up_no_fault_of_ours(corpora, source):
    assert own(build(corpora / source, load_database("generic.yaml"))) == []


def test_nor_does_the_sample(sample):
    assert own(sample) == []


def test_nor_do_the_statements_of_the_fixtures(tmp_path):
    for number, case in enumerate(read_jsonl(FIXTURES / "statements.jsonl")):
        (tmp_path / f"{number}.sql").write_text(case["sql"].replace("{T}", ""), "utf-8")
    assert own(build(tmp_path, load_database("generic.yaml"))) == []


@pytest.mark.parametrize(
    ("module", "name", "what"),
    [
        (ddl, "read_columns", "table"),
        (programs, "_read_view", "view"),
        (pieces, "_of_batch", "batch"),
        (shapes, "_equalities", "view"),
        (finish, "_finish_table", "table"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_fault_of_ours_is_listed_with_its_object_and_never_swallowed(tmp_path, monkeypatch, module, name, what):
    """Planted, wherever readers call for help: the run goes on, and `own` tells of it."""
    whole, done = getattr(module, name), []

    def breaks(*arguments):
        if not done:
            done.append(name)
            raise IndexError("planted")
        return whole(*arguments)

    monkeypatch.setattr(module, name, breaks)
    # As if it were raised in the file of the function that is replaced.
    monkeypatch.setattr("vgpt2.errors.OWN", "test_own_errors")
    (tmp_path / "all.sql").write_text(SCRIPT, "utf-8")
    catalog = build(tmp_path, load_database("generic.yaml"))
    (found,) = own(catalog)
    assert what in found.construct
    assert (found.file, found.line > 0) == ("all.sql", True)
    assert catalog.find("B").columns
