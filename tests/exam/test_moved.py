"""What a change of the schema does to an earlier run: proved again, not compared by name."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from vgpt2.catalog.model import Column
from vgpt2.catalog.store import save
from vgpt2.exam.model import Gold, Question, write_suite
from vgpt2.records.facts import Fact
from vgpt2.records.model import Meta, Record
from vgpt2.records.store import write_records

ROOT = Path(__file__).parents[2]
SQL = "```sql\nSELECT {} FROM {} WITH (NOLOCK) WHERE {} = 1\n```"
# id, question, answer, polarity, objects, facts
RECORDS = [
    ("due", "when are they due", SQL.format("DueDate", "APTD", "APCo"), "answer", ["dbo.APTD", "dbo.APTD.DueDate"], []),
    ("amounts", "amounts paid", SQL.format("Amount", "APTD", "APCo"), "answer", ["dbo.APTD", "dbo.APTD.Amount"], []),
    ("jobs", "list the jobs", SQL.format("Job", "JCJM", "JCCo"), "answer", ["dbo.JCJM", "dbo.JCJM.Job"], []),
    ("key", "key of ARTH?", "ARTH has the key ARCo, Mth, ARTrans.", "answer", ["dbo.ARTH"],
     [Fact("key", "ARTH", "ARCo, Mth, ARTrans")]),
    ("score", "vendor scores?", "There is no column Score in APVM.", "refuse", ["dbo.APVM"],
     [Fact("missing", "APVM.Score")]),
    ("mood", "vendor moods?", "There is no column Mood in APVM.", "refuse", ["dbo.APVM"],
     [Fact("missing", "APVM.Mood")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def earlier(sample, tmp_path_factory):
    """The folder of a run: catalog, a dataset, a suite; no model."""
    folder = tmp_path_factory.mktemp("earlier")
    save(sample, folder / "catalog.json")
    (folder / "data").mkdir()
    (folder / "suite").mkdir()
    made = []
    for name, question, answer, polarity, objects, facts in RECORDS:
        row = {"id": name, "instruction": question, "input": "", "output": answer, "system": ""}
        stated = [{"claim": fact.claim, "subject": fact.subject, "value": fact.value} for fact in facts]
        made.append(Record(row, Meta(name, "sql", "", polarity, "", "", objects, facts=stated)))
    write_records(folder / "data" / "sft.jsonl", made)
    gold = "SELECT DueDate FROM APTD WITH (NOLOCK) WHERE APCo = 1"
    questions = [
        Question("due", "sql", "when are they due", Gold(sql=(gold,)), ("dbo.APTD",)),
        Question("no-score", "hallucination", "scores", Gold(refuse=True, reason="missing", missing=("APVM.Score",))),
        Question(
            "jobs", "sql", "jobs", Gold(sql=("SELECT Job FROM JCJM WITH (NOLOCK) WHERE JCCo = 1",)), ("dbo.JCJM",)
        ),
    ]
    write_suite(folder / "suite" / "full.jsonl", questions)
    return folder


@pytest.fixture
def today(sample, tmp_path):
    """Writes today's catalog, the sample's after an edit, and compares."""

    def compare(edit, before):
        after = deepcopy(sample)
        for table in after.tables:
            edit(table)
        save(after, tmp_path / "catalog.json")
        script = ROOT / "scripts" / "diff_catalogs.py"
        output = tmp_path / "diff" / "diff.json"
        done = subprocess.run(
            [sys.executable, script, before, "--catalog", tmp_path / "catalog.json", "--output", output],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done, json.loads(output.read_text()) if output.exists() else {}

    return compare


def move(table):
    """A due date goes, a column that was denied comes, a key grows."""
    if table.name in ("APTD", "bAPTD"):
        table.columns = [column for column in table.columns if column.name != "DueDate"]
    if table.name in ("APVM", "bAPVM"):
        table.columns.append(Column("Score", "int", "int"))
    if table.name in ("ARTH", "bARTH"):
        table.key = [*table.key, "ARRef"]


def test_what_no_longer_holds_is_told_with_its_reason(earlier, today):
    done, found = today(move, earlier / "catalog.json")
    assert done.returncode == 0, done.stderr
    lost = {item["id"]: item["why"] for item in found["records"]["sft"]["no_longer"]}
    assert lost == {
        "due": "APTD has no column DueDate",
        "key": "no longer so: key of ARTH is ARCo, Mth, ARTrans",
        "score": "no longer so: missing of APVM.Score",
    }
    assert {item["id"] for item in found["questions"]["no_longer"]} == {"due", "no-score"}
    assert found["asked"] is None
    assert "train again (FRESH=1)" in done.stdout.splitlines()[-1]


def test_the_same_schema_touches_nothing(earlier, today):
    done, found = today(lambda table: None, earlier / "catalog.json")
    assert found["changes"] == []
    assert found["records"]["sft"] == {"count": len(RECORDS), "touched": 0, "no_longer": []}
    assert "nothing changed" in done.stdout.splitlines()[-1]


def test_a_file_that_is_no_catalog_is_said_in_a_line(earlier, today):
    done, _ = today(lambda table: None, earlier / "data" / "sft.jsonl")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "sft.jsonl" in done.stderr
