"""What a change of the schema does to an earlier run: proved again, not compared by name."""

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest

from vgpt2.catalog.model import Column
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import save
from vgpt2.exam.model import Gold, Question, write_suite
from vgpt2.exam.moved.report import advice
from vgpt2.files import read_jsonl, write_json
from vgpt2.records.facts import Fact
from vgpt2.records.model import Meta, Record
from vgpt2.records.store import write_records
from vgpt2.serving.use.entry import Entry
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.mask import Mask
from vgpt2.settings import Settings, load_profile
from vgpt2.training.base.base_model import make_base

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
        Question(
            "receipts",
            "sql",
            "receipts of company 1",
            Gold(sql=("SELECT Customer FROM ARTH WITH (NOLOCK) WHERE ARCo = 1",)),
            ("dbo.ARTH",),
        ),
    ]
    write_suite(folder / "suite" / "full.jsonl", questions)
    return folder


@pytest.fixture
def today(sample, tmp_path):
    """Writes today's catalog, the sample's after an edit, and compares."""

    def compare(edit, before, *more):
        after = deepcopy(sample)
        for table in after.tables:
            edit(table)
        save(after, tmp_path / "catalog.json")
        script = ROOT / "scripts" / "diff_catalogs.py"
        output = tmp_path / "diff" / "diff.json"
        done = subprocess.run(
            [sys.executable, script, before, "--catalog", tmp_path / "catalog.json", "--output", output, *more],
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
    assert found["answers"] is None
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


PLAIN = "SELECT {} FROM {} WITH (NOLOCK) WHERE {} = 4711"
# id, SQL, text, why it no longer holds (None: it does, or is not touched)
SERVED = [
    ("due", PLAIN.format("DueDate", "APTD", "APCo"), "", "APTD has no column DueDate"),
    ("amounts", PLAIN.format("Amount", "APTD", "APCo"), "", None),
    ("receipts", PLAIN.format("Customer", "ARTH", "ARCo"), "", None),
    ("jobs", PLAIN.format("Job", "JCJM", "JCCo"), "", None),
    ("score", PLAIN.format("Score", "APVM", "VendorGroup"), "", "refused then, and proved now"),
    ("mood", PLAIN.format("Mood", "APVM", "VendorGroup"), "", None),
    ("no-score", "", "There is no column Score in APVM.", "denies APVM.Score, which exists now"),
    ("no-mood", "", "There is no column Mood in APVM.", None),
]


@pytest.mark.parametrize("masked", [False, True])
def test_of_what_users_were_told_it_is_said_what_no_longer_holds(earlier, today, sample, tmp_path, masked):
    log = UseLog(tmp_path / "use.jsonl", "vista", Mask(sample, Retriever(sample)) if masked else None)
    for name, sql, text, _ in SERVED:
        log.add(Entry(name, "", f"the {name}", text or f"```sql\n{sql}\n```", sql))
    with (tmp_path / "use.jsonl").open("a") as file:
        file.write('{"id": "cut in ha')
    done, found = today(move, earlier / "catalog.json", "--log", tmp_path / "use.jsonl")
    assert done.returncode == 0, done.stderr
    answers = found["answers"]
    assert {item["id"]: item["why"] for item in answers["no_longer"]} == {
        name: why for name, _, _, why in SERVED if why is not None
    }
    assert (answers["count"], answers["touched"]) == (len(SERVED), 4)
    assert f"log: {len(SERVED)}, 4 name what changed, 3 no longer hold" in done.stdout
    assert "cut in the middle" in done.stderr


def test_a_log_of_another_database_is_said_in_a_line(earlier, today, tmp_path):
    UseLog(tmp_path / "use.jsonl", "shop")
    done, found = today(move, earlier / "catalog.json", "--log", tmp_path / "use.jsonl")
    assert (done.returncode, found) == (2, {})
    assert "a log of the database 'shop', and this catalog is of 'vista'" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_the_earlier_model_is_asked_what_is_touched_and_holds(earlier, today):
    profile = load_profile("tiny")
    make_base(profile.model, 1, earlier / "catalog.json", earlier / "export")
    (earlier / "export" / ".done").touch()
    settings = Settings(run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)
    write_json(earlier / "settings.json", settings.model_dump())
    try:
        done, found = today(move, earlier / "catalog.json")
        folder = Path(done.args[-1]).parent
        exams = [json.loads((folder / f"{name}.json").read_text()) for name in ("before", "after")]
        asked = read_jsonl(folder / "questions.jsonl")
    finally:
        (earlier / "export" / ".done").unlink()
    assert done.returncode == 0, done.stderr
    # of the touched ones "due" and "no-score" no longer hold, and "jobs" is not touched
    assert [question["id"] for question in asked] == ["receipts"]
    right = [sum(row["outcome"] == "right" for row in exam["questions"]) for exam in exams]
    assert found["asked"] == {"questions": 1, "before": right[0], "after": right[1]}
    assert [row["id"] for exam in exams for row in exam["questions"]] == ["receipts", "receipts"]
    assert all(exam["model"] == str(earlier / "export") for exam in exams)
    assert "model: of 1 touched questions" in done.stdout


def test_a_model_that_answers_less_on_the_new_schema_is_to_be_trained_again():
    found = {
        "changes": [{"of": "key", "kind": "changed"}],
        "records": {"sft": {"no_longer": []}},
        "asked": {"questions": 3, "before": 3, "after": 1},
    }
    assert "1 of 3 are answered still" in advice(found)
    assert "the model holds" in advice({**found, "asked": {"questions": 3, "before": 1, "after": 1}})
