"""A database that comes as SQL scripts, through the whole data side: catalog, suite, datasets, audit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.files import read_json, read_jsonl

ROOT = Path(__file__).parents[2]
SOURCE = "tests/fixtures/bike-rental"


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """The folder of the run, made by make with profile tiny."""
    runs = tmp_path_factory.mktemp("runs")
    names = {"PROFILE": "tiny", "SOURCE": SOURCE, "RUNS": runs, "RUN": "r", "PYTHON": sys.executable}
    command = ["make", "data", *(f"{key}={value}" for key, value in names.items())]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return runs / "r"


def test_the_catalog_holds_what_the_scripts_say(run):
    from vgpt2.catalog import store

    catalog = store.load(run / "catalog.json")
    counts = catalog.counts()
    assert (counts["tables"], counts["views"], counts["foreign_keys"]) == (8, 1, 10)
    assert catalog.unread == []
    ride = catalog.find("Ride", "Rental")
    assert ride.description == "One rental, from a station to a station."
    assert ride.column("Fare").description == "Amount for the whole ride."


@pytest.mark.parametrize("stage", ["sft", "dpo", "kto"])
def test_every_dataset_passes_every_rule(run, stage):
    report = read_json(run / "audit" / f"{stage}.json")
    assert report["ok"]
    assert all(rule["ok"] for rule in report["rules"])
    assert report["rows"] == sum(len(read_jsonl(run / "data" / f"{stage}{part}.jsonl")) for part in ("", "_eval"))


def test_kto_was_compared_with_dpo(run):
    assert "preferences_apart" in {rule["rule"] for rule in read_json(run / "audit" / "kto.json")["rules"]}


def test_the_answers_speak_of_this_database_in_its_own_way(run):
    answers = [row["output"] for row in read_jsonl(run / "data" / "sft.jsonl")]
    assert sum("```sql" in answer for answer in answers) > len(answers) / 2
    assert any("Rental.Ride" in answer for answer in answers)
    assert not any("NOLOCK" in answer or "APTH" in answer for answer in answers)


def test_the_exam_asks_nothing_that_was_trained(run):
    asked = {row["question"] for row in read_jsonl(run / "suite" / "full.jsonl")}
    assert len(asked) > 100
    for stage in ("sft", "dpo", "kto"):
        assert not asked & {row["instruction"] for row in read_jsonl(run / "data" / f"{stage}.jsonl")}


RESERVED_ELSEWHERE = """
CREATE TABLE dbo.Customer (CustomerId int NOT NULL PRIMARY KEY, Name nvarchar(50) NOT NULL, Limit decimal(12, 2),
    Interval int, Offset int, Qualify varchar(5), Lock int, Period int, Window int, Active char(1) NOT NULL)
GO
CREATE TABLE dbo.Invoice (InvoiceId int NOT NULL PRIMARY KEY, Amount money, InvDate date, Cube int, Rows int,
    CustomerId int NOT NULL REFERENCES dbo.Customer (CustomerId))
GO
CREATE TABLE dbo.Limit (Limit int NOT NULL PRIMARY KEY, Rank int, Next int, Final int)
"""


def test_names_that_other_dialects_reserve_are_names(tmp_path):
    """`Limit`, `Interval`, `Offset`: no suite stops at them, and no query is lost for them."""
    (tmp_path / "shop.sql").write_text(RESERVED_ELSEWHERE, encoding="utf-8")
    made = tmp_path / "r" / "data" / "raw" / "sft.jsonl"
    names = {"PROFILE": "tiny", "SOURCE": tmp_path / "shop.sql", "RUNS": tmp_path, "RUN": "r", "PYTHON": sys.executable}
    command = ["make", made, *(f"{key}={value}" for key, value in names.items())]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "parse_error" not in done.stdout
    answers = " ".join(row["output"] for row in read_jsonl(made))
    assert {word for word in ("Limit", "Interval", "Offset", "Period") if word in answers}
