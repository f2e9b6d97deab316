"""The audit as a user runs it: on files of this pipeline and on files of anyone."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from vgpt2.audit.audit import load_rows
from vgpt2.errors import UserError
from vgpt2.files import read_json, read_jsonl, write_json, write_jsonl
from vgpt2.records.model import Meta, Record
from vgpt2.records.store import write_records

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures/audit"
FINDINGS = read_jsonl(FIXTURES / "alpaca_findings.jsonl")


def validate(*arguments):
    spec = importlib.util.spec_from_file_location("validate_data_script", ROOT / "scripts/validate_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return CliRunner().invoke(module.main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def alpaca(tmp_path_factory):
    report = tmp_path_factory.mktemp("audit") / "report.json"
    result = validate(FIXTURES / "alpaca.json", "--catalog", FIXTURES / "vista.json", "--report", report)
    return result, read_json(report.with_suffix(".failed.json"))


@pytest.mark.parametrize("case", FINDINGS, ids=lambda case: f"{case['index']} {case['rule']}")
def test_it_says_of_each_record_what_is_wrong(alpaca, case):
    (record,) = [record for record in alpaca[1]["records"] if record["index"] == case["index"]]
    assert record["file"] == "alpaca.json"
    assert case["rule"] in [finding["rule"] for finding in record["findings"]]
    assert any(case["says"] in finding["message"] for finding in record["findings"])


def test_it_says_nothing_of_sound_records(alpaca):
    assert {record["index"] for record in alpaca[1]["records"]} == {case["index"] for case in FINDINGS}


def test_a_failed_rule_is_a_sentence_with_figure_limit_and_examples_and_exit_code_1(alpaca):
    result, report = alpaca
    assert result.exit_code == 1
    assert report["ok"] is False
    (line,) = [line for line in result.stderr.splitlines() if "'sql_resolves'" in line]
    assert "found 2, limit 0" in line
    assert "alpaca.json[2]" in line
    assert "APInvoices" in line
    assert {"rule", "figure", "limit", "ok", "examples"} <= set(report["rules"][0])


TAUGHT = {
    "teacher": "base", "model": "", "asked": 8, "taken": 3, "share": 0.375, "conditions": 1, "round_trip": 2,
    "refused": {"other_rows": 5},
}  # fmt: skip


def test_what_a_teacher_said_is_in_the_report_where_there_was_one(tmp_path, faults):
    def report(name, *options):
        path = tmp_path / name / "report.json"
        arguments = ("--catalog", FIXTURES / "vista.json", "--report", path, "--taught", tmp_path / "teacher.json")
        done = validate(FIXTURES / "alpaca.json", *arguments)
        return done, read_json(path.with_suffix(".failed.json")) if done.exit_code == 1 else None

    assert "teacher" not in report("without")[1]
    write_json(tmp_path / "teacher.json", TAUGHT)
    found = report("with")[1]
    assert found["teacher"] == TAUGHT
    assert faults("audit-report", found) == []
    write_json(tmp_path / "teacher.json", {**TAUGHT, "asked": "many"})
    done, _ = report("broken")
    assert done.exit_code == 2
    assert "teacher.json: 'asked': input should be a valid integer" in done.stderr


def test_shares_of_so_few_rows_are_not_judged(alpaca):
    rules = {rule["rule"]: rule for rule in alpaca[1]["rules"]}
    assert rules["sql_share"]["ok"]
    assert "too few" in rules["sql_share"]["note"]


def test_string_labels_are_told_apart_and_named(tmp_path):
    report = tmp_path / "report.json"
    result = validate(FIXTURES / "kto_strings.jsonl", "--catalog", FIXTURES / "vista.json", "--report", report)
    assert result.exit_code == 1
    found = {
        (r["index"], f["rule"]) for r in read_json(report.with_suffix(".failed.json"))["records"] for f in r["findings"]
    }
    # The third row is labelled undesirable, but nothing is wrong with it.
    assert found == {(0, "label_type"), (1, "label_type"), (2, "proved_worse")}
    assert "fix_labels.py" in result.stderr


def test_a_sound_file_of_anyone_passes(tmp_path):
    path = tmp_path / "mine.jsonl"
    write_jsonl(path, read_json(FIXTURES / "alpaca.json")[:1])
    result = validate(path, "--catalog", FIXTURES / "vista.json", "--report", tmp_path / "r.json")
    assert result.exit_code == 0, result.output
    assert read_json(tmp_path / "r.json")["records"] == []


def test_training_must_not_ask_what_the_suite_asks(tmp_path):
    path, suite = tmp_path / "mine.jsonl", tmp_path / "suite.jsonl"
    write_jsonl(path, read_json(FIXTURES / "alpaca.json")[:1])
    write_jsonl(suite, [{"id": "1", "question": "list the names of all vendors"}])
    result = validate(path, "--catalog", FIXTURES / "vista.json", "--report", tmp_path / "r.json", "--suite", suite)
    assert result.exit_code == 1
    assert "apart_from_suite" in result.stderr


@pytest.mark.parametrize("text", ["", "{}{}", "[1, 2]", "[{]"], ids=["empty", "no json", "no objects", "broken"])
def test_a_file_that_cannot_be_read_is_an_error_of_one_line_and_exit_code_2(tmp_path, text):
    path, report = tmp_path / "mine.json", tmp_path / "r.json"
    path.write_text(text, encoding="utf-8")
    result = validate(path, "--catalog", FIXTURES / "vista.json", "--report", report)
    assert result.exit_code == 2
    assert "mine.json" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert not report.exists()


@pytest.mark.parametrize(
    ("row", "stage"),
    [
        ({"instruction": "q", "output": "a"}, "sft"),
        ({"prompt": "q", "chosen": "a", "rejected": "b"}, "dpo"),
        ({"instruction": "q", "output": "a", "label": "true"}, "kto"),
    ],
)
def test_what_a_file_is_for_is_told_from_its_columns(tmp_path, row, stage):
    write_json(tmp_path / "rows.json", [row])
    rows, broken = load_rows(tmp_path / "rows.json")
    assert (rows[0].stage, broken) == (stage, [])
    assert rows[0].row["instruction"] == "q"


def test_a_broken_line_is_a_finding_with_its_number(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"instruction": "q", "output": "a"}\n{"instruction": \n', encoding="utf-8")
    rows, broken = load_rows(path)
    assert len(rows) == 1
    assert [(row.where, finding.rule) for row, finding in broken] == [("rows.jsonl:2", "fields")]


def test_rows_of_ours_are_joined_with_their_meta(tmp_path):
    meta = Meta("1", "sql", "list", "answer", "f", "w")
    write_records(tmp_path / "sft.jsonl", [Record({"id": "1", "instruction": "q", "output": "a"}, meta)])
    rows, _ = load_rows(tmp_path / "sft.jsonl")
    assert rows[0].meta == meta
    assert rows[0].ours


def test_a_file_without_one_record_is_an_error(tmp_path):
    (tmp_path / "rows.json").write_text(json.dumps(["a"]), encoding="utf-8")
    with pytest.raises(UserError, match="no JSON object"):
        load_rows(tmp_path / "rows.json")


@pytest.mark.parametrize("identity", [["1"], {"a": 1}, 1, None], ids=str)
def test_an_id_may_be_any_json(tmp_path, identity):
    path = tmp_path / "sft.jsonl"
    write_records(path, [Record({"id": "1"}, Meta("1", "sql", "list", "answer", "f", "w"))])
    write_jsonl(path, [{"id": identity, "instruction": "q", "output": "a"}])
    rows, broken = load_rows(path)
    assert (rows[0].meta, broken) == (None, [])


def test_a_chat_is_judged_as_any_other_record(tmp_path):
    answer = "```sql\nSELECT Vendor FROM APInvoices WITH (NOLOCK)\n```"
    chat = {"conversations": [{"from": "human", "value": "Vendors?"}, {"from": "gpt", "value": answer}]}
    write_json(tmp_path / "chat.json", [chat])
    result = validate(
        tmp_path / "chat.json", "--catalog", FIXTURES / "vista.json", "--report", tmp_path / "report.json"
    )
    assert result.exit_code == 1
    assert "APInvoices" in result.stderr


@pytest.mark.slow
def test_a_hundred_megabytes_on_one_line(tmp_path):
    path = tmp_path / "mine.json"
    long, short = ("Vendors are paid by checks, " * times for times in (1_000, 10))
    with path.open("w", encoding="utf-8") as handle:
        for number in range(3_800):
            # Three of four long texts stand in a column that nobody reads.
            answer, notes = (short, long) if number % 4 else (long, short)
            row = {"instruction": f"Question {number}?", "input": "", "output": f"{number}: {answer}", "notes": notes}
            handle.write(("[" if not number else ", ") + json.dumps(row))
        handle.write("]")
    assert path.stat().st_size > 100e6
    result = validate(path, "--catalog", FIXTURES / "vista.json", "--report", tmp_path / "r.json")
    report = read_json(next(tmp_path.glob("r*.json")))
    assert report["rows"] == 3_800
    assert "Traceback" not in result.output
    assert {rule["rule"] for rule in report["rules"] if not rule["ok"]} == {"near_duplicates_sft", "sql_share"}
