"""What `make learn` writes is taken where it is for: by EXTRA, by the suite, by the database's settings."""

import importlib
import json
from dataclasses import replace

import pytest
import yaml
from tests.serving.use.test_use import RIGHT

from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import save
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.suite.curated import read_borne_out
from vgpt2.exam.suite.curated_check import check_curated
from vgpt2.files import read_jsonl, write_json
from vgpt2.records.model import Meta, Record
from vgpt2.records.store import write_records
from vgpt2.serving.use.review import Case, unknown_words, write_cases
from vgpt2.settings import CONFIGS, Settings, load_database, load_profile

ASKED = [f"question {n} about the work of a day" for n in range(len(RIGHT))]
WORDS = {"drawdowns": "ARTH", "head: count": "PREH", "tranche #1": "dbo.bJCCM.Contract", "bills": "APTH"}


def run(script, *arguments):
    """A script's command, in this process."""
    importlib.import_module(script).main.main([str(item) for item in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def learnt(sample, tmp_path_factory):
    """The folder of a run with its catalog, its log, the review that its owner filled in, and what was made of it."""
    folder = tmp_path_factory.mktemp("run")
    save(sample, folder / "catalog.json")
    found = [Case(str(n), question, "", [], sql=RIGHT[n]) for n, question in enumerate(ASKED)]
    found[0].words = WORDS
    write_cases(folder / "review.json", found)
    lines = [{"format": 1, "database": "vista", "masked": False}]
    lines += [{"id": str(n), "at": "", "question": question, "answer": ""} for n, question in enumerate(ASKED)]
    (folder / "use.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    given = ("--catalog", folder / "catalog.json", "--review", folder / "review.json", "--take", folder / "use")
    run("review_log", folder / "use.jsonl", *given)
    return folder


def test_all_of_it_is_somewhere_and_nothing_is_twice(learnt):
    rows = json.loads((learnt / "use" / "extra" / "answers.json").read_text())
    questions = json.loads((learnt / "use" / "questions.json").read_text())
    assert sorted([row["instruction"] for row in rows] + [item["question"] for item in questions]) == ASKED


def test_the_rows_are_merged_into_the_training_data(learnt, tmp_path):
    for name in ("sft", "negatives"):
        row = {"id": name, "instruction": f"{name}?", "input": "", "output": "No.", "system": "You."}
        write_records(tmp_path / f"{name}.jsonl", [Record(row, Meta(name, "facts", "", "answer", name, name))])
    profile = load_profile("tiny")
    settings = Settings(run="t", profile_name="tiny", source="s", database="vista.yaml", seed=7, profile=profile)
    write_json(tmp_path / "settings.json", settings.model_dump())
    given = ("--sft", tmp_path / "sft.jsonl", "--negatives", tmp_path / "negatives.jsonl")
    more = ("--catalog", learnt / "catalog.json", "--settings", tmp_path / "settings.json")
    run("merge_sft", *given, *more, "--extra", learnt / "use" / "extra", "--output", tmp_path / "merged.jsonl")
    assert read_jsonl(tmp_path / "merged.rejects.jsonl") == []
    rows = json.loads((learnt / "use" / "extra" / "answers.json").read_text())
    merged = {row["instruction"]: row for row in read_jsonl(tmp_path / "merged.jsonl")}
    assert set(merged) == {"sft?", "negatives?", *(row["instruction"] for row in rows)}
    for row in rows:
        assert row.items() <= merged[row["instruction"]].items()


def test_the_questions_are_taken_into_the_suite_and_asked_alone(learnt, sample, tmp_path):
    path = learnt / "use" / "questions.json"
    wanted = [item["question"] for item in json.loads(path.read_text())]
    assert check_curated(path, sample).faults == []
    with Rows(sample) as rows:
        taken, left_out = read_borne_out(path, sample, rows)
    assert ([question.question for question in taken], left_out) == (wanted, [])
    run("build_suite", "--only", path, "--catalog", learnt / "catalog.json", "--output", tmp_path / "suite.jsonl")
    assert [row["question"] for row in read_jsonl(tmp_path / "suite.jsonl")] == wanted


def test_the_words_are_taken_by_the_settings_and_lead_to_what_they_mean(learnt, sample, tmp_path):
    """Its lines come under the `also_called` of the database's file, in the place of those that are there of a name."""
    text = (learnt / "use" / "also_called.yaml").read_text()
    own = yaml.safe_load((CONFIGS / "databases" / "vista.yaml").read_text("utf-8"))
    made = yaml.safe_load(text)["also_called"]
    assert list(made) == ["APTH", "ARTH", "JCCM.Contract", "PREH"]
    for name, words in own["also_called"].items():
        assert set(words) <= set(made.get(name, words))
    before, after = (CONFIGS / "databases" / "vista.yaml").read_text("utf-8").split("\nalso_called:\n")
    kept = [line for line in after.splitlines() if line.strip().partition(":")[0] not in made]
    lines = text.partition("\n")[2]
    (tmp_path / "vista.yaml").write_text(f"{before}\nalso_called:\n{lines}" + "\n".join(kept) + "\n", "utf-8")
    settings = load_database(tmp_path / "vista.yaml")
    assert "drawdowns" in settings.also_called["ARTH"]
    question = "which drawdowns are of tranche 5"
    assert unknown_words(question, Retriever(sample)) == ["drawdown", "tranche"]
    retriever = Retriever(replace(sample, database=settings))
    assert unknown_words(question, retriever) == []
    assert Retriever(sample).retrieve("which drawdowns are there", 3) == []
    assert retriever.retrieve("which drawdowns are there", 3)[0] == "dbo.ARTH"


def test_what_an_earlier_call_wrote_does_not_stay(learnt):
    review = learnt / "review.json"
    before = review.read_text()
    found = json.loads(before)
    for case in found:
        case["sql"] = ""
    review.write_text(json.dumps(found))
    again = learnt / "again"
    given = ("--catalog", learnt / "catalog.json", "--review", review, "--take", again)
    review.write_text(before)
    run("review_log", learnt / "use.jsonl", *given)
    assert (again / "questions.json").exists()
    review.write_text(json.dumps(found))
    run("review_log", learnt / "use.jsonl", *given)
    review.write_text(before)
    assert sorted(path.name for path in again.rglob("*.*")) == ["also_called.yaml"]
