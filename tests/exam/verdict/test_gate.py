"""The gate: promoted, kept earlier or rejected, and why."""

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.verdict.gate import decide, pick_earlier
from vgpt2.exam.verdict.results import read_exam
from vgpt2.files import write_json
from vgpt2.settings import GateSettings

LIMITS = GateSettings(max_false_refusal=0.1, max_hallucinated=0.1, significance=0.05)


def outcomes(right: int, of: int = 20) -> list[str]:
    """So many right, the first ones, the others wrong."""
    return ["right"] * right + ["wrong"] * (of - right)


def test_a_better_model_is_promoted(write_exam):
    base = write_exam("base", ["wrong"] * 12 + ["right"] * 8)
    sft = write_exam("sft", outcomes(18))
    gate = decide(base, sft, LIMITS)
    assert gate["verdict"] == "promoted"
    assert gate["model"] == "saves/sft"
    assert gate["lineage"] == [{"stage": "sft", "model": "saves/sft"}]
    assert (len(gate["gained"]), gate["lost"]) == (12, ["q18", "q19"])
    assert "18 of 20 right" in gate["reasons"][0]
    assert "more than base with 8" in gate["reasons"][0]


@pytest.mark.parametrize("right", [10, 9])
def test_no_gain_keeps_the_earlier_one(write_exam, right):
    gate = decide(write_exam("base", outcomes(10)), write_exam("dpo", outcomes(right)), LIMITS)
    assert (gate["verdict"], gate["model"]) == ("kept_earlier", "saves/base")


