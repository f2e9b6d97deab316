"""catalog.json: what is written is read back, the same bytes each time, fast."""

import json
from pathlib import Path

import pytest
from tests.timing import takes_at_most_times

from vgpt2.catalog import store
from vgpt2.catalog.build import build
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.store import load, save
from vgpt2.errors import UserError
from vgpt2.settings import load_database

# The keys of a database's settings that came after the first catalogs.
LISTS = (
    "abbreviations", "name_prefixes", "internal_columns", "surrogate_keys", "not_added", "type_meanings", "parameters",
    "made_up_names", "invented_names",
)  # fmt: skip
FIXTURES = Path(__file__).parents[1] / "fixtures" / "catalog"


def test_what_is_saved_is_loaded(vista, shop, tmp_path):
    for catalog in (vista, shop):
        save(catalog, tmp_path / "catalog.json")
        assert load(tmp_path / "catalog.json") == catalog


def test_the_same_source_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        save(build(FIXTURES / "vgpt2", load_database("vista.yaml")), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_it_is_json_with_settings_and_counts_and_a_line_a_table(vista, tmp_path):
    save(vista, tmp_path / "catalog.json")
    text = (tmp_path / "catalog.json").read_text()
    data = json.loads(text)
    assert data["database"]["case_sensitive"] is True
    assert data["counts"] == vista.counts()
    assert data["counts"]["tables"] == 3 and data["counts"]["columns"] == 18
    assert sum('"name":"APTH"' in line for line in text.splitlines()) == 1


def test_word_lists_travel_inside_a_catalog(tmp_path, monkeypatch):
    save(Catalog(load_database("vista.yaml")), tmp_path / "catalog.json")
    monkeypatch.setattr(store, "load_database", None)
    assert load(tmp_path / "catalog.json").database.abbreviations["sub"] == "subcontract"


@pytest.mark.parametrize("name", ["vista", "adventureworks", "mine", "../databases/vista", "*"])
def test_a_catalog_of_before_word_lists_means_what_it_meant(tmp_path, name):
    save(Catalog(load_database("vista.yaml")), tmp_path / "catalog.json")
    data = json.loads((tmp_path / "catalog.json").read_text())
    new = [key for key, value in data["database"].items() if key in LISTS]
    assert set(new) == set(LISTS)
    for key in new:
        del data["database"][key]
    data["database"] |= {"name": name, "title": "As it was"}
    (tmp_path / "catalog.json").write_text(json.dumps(data))
    database = load(tmp_path / "catalog.json").database
    assert (database.name, database.title) == (name, "As it was"), "what the catalog says goes first"
    known = load_database(f"{name}.yaml" if name in ("vista", "adventureworks") else "generic.yaml")
    assert {key: getattr(database, key) for key in LISTS} == {key: getattr(known, key) for key in LISTS}


def test_25000_columns_load_in_a_few_times_the_time_that_json_takes(tmp_path):
    database = load_database("generic.yaml")
    tables = [
        Table("dbo", f"T{number:04}", "table", [Column(f"C{i}", "bDollar", "numeric(12,2)") for i in range(17)])
        for number in range(1500)
    ]
    path = tmp_path / "catalog.json"
    save(Catalog(database, tables), path)

    as_json = lambda: json.loads(path.read_text(encoding="utf-8"))  # noqa: E731
    assert takes_at_most_times(5, lambda: load(path), as_json)
    assert load(path).counts()["columns"] == 25_500


@pytest.mark.parametrize("text", ["{}", '{"format": 99}', "[]", "not json"])
def test_another_file_is_refused_in_one_line(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UserError, match=r"x\.json"):
        load(tmp_path / "x.json")
