"""The audit's rules: a sound set passes them all; a set that is bad in one way fails on exactly the rules for it."""

import pytest

from vgpt2.audit.model import Row
from vgpt2.errors import UserError
from vgpt2.records.held_out import HeldOut
from vgpt2.records.prompt import fenced

from .rows import SHARED, query, questions, sft


def dpo(count=24):
    """Pairs with eight different defects in turn."""
    wrong = [
        lambda text: text.replace("APVM", "APVendors"),
        lambda text: text.replace("SELECT ", "SELECT Vendr, "),
        lambda text: text.replace(" WITH (NOLOCK)", ""),
        lambda text: text.replace("FROM APVM", "FROM bAPVM"),
        lambda text: text.replace("SELECT ", "SELCT "),
        lambda text: text.replace("FROM APVM", "FROM APVM AS v"),
        lambda text: text.replace(text.split("SELECT ")[1].split(" FROM")[0] + " FROM", "* FROM"),
        lambda text: text.replace("APVM", "apvm"),
    ]
    return [
        {"id": str(n), "instruction": q, "chosen": a, "rejected": wrong[n % 8](a)} | SHARED
        for n, (q, a) in enumerate(questions(count))
    ]


def kto(count=30):
    rows = []
    for n, (question, answer) in enumerate(questions(count)):
        good = n % 5 < 3
        output = answer if good else answer.replace("APVM", f"Vendors{n}")
        rows.append({"id": str(n), "instruction": question, "output": output, "kto_tag": good} | SHARED)
    return rows


