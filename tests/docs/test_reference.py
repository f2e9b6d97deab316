"""The schemas of docs/reference are what the code writes, its files are as they say, and a broken file is found."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from vgpt2.audit.audit import audit
from vgpt2.audit.model import Context, Row
from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.runner import examine
from vgpt2.exam.suite.curated import read_curated
from vgpt2.exam.verdict.comparison import compare_all
from vgpt2.exam.verdict.gate import decide
from vgpt2.exam.verdict.results import label, read_exam
from vgpt2.files import write_jsonl
from vgpt2.inference.backends import Recorded
from vgpt2.records.proof import Prover
from write_reference import main

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
NAMES = ("catalog", "suite-row", "exam-result", "exam-times", "gate", "audit-report")


def run(*arguments):
    return CliRunner().invoke(main, [*map(str, arguments)], standalone_mode=False)


def test_they_are_what_the_code_writes():
    done = run("--check")
    assert done.exception is None, done.exception
    assert sorted(path.name for path in REFERENCE.glob("*.json")) == sorted(f"{name}.schema.json" for name in NAMES)


def test_a_stale_one_is_named_and_left_alone_until_it_is_written(tmp_path):
    docs = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", docs)
    stale = (docs / "reference" / "gate.schema.json", docs / "architecture.md")
    for path in stale:
        path.write_text(path.read_text().replace("verdict", "sentence"))
    before = [path.read_bytes() for path in stale]
    said = str(run("--docs", docs, "--check").exception)
    assert said.endswith(": reference/gate.schema.json, architecture.md: not what the code says; run make reference")
    assert [path.read_bytes() for path in stale] == before
    assert run("--docs", docs).exception is None
    assert run("--docs", docs, "--check").exception is None


def test_a_page_without_its_marks_is_one_line(tmp_path):
    (tmp_path / "architecture.md").write_text("nothing")
    with pytest.raises(UserError, match=r"architecture\.md: the marks of 'layers' are missing"):
        raise run("--docs", tmp_path).exception


@pytest.mark.parametrize("name", NAMES)
def test_every_part_says_what_it_is_and_allows_nothing_else(name):
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in (schema, *schema.get("$defs", {}).values()):
        assert part["description"] and part["additionalProperties"] is False, part["title"]
    assert schema["required"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_each(name):
    assert f"[{name}]({name}.schema.json)" in (REFERENCE / "README.md").read_text(encoding="utf-8")


# ---- Against what the code makes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(sample, cpu, tmp_path_factory):
    """One of each, small, made by the code that makes them in a run."""
    folder = tmp_path_factory.mktemp("made")
    save(sample, folder / "catalog.json")
    with Rows(sample) as rows:
        questions = read_curated(ROOT / "tests" / "fixtures" / "exam" / "questions.json", sample, rows)

    def exam(name, right, mode="schema"):
        answers = [
            {"id": item.id, "response": f"```sql\n{item.gold.sql[0]}\n```" if item.gold.sql and right else "No idea."}
            for item in questions
        ]
        write_jsonl(folder / "answers.jsonl", answers)
        recorded = Recorded(folder / "answers.jsonl", [question.id for question in questions])
        examine(recorded, sample, questions, cpu, folder / f"{name}.json", mode)
        return read_exam(folder / f"{name}.json")

    exams = [exam("base", False), exam("sft", True), exam("dpo", True)]
    exam("base.memory", False, "memory")
    exam("dpo.memory", True, "memory")
    label(exams)
    gate = decide(exams[0], exams[-1], cpu.gate, "for the test", exams[0], ["schema", "memory"])
    found = [Row("f", n, n + 1, {"instruction": "q", "output": "SELECT x FROM y"}, "sft") for n in range(3)]
    values = {
        "catalog": json.loads((folder / "catalog.json").read_text(encoding="utf-8")),
        "suite-row": [asdict(question) for question in questions],
        "exam-result": json.loads((folder / "sft.json").read_text(encoding="utf-8")),
        "exam-times": json.loads((folder / "sft.times.json").read_text(encoding="utf-8")),
        "gate": gate | compare_all(exams, cpu.gate.significance),
        "audit-report": audit(found, Context(Prover(sample, 1), cpu.audit)).to_json(),
    }
    assert gate["modes"] and values["audit-report"]["records"]
    assert any(row["rows"] for row in values["exam-result"]["questions"])
    values = json.loads(json.dumps(values))  # as files have it: a tuple is a list
    values["suite-row"], values["suite-rows"] = values["suite-row"][0], values["suite-row"]
    return values


@pytest.mark.parametrize("name", NAMES)
def test_what_the_code_makes_is_as_its_schema_says(made, faults, name):
    assert faults(name, made[name]) == []


def test_every_question_is_as_the_schema_of_a_row_says(made, faults):
    assert [faults("suite-row", row) for row in made["suite-rows"]] == [[]] * len(made["suite-rows"])


# ---- Broken ones ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(made):
    """The same with no list of more than three: each is looked at many times."""
    return {
        name: {key: item[:3] if isinstance(item, list) else item for key, item in made[name].items()} for name in NAMES
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_is_gone_is_found(short, faults, name):
    required = json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))["required"]
    for key in required:
        rest = {other: value for other, value in short[name].items() if other != key}
        assert faults(name, rest) == [f"$: {key!r} is a required property"]


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_nobody_knows_is_found(short, faults, name):
    (found,) = faults(name, short[name] | {"verdikt": 1})
    assert "'verdikt' was unexpected" in found


@pytest.mark.parametrize("name", NAMES)
def test_a_value_of_another_type_is_found(short, faults, name):
    for key, value in short[name].items():
        wrong = "text" if isinstance(value, list | dict) else [value]
        found = faults(name, short[name] | {key: wrong})
        assert found and all(fault.startswith(f"$.{key}: ") for fault in found), key


def test_a_fault_deep_within_is_found(short, faults):
    gate = json.loads(json.dumps(short["gate"]))
    gate["categories"]["sql"]["p"] = "small"
    assert faults("gate", gate) == ["$.categories.sql.p: 'small' is not of type 'number'"]
    catalog = json.loads(json.dumps(short["catalog"]))
    del catalog["tables"][0]["columns"][0]["type"]
    assert faults("catalog", catalog) == ["$.tables[0].columns[0]: 'type' is a required property"]
