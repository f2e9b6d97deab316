"""A second run reads only what has changed, and gives what a first run would."""

import json

import pytest

from vgpt2.catalog import cache as cache_module
from vgpt2.catalog.build import read
from vgpt2.catalog.cache import Cache
from vgpt2.catalog.readers.scripted import reader
from vgpt2.settings import load_database

FILES = {
    "a.sql": "CREATE TABLE dbo.A (k int NOT NULL PRIMARY KEY, Old int)\nGO\n",
    "b.sql": "CREATE TABLE dbo.B (k int NOT NULL, n nvarchar(10))\nGO\n",
    "v.sql": "CREATE VIEW dbo.V AS SELECT b.n, a.* FROM dbo.B b JOIN dbo.A a ON a.k = b.k\nGO\n",
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Reads the folder; gives the catalog and the names of the files that were looked into."""
    folder = tmp_path / "source"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    original = reader._read_file

    def make():
        looked = []

        def spy(encoding, path):
            looked.append(path.name)
            return original(encoding, path)

        monkeypatch.setattr(reader, "_read_file", spy)
        catalog = read(folder, load_database("generic.yaml"), cache=tmp_path / "cache.json").catalog
        return catalog, looked

    make.folder = folder
    make.cache = tmp_path / "cache.json"
    return make


def test_nothing_is_read_twice(run):
    first, looked = run()
    assert looked == ["a.sql", "b.sql", "v.sql"]
    second, looked = run()
    assert looked == []
    assert second == first


def test_a_changed_file_is_read_and_what_depends_on_it_follows(run):
    run()
    (run.folder / "a.sql").write_text(FILES["a.sql"].replace("Old int", "New date"))
    catalog, looked = run()
    assert looked == ["a.sql"]
    assert [column.name for column in catalog.find("V").columns] == ["n", "k", "New"]
    assert catalog.find("V").column("New").base_type == "date"


def test_a_file_that_is_gone_is_forgotten(run):
    run()
    (run.folder / "b.sql").unlink()
    catalog, looked = run()
    assert (looked, catalog.find("B")) == ([], None)
    assert set(json.loads(run.cache.read_text())["files"]) == {"a.sql", "v.sql"}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"code": 1, "files": {}, "shapes": {}}', "\0\xff"])
def test_a_cache_that_cannot_be_read_is_none(run, text):
    first, _ = run()
    run.cache.write_text(text)
    assert run()[0] == first


def test_other_code_reads_all_anew(run, monkeypatch):
    run()
    monkeypatch.setattr(cache_module, "code_digest", lambda: "other")
    assert len(run()[1]) == 3


def test_a_shape_that_took_too_long_is_not_tried_again(tmp_path):
    kept = Cache(tmp_path / "c.json")
    kept.put_shape("SELECT 1", cache_module.LATE)
    kept.save()
    assert Cache(tmp_path / "c.json").shape("SELECT 1") == (True, cache_module.LATE)
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]