def test_sound_sets_pass_every_rule(failed):
    assert failed("sft", sft()) == set()
    assert failed("dpo", dpo()) == set()
    assert failed("kto", kto()) == set()


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"output": None}, {"fields"}),
        ({"instruction": 7}, {"fields"}),
        ({"output": "Hello<|im_end|>"}, {"template_token"}),
        ({"output": "Hello\x00"}, {"control_character"}),
        ({"output": "caf\ufffd"}, {"not_utf8"}),
        ({"output": query("Town")}, {"sql_resolves"}),
        ({"output": query("name")}, {"sql_resolves"}),
        ({"output": fenced("SELECT Name FROM Vendors WITH (NOLOCK)")}, {"sql_resolves"}),
        ({"output": fenced("SELECT Name FROM")}, {"sql_resolves"}),
        ({"output": fenced("SELECT Name FROM APVM")}, {"sql_house_rules"}),
        ({"output": fenced("SELECT APTrans FROM APTH WITH (NOLOCK)")}, {"sql_house_rules"}),
        ({"output": "There is no table APVM."}, {"false_denial"}),
        ({"instruction": "City of vendor V1"}, {"duplicates"}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_one_bad_record_fails_on_its_rule_alone(failed, change, rules):
    rows = sft()
    rows[0] = rows[0] | change
    assert failed("sft", rows) == rules


def test_labels_must_be_booleans(failed):
    rows = [row | {"kto_tag": str(row["kto_tag"]).lower()} for row in kto()]
    assert failed("kto", rows) == {"label_type"}


def test_a_rejected_side_that_is_not_worse(failed):
    rows = dpo()
    rows[3]["rejected"] = rows[3]["chosen"]
    rows[4]["rejected"] = rows[4]["chosen"].replace("Vendor = 4", "4 = Vendor")
    assert failed("dpo", rows) == {"proved_worse", "contradictions"}


def test_other_rows_prove_a_rejected_side_worse(failed):
    rows = dpo()
    rows[3]["rejected"] = rows[3]["chosen"].replace(" WHERE Vendor = 3", "")
    assert failed("dpo", rows) == set()


def test_pairs_that_all_lack_the_same_token_fail_on_the_share_of_that_defect_alone(failed):
    rows = [row | {"rejected": row["chosen"].replace(" WITH (NOLOCK)", "")} for row in dpo()]
    assert failed("dpo", rows) == {"defect_share"}


def test_a_set_that_mostly_refuses_fails_on_the_rules_of_polarity(failed):
    rows = dpo(30)
    for n, row in enumerate(rows[5:]):
        row["chosen"] = f"There is no table Vendors{n} in Viewpoint Vista. The nearest is APVM."
        row["rejected"] = row["rejected"].replace("APVM", f"Vendors{n}").replace("bVendors", "Vendors")
        row["rejected"] = row["rejected"].replace("apvm", f"Vendors{n}").replace("APVendors", f"Vendors{n}")
    rules = failed("dpo", rows)
    assert {"refusal_share_dpo", "refusal_balance_dpo"} <= rules
    assert rules <= {"refusal_share_dpo", "refusal_balance_dpo", "defect_share"}


def test_an_undesirable_row_that_is_right_and_one_label_only(failed):
    rows = kto()
    rows[3]["output"] = query("City")
    assert failed("kto", rows) == {"proved_worse"}
    assert failed("kto", [row for row in kto(60) if row["kto_tag"]]) == {"both_labels"}


def negatives(meta, refusals, twins):
    rows, metas = [], []
    for n in range(max(refusals, twins)):
        if n < refusals:
            rows.append(
                {"id": f"r{n}", "instruction": f"What is in X{n}?", "output": f"There is no table X{n}."} | SHARED
            )
            twin = f"t{n}" if n < twins else ""
            facts = [{"claim": "missing", "subject": f"X{n}"}]
            metas.append(meta(f"r{n}", kind="negative", polarity="refuse", family=f"n{n}", twin=twin, facts=facts))
        if n < twins:
            rows.append(
                {"id": f"t{n}", "instruction": f"What is in APVM, says X{n}?", "output": "APVM holds vendors."} | SHARED
            )
            facts = [{"claim": "exists", "subject": "APVM"}]
            metas.append(meta(f"t{n}", kind="negative", family=f"t{n}", twin=f"n{n}", facts=facts))
    return rows, metas


# Rows of one wording have one voice.
VOICES = {"terse_questions", "chatty_questions"}


def test_refusals_need_their_twins(failed, meta):
    own = sft(200)
    metas = [meta(row["id"]) for row in own]
    rows, found = negatives(meta, 10, 10)
    assert failed("sft", own + rows, metas + found) - VOICES == set()
    rows, found = negatives(meta, 10, 5)
    assert failed("sft", own + rows, metas + found) - VOICES == {"twin_balance"}


def test_counts_are_those_of_the_profile(failed, meta):
    rows = sft()
    metas = [meta(row["id"]) for row in rows]
    assert failed("sft", rows, metas, floors={"sft": 24, "negatives": 0}) == set()
    assert failed("sft", rows, metas, floors={"sft": 25, "negatives": 1}) == {"count_sft", "count_negatives"}


def test_half_of_the_fine_tuning_rows_hold_sql(failed):
    rows = sft(20) + [
        {"id": f"p{n}", "instruction": f"Explain {n}", "output": f"Text {n}."} | SHARED for n in range(21)
    ]
    assert failed("sft", rows) == {"sql_share"}


def test_stated_facts_and_denials_are_looked_up(failed, meta):
    rows = sft()
    metas = [meta(row["id"]) for row in rows]
    metas[0].facts = [{"claim": "key", "subject": "APVM", "value": "VendorGroup, Vendor"}]
    assert failed("sft", rows, metas) == set()
    metas[0].facts = [{"claim": "key", "subject": "APVM", "value": "Vendor"}]
    metas[1].facts = [{"claim": "missing", "subject": "APTH", "value": ""}]
    assert failed("sft", rows, metas) == {"facts"}


@pytest.mark.parametrize(
    "held",
    [
        HeldOut(questions=frozenset({"city of vendor v1"})),
        HeldOut(families=frozenset({"f1"})),
        HeldOut(wordings=frozenset({"w"})),
        HeldOut(pairs=frozenset({("dbo.APTH", "dbo.APTL")})),
    ],
    ids=["question", "family", "wording", "pair"],
)
def test_training_is_apart_from_the_suite(failed, meta, held):
    rows = sft()
    metas = [meta(n, tables=["dbo.APTL", "dbo.APTH"] if n == 2 else []) for n in range(len(rows))]
    assert failed("sft", rows, metas, held_out=held) == {"apart_from_suite"}


def test_one_wording_of_a_family(failed, meta):
    rows = sft()
    metas = [meta(n // 2) for n in range(len(rows))]
    assert failed("sft", rows, metas) == {"families"}


def test_an_answer_of_ours_with_neither_sql_nor_facts_is_unproved(failed, meta):
    rows = [*sft(), {"id": "p", "instruction": "What is APVM?", "output": "APVM holds vendors."} | SHARED]
    metas = [meta(row["id"]) for row in rows]
    assert failed("sft", rows, metas) == {"facts"}
    metas[-1].facts = [{"claim": "exists", "subject": "APVM"}]
    assert failed("sft", rows, metas) == set()
    metas[-1] = meta("p", kind="foreign")  # what users bring is judged by its names alone
    assert failed("sft", rows, metas) == set()


def test_a_row_of_a_run_needs_its_meta(failed, meta):
    rows = sft()
    metas = [meta(row["id"]) for row in rows]
    assert failed("sft", rows, metas, meta_needed=True) == set()
    assert failed("sft", rows, [*metas[:-1], None], meta_needed=True) == {"meta"}
    assert failed("sft", rows, [*metas[:-1], None]) == set()


def test_dpo_and_kto_are_apart(failed, meta):
    """By question, or by skeleton and objects; rows of the other set are only compared with."""
    pair = dpo(1)[0] | {"rejected": ""}  # broken, and not judged
    rows = kto()
    assert failed("kto", rows[1:], against=[Row("dpo.jsonl", 0, 1, pair, "dpo")]) == set()
    assert failed("kto", rows, against=[Row("dpo.jsonl", 0, 1, pair, "dpo")]) == {"preferences_apart"}
    assert failed("dpo", dpo(), against=[Row("kto.jsonl", 0, 1, rows[0], "kto")]) == {"preferences_apart"}
    same = {"skeleton": "SELECT _ FROM _", "objects": ["dbo.APVM", "dbo.APVM.City"]}
    metas = [meta(row["id"]) for row in rows]
    metas[1] = meta(1, **same)
    other = Row("dpo.jsonl", 0, 1, pair | {"instruction": "Where are vendors?"}, "dpo", meta("d", **same))
    assert failed("kto", rows, metas, against=[other]) == {"preferences_apart"}


def test_an_answer_is_not_good_here_and_bad_there(failed):
    rows = kto()
    mine = next(row for row in rows if row["kto_tag"])
    pair = {"instruction": mine["instruction"].upper(), "chosen": "", "rejected": mine["output"]} | SHARED
    other = Row("dpo.jsonl", 0, 1, pair, "dpo")
    assert failed("kto", rows, against=[other]) == {"contradictions", "preferences_apart"}
    assert "contradictions" in failed("kto", [*rows, mine | {"kto_tag": False}])


@pytest.mark.parametrize(
    "value",
    [{"pairs": 3}, {"pairs": [["a", "b", "c"]]}, {"pairs": [[1, 2]]}, {"pairs": [], "families": "f"}, [], {}],
    ids=str,
)
def test_a_mistyped_held_out_file_is_named(value):
    with pytest.raises(UserError, match=r"held\.json: '(pairs|families)' is no list"):
        HeldOut.from_json(value, "held.json")


def test_held_out_is_read_as_it_was_written():
    held = HeldOut(frozenset({("dbo.A", "dbo.B")}), frozenset({"f"}), frozenset({"w"}), frozenset({"q"}))
    assert HeldOut.from_json(held.to_json()) == held


def test_few_questions_spell_names(failed, meta):
    """As they are written: Name is a name, a name is none; @Name is a parameter."""
    rows, metas = sft(120), []
    for row in rows:
        column = row["instruction"].split()[0]
        metas.append(meta(row["id"], kind="sql", objects=["dbo.APVM", f"dbo.APVM.{column}"]))
    assert "names_spelled" in failed("sft", rows, metas)
    for row in rows[60:]:
        column, rest = row["instruction"].split(" ", 1)
        row["instruction"] = f"{column.lower()} @{column} {rest}"
    assert "names_spelled" not in failed("sft", rows, metas)
