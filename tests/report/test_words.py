"""Every figure is explained where it stands, for a reader who is new to training; no slug is shown."""

from __future__ import annotations

import json
import re

import pytest

from vgpt2.exam.model import CATEGORIES, OUTCOMES
from vgpt2.report.audit_table import audit_rows, broken
from vgpt2.report.collect import collect
from vgpt2.report.gate_cards import chance, in_words, p_words
from vgpt2.report.gate_checks import checks
from vgpt2.report.page import render
from vgpt2.report.rates import PARTS, RATES
from vgpt2.report.words import RuleWord, _words, rule_words, titles, word
from vgpt2.synthesis.preferences.defects import SQL_DEFECTS

from .fake_run import make_run

REASON = "the quick suite is too small, we look at it by hand"
NOT_SAID = re.compile(r"<(style|script|svg|pre)\b.*?</\1>|<[^>]*>", re.S)


def text_of(page: str) -> str:
    """What a reader of the page can see, without code and pictures."""
    return re.sub(r"\s+", " ", NOT_SAID.sub(" ", page))


def rule(name, figure, limit, ok=True, **more):
    return {"rule": name, "figure": figure, "limit": limit, "ok": ok, "examples": [], **more}


@pytest.mark.parametrize(
    ("given", "figure", "limit"),
    [
        (rule("count_sft", 1200, 1000), "1,200", "at least 1,000"),
        (rule("defect_share", 0.1417, 0.15), "14.17 %", "at most 15 %"),
        (rule("sql_share", 0.4, 0.5, False), "40 %", "at least 50 %"),
        (rule("shortcut_answers_dpo", 0.58, 0.65), "0.58", "under 0.65"),
        (rule("duplicates", 0, 0), "0", "at most 0"),
        (rule("a_rule_to_come", 4, None), "4", ""),
        # a rule of another version: what held, or did not, says which way its limit binds
        (rule("a_rule_to_come", 4, 3), "4", "at least 3"),
        (rule("a_rule_to_come", 4, 3, False), "4", "at most 3"),
        (rule("a_rule_to_come", 3, 3), "3", "at most 3"),
    ],
)
def test_a_limit_is_said_to_be_a_floor_or_a_ceiling(given, figure, limit):
    groups = audit_rows({"sft": {"rules": [given]}})
    [row] = [*groups["faults"], *groups["sets"]]
    assert (row["cells"]["sft"]["figure"], row["limit"]) == (figure, limit)
    assert "_" not in row["title"]


def test_limits_that_differ_by_stage_stand_with_their_stage():
    found = {"sft": {"rules": [rule("count_sft", 9, 8)]}, "dpo": {"rules": [rule("count_dpo", 9, 5)]}}
    [row] = audit_rows(found)["sets"]
    assert row["limit"] == ""
    assert row["limits"] == {"sft": "at least 8", "dpo": "at least 5"}


def test_a_rule_that_was_not_judged_gets_no_mark():
    [row] = audit_rows({"sft": {"rules": [rule("mix", 0.0, 0.03, note="too few: 9 rows, needs 100")]}})["sets"]
    assert row["cells"]["sft"] == {"figure": "", "ok": None, "note": "too few: 9 rows, needs 100"}


def test_what_broke_a_rule_is_shown_with_its_places():
    given = rule("duplicates", 1, 0, False) | {"examples": ["sft.jsonl:7 asks what sft.jsonl:3 asks"]}
    assert broken({"sft": {"rules": [given, rule("mix", 0, 1)]}}) == [
        {"stage": "sft", "title": rule_words()["duplicates"].title, "examples": given["examples"]}
    ]


def test_all_that_an_exam_and_a_dataset_hold_has_words():
    kinds = {
        "categories": CATEGORIES, "outcomes": OUTCOMES, "rates": RATES, "parts": PARTS,
        "verdicts": ("promoted", "kept_earlier", "rejected"),
        "defects": (*SQL_DEFECTS, "accepts_invented", "false_refusal"),
        "rejects": ("exact", "family", "skeleton", "near", "twin_lost", "held_out_pair"),
        "worse": ("unparsed", "unresolved", "different_rows", "false_refusal", "invented"),
    }  # fmt: skip
    known = _words()
    for kind, slugs in kinds.items():
        assert not set(slugs) - set(known[kind]), kind
    assert word("house", "missing_nolock").title == "no WITH (NOLOCK)"
    assert all("_" not in text for kind in known for text in titles(kind)[kind].values())


def test_a_slug_without_a_word_is_shown_with_blanks():
    assert word("defects", "something_new").title == "something new"
    assert rule_words().get("something_new") is None
    assert RuleWord("x").bound == ""


