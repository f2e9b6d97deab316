"""The gate: promoted, kept earlier or rejected, and why."""

import pytest
from scipy.stats import binomtest

from vgpt2.errors import UserError
from vgpt2.exam.verdict.gate import decide, pick_earlier
from vgpt2.exam.verdict.results import read_exam
from vgpt2.files import write_json
from vgpt2.settings import GateSettings

LIMITS = GateSettings(max_false_refusal=0.1, max_hallucinated=0.1, significance=0.05)


def outcomes(right: int, of: int = 20) -> list[str]:
    """So many right, the first ones, the others wrong."""
    return ["right"] * right + ["wrong"] * (of - right)


def gate_file(folder, gate, exam):
    """A gate as its file, read as the exam that it stands for."""
    path = folder / "gates" / f"{exam}.json"
    write_json(path, gate | {"exam": f"../{exam}.json"})
    return read_exam(path)


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


# ---- Evidence ----


@pytest.mark.parametrize(
    ("gained", "lost", "verdict"),
    [
        (6, 0, "promoted"),  # 1 / 64, under a third of 5 %
        (5, 0, "kept_earlier"),  # 1 / 32
        (10, 1, "promoted"),
        (10, 3, "kept_earlier"),
        (1, 0, "kept_earlier"),
    ],
)
def test_a_stage_is_promoted_on_evidence_only(write_exam, gained, lost, verdict):
    base = write_exam("base", ["wrong"] * gained + ["right"] * (50 - gained))
    sft = write_exam("sft", ["right"] * (50 - lost) + ["wrong"] * lost)
    gate = decide(base, sft, LIMITS)
    assert (gate["verdict"], gate["evidence"]["enough"]) == (verdict, verdict == "promoted")
    assert gate["evidence"]["p"] == pytest.approx(binomtest(gained, gained + lost, 0.5, "greater").pvalue, rel=0.01)
    how = "the gain is shown" if verdict == "promoted" else "the gain is not shown, it may be luck"
    assert gate["reasons"][1].startswith(f"{how}: of two models that are as good, one would gain that much with p = ")


def test_ten_questions_about_one_table_are_one_piece_of_evidence(write_exam):
    tables = [f"T{number // 10}" for number in range(120)]
    gains = ["wrong"] * 40 + ["right"] * 80
    gate = decide(write_exam("a", gains, table=tables), write_exam("b", ["right"] * 120, table=tables), LIMITS)
    # Forty questions, but four tables: 1 / 16.
    assert (gate["verdict"], gate["evidence"]["by_table"]) == ("kept_earlier", 0.0625)
    assert "table by table, for questions about one table stand and fall together" in gate["reasons"][1]


def test_a_gate_that_promotes_hands_its_level_to_the_next(write_exam, tmp_path):
    """Thirds of 5 %; what a promotion had is the next one's too, what a gate that kept the earlier one had is gone."""
    base = write_exam("base", outcomes(4, 60))
    sft = decide(base, write_exam("sft", outcomes(30, 60)), LIMITS)
    assert sft["level"]["at"] == sft["level"]["passes_on"] == pytest.approx(0.05 / 3)
    dpo = decide(gate_file(tmp_path, sft, "sft"), write_exam("dpo", outcomes(35, 60)), LIMITS)
    # Five of five: 1 / 32, over a third of the level, under two thirds.
    assert (dpo["verdict"], dpo["level"]["at"]) == ("promoted", pytest.approx(0.1 / 3))
    kto = decide(gate_file(tmp_path, dpo, "dpo"), write_exam("kto", outcomes(40, 60)), LIMITS)
    assert (kto["verdict"], kto["level"]["at"]) == ("promoted", pytest.approx(0.05))
    again = decide(gate_file(tmp_path, kto, "kto"), write_exam("more", outcomes(41, 60)), LIMITS)
    assert (again["verdict"], again["level"]["at"], again["level"]["passes_on"]) == ("kept_earlier", 0.05, 0.0)
    kept = decide(base, write_exam("sft", outcomes(6, 60)), LIMITS)
    assert (
        decide(gate_file(tmp_path, kept, "base"), write_exam("dpo", outcomes(9, 60)), LIMITS)["level"]["carried"] == 0
    )


