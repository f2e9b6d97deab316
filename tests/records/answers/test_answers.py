"""What the answers of a dataset hold: SQL, refusals, faults of the text."""

from pathlib import Path

import pytest

from vgpt2.files import read_jsonl
from vgpt2.records.answers.answers import denied, find_sql, refuses
from vgpt2.records.text import text_fault

CASES = read_jsonl(Path(__file__).resolve().parents[2] / "fixtures/records/answers.jsonl")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["answer"][:40])
def test_an_answer_of_a_dataset(case):
    assert find_sql(case["answer"]) == case["sql"]
    assert [denial.name for denial in denied(case["answer"])] == case["denied"]
    assert refuses(case["answer"]) is case["refuses"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Hello<|im_end|>", "template_token"),
        ("<|start_header_id|>user", "template_token"),
        ("[INST] hi [/INST]", "template_token"),
        ("a\x07bell", "control_character"),
        ("caf\ufffd", "not_utf8"),
        ("\ud800", "not_utf8"),
    ],
)
def test_faults_of_a_text(text, rule):
    assert text_fault(text)[0] == rule


@pytest.mark.parametrize("text", ["two\nlines\tand a tab", "SELECT 1 WHERE a < b AND c > d", "Größe, 大きさ", "<s2>"])
def test_ordinary_text_has_none(text):
    assert text_fault(text) is None
