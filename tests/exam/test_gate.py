"""The gate: promoted, kept earlier or rejected, and why."""

import json
import re

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.gate import check_comparable, decide, pick_earlier, read_exam
from vgpt2.settings import GateSettings

LIMITS = GateSettings(max_false_refusal=0.1, max_hallucinated=0.1, significance=0.05)


def write(folder, name, outcomes, suite="a" * 16):
    """An exam of SQL and schema questions, half each, with these outcomes."""
    half = len(outcomes) // 2
    questions = [
        {"id": f"q{n}", "category": "sql" if n < half else "schema", "outcome": outcome, "response": "", "why": ""}
        for n, outcome in enumerate(outcomes)
    ]

    def rate(*names):
        return {"count": (n := sum(o in names for o in outcomes)), "of": len(outcomes), "rate": n / len(outcomes)}

    rates = {
        "right": rate("right", "right_refusal"),
        "hallucination": rate("hallucinated_object"),
        "false_refusal": rate("false_refusal"),
    }
    path = folder / f"{name}.json"
    result = {"model": f"saves/{name}", "lineage": [{"stage": name, "model": f"saves/{name}"}], "suite_hash": suite}
    path.write_text(json.dumps(result | {"rates": rates, "categories": {}, "questions": questions}))
    return read_exam(path)


def test_a_better_model_is_promoted(tmp_path):
    base = write(tmp_path, "base", ["wrong"] * 12 + ["right"] * 8)
    sft = write(tmp_path, "sft", ["right"] * 18 + ["wrong"] * 2)
    gate = decide(base, sft, LIMITS)
    assert gate["verdict"] == "promoted"
    assert gate["model"] == "saves/sft"
    assert gate["lineage"] == [{"stage": "sft", "model": "saves/sft"}]
    assert (len(gate["gained"]), gate["lost"]) == (12, ["q18", "q19"])
    assert "18 of 20 right" in gate["reasons"][0]
    assert "more than base with 8" in gate["reasons"][0]


@pytest.mark.parametrize("new", [["right"] * 10 + ["wrong"] * 10, ["right"] * 9 + ["wrong"] * 11])
def test_no_gain_keeps_the_earlier_one(tmp_path, new):
    base = write(tmp_path, "base", ["right"] * 10 + ["wrong"] * 10)
    gate = decide(base, write(tmp_path, "dpo", new), LIMITS)
    assert (gate["verdict"], gate["model"]) == ("kept_earlier", "saves/base")


def test_a_category_that_is_significantly_worse_rejects_a_better_model(tmp_path):
    base = write(tmp_path, "base", ["right"] * 8 + ["wrong"] * 22)
    new = write(tmp_path, "sft", ["wrong"] * 15 + ["right"] * 15)
    gate = decide(base, new, LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(reason.startswith("sql is significantly worse: 0 of 15") for reason in gate["reasons"])
    assert gate["model"] == "saves/base"


@pytest.mark.parametrize(
    ("outcome", "words"), [("false_refusal", "false refusals"), ("hallucinated_object", "hallucinated objects")]
)
def test_a_broken_limit_rejects(tmp_path, outcome, words):
    base = write(tmp_path, "base", ["wrong"] * 20)
    new = write(tmp_path, "sft", ["right"] * 17 + [outcome] * 3)
    gate = decide(base, new, LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(words in reason and "3 of 20" in reason for reason in gate["reasons"])


def test_an_override_promotes_and_is_recorded(tmp_path):
    base, new = write(tmp_path, "base", ["right"] * 4), write(tmp_path, "sft", ["wrong"] * 4)
    gate = decide(base, new, LIMITS, override="to look at it")
    assert (gate["verdict"], gate["by_rules"], gate["override"]) == ("promoted", "kept_earlier", "to look at it")
    assert gate["reasons"][-1] == "promoted by override: to look at it"


def test_a_gate_stands_for_the_exam_that_it_promoted(tmp_path):
    base = write(tmp_path, "base", ["wrong"] * 4)
    (tmp_path / "gates").mkdir()
    gate = tmp_path / "gates" / "sft.json"
    gate.write_text(json.dumps({"verdict": "rejected", "exam": "../base.json"}))
    assert read_exam(gate).result["model"] == base.result["model"]


def test_the_new_model_must_beat_the_best_of_the_others(tmp_path):
    exams = [
        write(tmp_path, name, ["right"] * n + ["wrong"] * (9 - n)) for name, n in (("base", 5), ("sft", 3), ("dpo", 4))
    ]
    assert pick_earlier(exams).name == "base"


def test_exams_of_different_suites_are_not_compared(tmp_path):
    with pytest.raises(UserError, match="an exam of another suite"):
        check_comparable([write(tmp_path, "a", ["right"] * 4), write(tmp_path, "b", ["right"] * 4, suite="b" * 16)])


def test_half_an_exam_is_no_exam(tmp_path):
    path = tmp_path / "sft.json"
    path.write_text('{"model": "x", "rates": {')
    with pytest.raises(UserError, match="not JSON"):
        read_exam(path)
    path.write_text('{"model": "x"}')
    with pytest.raises(UserError, match="not an exam result"):
        read_exam(path)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ({"rates": {}}, "rates.right.rate"),
        ({"rates": 3}, "rates.right.rate"),
        ({"rates": {"right": {"rate": "high", "count": 1, "of": 2}}}, "rates.right.rate"),
        ({"questions": []}, "questions"),
        ({"questions": [3]}, "questions[0].id"),
        ({"questions": [{"id": "q0", "category": "sql"}]}, "questions[0].outcome"),
    ],
    ids=str,
)
def test_what_an_exam_lacks_is_named(tmp_path, change, lacks):
    exam = write(tmp_path, "sft", ["right"] * 4)
    exam.path.write_text(json.dumps(exam.result | change))
    with pytest.raises(UserError, match=re.escape(f"no '{lacks}'")):
        read_exam(exam.path)