@pytest.mark.parametrize("stages", [["kto"], ["sft"], ["sft", "dpo"], ["sft", "dpo", "kto"]])
@pytest.mark.parametrize("reason", [REASON, "p"])
def test_the_reason_of_an_override_stands_once_on_the_page(tmp_path, stages, reason):
    rates = {"base": 0.5, "sft": 0.4, "dpo": 0.3, "kto": 0.2}
    run = make_run(tmp_path, rates, overrides=dict.fromkeys(stages, reason))
    found = collect(tmp_path, run)
    page = render(found)
    assert text_of(page).count(f"“{reason}”") == 1
    if reason == REASON:
        assert page.count(reason) == 1
    assert "An override is a decision" in text_of(page)
    assert page.count("promoted by override</span>") == len(found["outcome"]["overrides"]) >= 1


def test_different_reasons_stand_once_each(tmp_path):
    reasons = {"sft": "first look", "kto": "second look"}
    run = make_run(tmp_path, {"base": 0.5, "sft": 0.4, "dpo": 0.3, "kto": 0.2}, overrides=reasons)
    page = render(collect(tmp_path, run))
    assert [page.count(reason) for reason in reasons.values()] == [1, 1]


def test_the_profiles_own_override_stands_once(tmp_path):
    run = make_run(tmp_path, {"base": 0.0, "sft": 0.0, "dpo": 0.0, "kto": 0.0}, profile="tiny")
    page = render(collect(tmp_path, run))
    assert page.count("promoted so that the whole chain is walked") == 1


def test_no_slug_is_shown_and_the_figures_are_explained(tmp_path):
    modes = {"base.memory": 0.1, "sft.memory": 0.4}
    run = make_run(tmp_path, {"base": 0.1, "sft": 0.5, "dpo": 0.7, "kto": 0.6}, modes=modes)
    text = text_of(render(collect(tmp_path, run)))
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", text.replace("build_report.py", "")) == []
    for told in (
        "After each stage a gate decides",
        "would gain that much by luck in",
        "is found four times in five; smaller gains are often missed.",
        "to beat",
        "the pipeline before this one (version 2) reported",
        "A gold is a query that is known to be right",
        "Supervised fine-tuning",
        "Each prompt holds no tables.",
        "“At least” is a floor and “at most” a ceiling",
    ):
        assert told in text, told


@pytest.mark.parametrize("profile", ["cpu", "a6000"])
@pytest.mark.parametrize("rates", [(0.1, 0.6), (0.6, 0.1), (0.5, 0.5), (0.05, 0.97)])
def test_what_a_gate_asked_holds_exactly_where_it_promotes(tmp_path, profile, rates):
    run = make_run(tmp_path, dict(zip(("base", "sft"), rates, strict=True)), profile)
    found = collect(tmp_path, run)
    gate = found["gates"]["sft"]
    asked = checks("sft", gate, found, "base")
    assert len(asked) == 4
    assert all(check["ok"] for check in asked) == (gate["by_rules"] == "promoted")


def test_a_gate_of_an_older_version_shows_its_reasons(tmp_path):
    run = make_run(tmp_path, {"base": 0.1, "sft": 0.6})
    path = tmp_path / "gates/sft.json"
    gate = json.loads(path.read_text(encoding="utf-8"))
    kept = {key: gate[key] for key in ("verdict", "reasons", "model")}
    path.write_text(json.dumps(kept), encoding="utf-8")
    page = render(collect(tmp_path, run))
    assert "SFT answers" in page
    assert "Asked of it" not in page


def test_a_gates_own_words_have_names_and_no_overrides():
    gate = {
        "reasons": [
            "sft answers 3 of 9 right, more than base with 2",
            "error_correction is significantly worse",
            "sft, before it, was promoted by override: because",
            "promoted by override: because",
            "runs/x/saves/sft/merged is there",
        ],
        "overrides": [{"stage": "sft", "why": "because"}],
        "override": "because",
    }
    assert in_words(gate) == [
        "SFT answers 3 of 9 right, more than Base with 2",
        "error correction is significantly worse",
        "runs/x/saves/sft/merged is there",
    ]


@pytest.mark.parametrize(
    ("p", "short", "words"),
    [
        (1.0, "p = 1", "every case"),
        (0.18, "p = 0.18", "18 of 100 cases"),
        (0.0784, "p = 0.078", "78 of 1,000 cases"),
        (0.001, "p = 0.001", "1 of 1,000 cases"),
        (4.66e-10, "p < 0.001", "fewer than 1 of 1,000 cases"),
        (None, "", ""),
    ],
)
def test_a_p_value_in_words(p, short, words):
    assert (p_words(p), chance(p)) == (short, words)
