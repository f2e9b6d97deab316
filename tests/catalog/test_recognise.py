"""A database whose YAML is not named: some are recognised by their tables, and no other is taken for one."""

import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.build import read
from vgpt2.exam.suite.curated import curated_file
from vgpt2.settings import databases_known_by_tables, load_database

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
TABLES = {
    "bAPTH": "APCo tinyint NOT NULL, Mth smalldatetime",
    "bJCJM": "JCCo tinyint, Job varchar(10)",
    "bHQCO": "HQCo int",
}


def script(folder, tables):
    text = "\nGO\n".join(f"CREATE TABLE dbo.{name} ({columns})" for name, columns in tables.items())
    (folder / "all.sql").write_text(text, "utf-8")
    return folder


def known_as(source):
    reading = read(source, load_database("generic.yaml"), known=databases_known_by_tables())
    return reading.catalog.database.name, reading.notes


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        (TABLES, "vista"),
        ({name[1:]: columns for name, columns in TABLES.items()}, "vista"),
        (TABLES | {"Customer": "Id int"}, "vista"),
        ({name: TABLES[name] for name in ("bAPTH", "bJCJM")}, "generic"),
        (dict.fromkeys(TABLES, "Id int"), "generic"),  # the names alone
        ({name.lower(): columns for name, columns in TABLES.items()}, "generic"),
        ({"bAPTH": "APCo int", "APTH": "APCo int", "APTL": "Id int"}, "generic"),  # one of them twice
        ({"Customer": "Id int"}, "generic"),
    ],
    ids=["base tables", "tables", "among others", "two", "names", "other case", "twice", "none"],
)
def test_three_tables_with_their_columns_make_a_vista(tmp_path, tables, name):
    found, notes = known_as(script(tmp_path, tables))
    assert found == name
    assert len(notes) == (name == "vista")


def test_it_is_said_with_the_tables_and_how_to_choose_another(tmp_path):
    (note,) = known_as(script(tmp_path, TABLES))[1]
    assert note == (
        "Viewpoint Vista, known by its tables (APTH, HQCO, JCJM): read with vista.yaml; "
        "DATABASE= (--database) names another"
    )


def test_it_is_read_as_if_its_yaml_were_named(sample):
    reading = read(ROOT / "data/sample", load_database("generic.yaml"), known=databases_known_by_tables())
    assert reading.catalog == sample


@pytest.mark.parametrize(
    "source", ["northwind-pubs", "adventure-works", "dacpac/wwi.dacpac", "dacpac/northwind.dacpac"]
)
def test_another_database_is_none(source):
    assert known_as(CORPORA / source)[0] == "generic"


def test_the_curated_questions_of_the_sample_are_not_those_of_another_vista(tmp_path, sample):
    reading = read(script(tmp_path, TABLES), load_database("generic.yaml"), known=databases_known_by_tables())
    assert curated_file(reading.catalog.database, str(tmp_path), ROOT) is None
    assert curated_file(sample.database, "data/sample", ROOT) == ROOT / "data/test_suite.json"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], True),
        (["--by-tables", "--database", "generic.yaml"], True),
        (["--database", "generic.yaml"], False),
    ],
    ids=["unnamed", "a guess", "named"],
)
def test_a_yaml_that_is_named_wins(tmp_path, options, said):
    command = [sys.executable, ROOT / "scripts/extract_catalog.py", "--source", script(tmp_path, TABLES)]
    done = subprocess.run(
        [*command, *options, "--output", tmp_path / "c.json"], capture_output=True, text=True, check=True
    )
    assert ("known by its tables" in done.stderr) is said
    assert ('"name": "vista"' in (tmp_path / "c.json").read_text("utf-8").replace('"name":"', '"name": "')) is said


def test_where_the_layout_makes_it_likely_one_table_is_enough(tmp_path):
    source, known = script(tmp_path, {"bAPTH": "APCo int"}), databases_known_by_tables()
    reading = read(source, load_database("generic.yaml"), known=known, guess="vista")
    assert reading.catalog.database.name == "vista"


def test_a_guess_of_the_layout_of_its_folders_is_given_up(tmp_path):
    """A folder like Vista's of a database that is none."""
    command = [
        sys.executable,
        ROOT / "scripts/extract_catalog.py",
        "--source",
        script(tmp_path, {"Customer": "Id int"}),
    ]
    options = ["--by-tables", "--database", "vista.yaml", "--output", tmp_path / "c.json"]
    subprocess.run([*command, *options], check=True)
    assert "Viewpoint Vista" not in (tmp_path / "c.json").read_text("utf-8")