def test_a_category_that_is_significantly_worse_rejects_a_better_model(write_exam):
    base = write_exam("base", outcomes(8, 30))
    new = write_exam("sft", ["wrong"] * 15 + ["right"] * 15)
    gate = decide(base, new, LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(reason.startswith("sql is significantly worse: 0 of 15") for reason in gate["reasons"])
    assert gate["model"] == "saves/base"


@pytest.mark.parametrize(
    ("outcome", "words"), [("false_refusal", "false refusals"), ("hallucinated_object", "hallucinated objects")]
)
def test_a_broken_limit_rejects(write_exam, outcome, words):
    gate = decide(write_exam("base", outcomes(0)), write_exam("sft", ["right"] * 17 + [outcome] * 3), LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(words in reason and "3 of 20" in reason for reason in gate["reasons"])


def test_the_new_model_must_beat_the_best_of_the_others(write_exam):
    exams = [write_exam(name, outcomes(right, 9)) for name, right in (("base", 5), ("sft", 3), ("dpo", 4))]
    assert pick_earlier(exams).name == "base"


# ---- How sure ----


def test_it_says_how_large_the_difference_is_and_what_could_be_seen(write_exam):
    gate = decide(write_exam("base", outcomes(8)), write_exam("sft", outcomes(10)), LIMITS)
    assert gate["difference"]["value"] == 0.1
    low, high = gate["difference"]["interval"]
    assert low <= 0 < high
    assert gate["difference"]["clusters"] == 20
    assert any("it includes 0, so this may be luck" in reason for reason in gate["reasons"])
    assert gate["detectable"]["questions"] == 8
    assert any("20 questions show a net gain of 8 (40 points) with 80% power" in reason for reason in gate["reasons"])
    assert any(reason.startswith("what can be seen: ") for reason in gate["reasons"])
    assert gate["categories"]["sql"]["detectable"] == 7
    assert any("sql 7 of 10, schema" in reason or "schema 7 of 10, sql" in reason for reason in gate["reasons"])


def test_what_the_earlier_one_left_to_gain_may_be_less_than_can_be_seen(write_exam):
    gate = decide(write_exam("sft", outcomes(17)), write_exam("dpo", outcomes(20)), LIMITS)
    assert any("sft left only 3 to gain" in reason for reason in gate["reasons"])


def test_questions_of_one_table_are_one_cluster(write_exam):
    tables = [f"T{number // 2}" for number in range(40)]
    gate = decide(
        write_exam("a", outcomes(10, 40), table=tables), write_exam("b", outcomes(20, 40), table=tables), LIMITS
    )
    assert gate["difference"]["clusters"] == 20


def test_what_changed_is_kept_with_question_and_outcomes(write_exam):
    texts = ["How many vendors?", "What is APTL?"]
    before = write_exam("sft", ["wrong", "right"], question=texts)
    after = write_exam("dpo", ["right", "false_refusal"], question=texts)
    assert decide(before, after, LIMITS)["changed"] == [
        {
            "id": "q0",
            "category": "sql",
            "change": "gained",
            "question": "How many vendors?",
            "earlier": "wrong",
            "new": "right",
        },
        {
            "id": "q1",
            "category": "schema",
            "change": "lost",
            "question": "What is APTL?",
            "earlier": "right",
            "new": "false_refusal",
        },
    ]


# ---- The base with retrieved schema ----


@pytest.mark.parametrize(("right", "verdict"), [(13, "promoted"), (12, "kept_earlier"), (9, "kept_earlier")])
def test_what_does_not_beat_the_base_with_retrieved_schema_is_not_promoted(write_exam, right, verdict):
    # SFT was promoted by an override, so a DPO that beats SFT may still be worse than the base.
    base, sft, dpo = (
        write_exam("base", outcomes(12)),
        write_exam("sft", outcomes(8)),
        write_exam("dpo", outcomes(right)),
    )
    gate = decide(sft, dpo, LIMITS, base=base)
    assert (gate["verdict"], gate["base"]["right"]) == (verdict, 12)
    how = "more than" if verdict == "promoted" else "not more than"
    words = f"dpo answers {right} right (mode schema), {how} the untouched base model with retrieved schema: 12"
    assert words in gate["reasons"]
    assert decide(sft, dpo, LIMITS, "to see it", base)["verdict"] == "promoted"


def test_a_profile_that_asks_from_memory_still_has_to_beat_the_base_with_schema(write_exam):
    base = write_exam("base", outcomes(1), mode="memory")
    sft = write_exam("sft", outcomes(6), mode="memory")
    with pytest.raises(UserError, match=r"base\.schema\.json: no such file; the gate wants base in mode schema too"):
        decide(base, sft, LIMITS, base=base)
    write_exam("base.schema", outcomes(9))
    assert decide(base, sft, LIMITS, base=base)["verdict"] == "kept_earlier"
    # Where the stage was examined with schema too, like is compared with like.
    write_exam("sft.schema", outcomes(10))
    gate = decide(base, sft, LIMITS, base=base)
    assert gate["verdict"] == "promoted"
    assert any("10 right (mode schema), more than" in reason for reason in gate["reasons"])


# ---- Further modes ----


def test_a_further_mode_must_not_be_significantly_worse(write_exam):
    base, sft = write_exam("base", outcomes(8)), write_exam("sft", outcomes(14))
    with pytest.raises(UserError, match=r"base\.memory\.json: no such file; .* run_validation\.py --mode memory"):
        decide(base, sft, LIMITS, modes=["memory"])
    write_exam("base.memory", outcomes(10), mode="memory")
    write_exam("sft.memory", outcomes(9), mode="memory")
    gate = decide(base, sft, LIMITS, modes=["memory"])
    assert (gate["verdict"], gate["modes"]["memory"]["lost"]) == ("promoted", ["q9"])
    write_exam("sft.memory", outcomes(2), mode="memory")
    gate = decide(base, sft, LIMITS, modes=["memory"])
    assert gate["verdict"] == "rejected"
    assert "mode memory is significantly worse: 2 of 20 right, 10 before (p = 0.0078)" in gate["reasons"]


# ---- Overrides ----


def test_an_override_promotes_and_is_recorded(write_exam):
    gate = decide(write_exam("base", outcomes(4)), write_exam("sft", outcomes(0)), LIMITS, override="to look at it")
    assert (gate["verdict"], gate["by_rules"], gate["override"]) == ("promoted", "kept_earlier", "to look at it")
    assert gate["overrides"] == [{"stage": "sft", "why": "to look at it"}]
    assert gate["reasons"][-1] == "promoted by override: to look at it"


def test_one_that_was_not_needed_is_not_recorded(write_exam):
    gate = decide(write_exam("base", outcomes(4)), write_exam("sft", outcomes(9)), LIMITS, override="to look at it")
    assert (gate["override"], gate["overrides"]) == ("", [])


@pytest.mark.parametrize("dpo", [3, 9])
def test_an_override_stays_on_record_in_the_gates_behind_it(write_exam, tmp_path, dpo):
    sft = decide(write_exam("base", outcomes(8)), write_exam("sft", outcomes(6)), LIMITS, override="to look at it")
    gates = tmp_path / "gates"
    write_json(gates / "sft.json", sft | {"exam": "../sft.json"})
    later = decide(read_exam(gates / "sft.json"), write_exam("dpo", outcomes(dpo)), LIMITS)
    write_json(gates / "dpo.json", later | {"exam": f"../{'dpo' if dpo == 9 else 'sft'}.json"})
    last = decide(read_exam(gates / "dpo.json"), write_exam("kto", outcomes(1)), LIMITS, override="once more")
    assert later["overrides"] == [{"stage": "sft", "why": "to look at it"}]
    assert "sft, before it, was promoted by override: to look at it" in later["reasons"]
    assert last["overrides"] == [{"stage": "sft", "why": "to look at it"}, {"stage": "kto", "why": "once more"}]