@pytest.mark.parametrize("figure", [float("nan"), 7, -1, "all", None, True])
def test_a_level_that_nobody_handed_on_is_not_taken(write_exam, tmp_path, figure):
    gate = decide(write_exam("base", outcomes(4, 60)), write_exam("sft", outcomes(30, 60)), LIMITS)
    gate["level"]["passes_on"] = figure
    later = decide(gate_file(tmp_path, gate, "sft"), write_exam("dpo", outcomes(31, 60)), LIMITS)
    assert later["level"]["carried"] == 0


def test_a_promotion_by_override_hands_nothing_on(write_exam):
    gate = decide(write_exam("base", outcomes(4)), write_exam("sft", outcomes(5)), LIMITS, override="to see it")
    assert (gate["verdict"], gate["level"]["passes_on"]) == ("promoted", 0.0)


# ---- Harm ----


def categories(sql: list[str], others: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Outcomes and their categories."""
    names = ["sql"] * len(sql) + [name for name, of in others.items() for _ in of]
    return sql + [outcome for of in others.values() for outcome in of], names


def test_five_of_five_that_are_lost_do_not_pass(write_exam):
    right, wrong = ["right"] * 5, ["wrong"] * 5
    base, names = categories(["wrong"] * 30, {"join": right, "business": right})
    sft, _ = categories(["right"] * 30, {"join": wrong, "business": right})
    gate = decide(write_exam("base", base, category=names), write_exam("sft", sft, category=names), LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(reason.startswith("join is significantly worse: 0 of 5 right, 5 before") for reason in gate["reasons"])


def test_small_categories_are_judged_together(write_exam):
    three_lost = ["wrong"] * 3 + ["right"] * 2
    base, names = categories(["wrong"] * 30, {name: ["right"] * 5 for name in ("join", "business")})
    sft, _ = categories(["right"] * 30, dict.fromkeys(("join", "business"), three_lost))
    gate = decide(write_exam("base", base, category=names), write_exam("sft", sft, category=names), LIMITS)
    assert gate["verdict"] == "rejected"
    assert gate["harm"]["small_categories"]["broken"]
    words = "the small categories together (join, business) are significantly worse: 4 of 10 questions, 10 before"
    assert any(reason.startswith(words) for reason in gate["reasons"])


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("false_refusal", "it refuses more of what exists than base: 6 of 100 questions, 0 before"),
        ("hallucinated_object", "it invents more than base: 6 of 100 questions, 0 before"),
    ],
)
def test_what_is_better_but_refuses_or_invents_more_does_not_pass(write_exam, outcome, words):
    base = write_exam("base", outcomes(20, 100))
    gate = decide(base, write_exam("sft", ["right"] * 90 + [outcome] * 6 + ["wrong"] * 4), LIMITS)
    assert gate["verdict"] == "rejected"
    assert any(reason.startswith(words) for reason in gate["reasons"])
    gate = decide(base, write_exam("sft", ["right"] * 90 + [outcome] * 2 + ["wrong"] * 8), LIMITS)
    assert gate["verdict"] == "promoted"


def test_who_never_refuses_is_no_measure_of_false_refusals(write_exam):
    """An untouched base takes everything for real, so it denies nothing that exists either."""
    answerable = [True] * 90 + [False] * 10
    before = outcomes(20, 90) + ["hallucinated_object"] * 10
    after = ["right"] * 84 + ["false_refusal"] * 6 + ["right_refusal"] * 8 + ["wrong"] * 2
    gate = decide(
        write_exam("base", before, answerable=answerable), write_exam("sft", after, answerable=answerable), LIMITS
    )
    assert gate["verdict"] == "promoted"
    assert gate["harm"]["false_refusal"]["skipped"] == "of 10 questions to be refused base refuses 0, sft 8"
    # Who has not learned it is measured; so is who comes behind one that does refuse.
    unlearned = ["right"] * 84 + ["false_refusal"] * 6 + ["right_refusal"] + ["wrong"] * 9
    gate = decide(
        write_exam("base", before, answerable=answerable), write_exam("sft", unlearned, answerable=answerable), LIMITS
    )
    assert gate["verdict"] == "rejected"
    before = outcomes(20, 90) + ["right_refusal"] * 2 + ["wrong"] * 8
    gate = decide(
        write_exam("base", before, answerable=answerable), write_exam("sft", after, answerable=answerable), LIMITS
    )
    assert gate["verdict"] == "rejected"


def test_who_says_nothing_is_no_measure_of_inventions(write_exam):
    golds = [["SELECT 1"]] * 100
    said = [""] * 80 + ["SELECT 1"] * 20
    before = write_exam("base", ["empty"] * 20 + ["invalid_sql"] * 30 + ["wrong"] * 50, golds=golds, sql=said)
    gate = decide(before, write_exam("sft", ["hallucinated_object"] * 8 + ["right"] * 92, golds=golds), LIMITS)
    assert gate["verdict"] == "promoted"
    assert (gate["harm"]["hallucination"]["of"], gate["harm"]["hallucination"]["worse"]) == (20, 0)


# ---- How sure ----


def test_it_says_how_large_the_difference_is_and_what_could_be_seen(write_exam):
    gate = decide(write_exam("base", outcomes(8)), write_exam("sft", outcomes(10)), LIMITS)
    assert gate["difference"]["value"] == 0.1
    low, high = gate["difference"]["interval"]
    assert low <= 0 < high
    assert gate["difference"]["clusters"] == 20
    assert any("it includes 0, so this may be luck" in reason for reason in gate["reasons"])
    assert gate["detectable"]["questions"] == 8
    seen = "what can be seen: 20 questions show a net gain of 8 (40 points) four times in five (80% power)"
    assert any(reason.startswith(seen) for reason in gate["reasons"])
    assert gate["categories"]["sql"]["detectable"] == 6
    assert any("schema 6 of 10, sql 6 of 10" in reason for reason in gate["reasons"])


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


@pytest.mark.parametrize(("right", "verdict"), [(18, "promoted"), (15, "kept_earlier"), (12, "kept_earlier")])
def test_what_does_not_beat_the_base_with_retrieved_schema_is_not_promoted(write_exam, right, verdict):
    # SFT was promoted by an override, so a DPO that beats SFT may still be worse than the base.
    base, sft, dpo = (
        write_exam("base", outcomes(12)),
        write_exam("sft", outcomes(8)),
        write_exam("dpo", outcomes(right)),
    )
    gate = decide(sft, dpo, LIMITS, base=base)
    assert (gate["verdict"], gate["base"]["right"]) == (verdict, 12)
    how = "not more than" if right == 12 else "more than"
    words = f"dpo answers {right} right (mode schema), {how} the untouched base model with retrieved schema: 12"
    assert words + (", which may be luck (p = 0.12)" if right == 15 else "") in gate["reasons"]
    assert decide(sft, dpo, LIMITS, "to see it", base)["verdict"] == "promoted"


def test_a_profile_that_asks_from_memory_still_has_to_beat_the_base_with_schema(write_exam):
    base = write_exam("base", outcomes(1), mode="memory")
    sft = write_exam("sft", outcomes(8), mode="memory")
    with pytest.raises(UserError, match=r"base\.schema\.json: no such file; the gate wants base in mode schema too"):
        decide(base, sft, LIMITS, base=base)
    write_exam("base.schema", outcomes(9))
    assert decide(base, sft, LIMITS, base=base)["verdict"] == "kept_earlier"
    # Where the stage was examined with schema too, like is compared with like.
    write_exam("sft.schema", outcomes(15))
    gate = decide(base, sft, LIMITS, base=base)
    assert gate["verdict"] == "promoted"
    assert any("15 right (mode schema), more than" in reason for reason in gate["reasons"])


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
    assert "mode memory is significantly worse: 2 of 20 right, 10 before (p = 0.0039)" in gate["reasons"]


# ---- Overrides ----


def test_an_override_promotes_and_is_recorded(write_exam):
    gate = decide(write_exam("base", outcomes(4)), write_exam("sft", outcomes(0)), LIMITS, override="to look at it")
    assert (gate["verdict"], gate["by_rules"], gate["override"]) == ("promoted", "kept_earlier", "to look at it")
    assert gate["overrides"] == [{"stage": "sft", "why": "to look at it"}]
    assert gate["reasons"][-1] == "promoted by override: to look at it"


def test_one_that_was_not_needed_is_not_recorded(write_exam):
    gate = decide(write_exam("base", outcomes(4)), write_exam("sft", outcomes(12)), LIMITS, override="to look at it")
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
