"""The report of runs in every state: promoted, not promoted, overridden, stopped half-way, hardly begun."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.report.collect import collect, outcome_of
from vgpt2.report.headline import headline
from vgpt2.report.metrics import metrics
from vgpt2.report.page import number, render

from .fake_run import make_run

WHOLE = {"base": 0.06, "sft": 0.6, "dpo": 0.97, "kto": 0.9}


def page_of(folder: Path, rates: dict[str, float], profile: str = "cpu") -> tuple[str, dict]:
    """The page of a made-up run, and what it was made of."""
    found = collect(folder, make_run(folder, rates, profile))
    return render(found), found


def said(page: str) -> str:
    """The verdict at the top."""
    title, why = re.search(r"<h1>(.*?)</h1>\s*<p class=\"why\">(.*?)</p>", page, re.S).groups()
    return f"{title} {why}"


def rows_of(page: str) -> list[dict]:
    """The questions that the page holds."""
    return json.loads(re.search(r'<script type="application/json" id="rows">(.*?)</script>', page, re.S)[1])


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[str, dict]:
    """A run with all stages, of which KTO was not better."""
    return page_of(tmp_path_factory.mktemp("whole"), WHOLE)


def test_it_begins_with_what_was_exported_and_why(whole):
    page, found = whole
    assert found["outcome"]["stage"] == "dpo"
    assert said(page).startswith("DPO is exported.")
    assert "KTO did not do better" in said(page)
    assert '<header class="good">' in page


def test_nothing_promoted_is_said_first(tmp_path):
    page, _ = page_of(tmp_path, {"base": 0.5, "sft": 0.45})
    assert said(page).startswith("Nothing was promoted.")
    assert "the export is the base model: the base model answers" in said(page)
    assert "SFT did not do better and was not taken." in said(page)
    assert '<header class="bad">' in page


def test_a_stage_that_was_rejected_in_spite_of_its_right_answers_is_not_called_worse(tmp_path):
    page, found = page_of(tmp_path, {"base": 0.1, "sft": 0.6}, "a6000")
    right = found["exams"]["sft"]["rates"]["right"]["count"]
    assert f"SFT with {right} of 50 ({2 * right} %) right was rejected; its gate below says why." in said(page)
    assert "did not do better" not in said(page)
    assert "over the limit of 5%" in page


def test_an_override_is_never_shown_as_a_success(tmp_path):
    page, found = page_of(tmp_path, {"base": 0.0, "sft": 0.0}, "tiny")
    assert set(found["outcome"]["overrides"]) == {"sft"}
    assert "promoted by an override, not by its figures" in said(page)
    assert "walked" in said(page)
    assert '<header class="plain">' in page


def test_an_override_is_still_told_when_later_stages_were_not_taken(tmp_path):
    reason = "the quick suite is too small"
    run = make_run(tmp_path, {"base": 0.6, "sft": 0.3, "dpo": 0.2, "kto": 0.15}, overrides={"sft": reason})
    page = render(collect(tmp_path, run))
    assert said(page).startswith("SFT is exported. It was promoted by an override, not by its figures.")
    assert "DPO and KTO did not do better" in said(page)
    assert f"Override of SFT: “{reason}”." in said(page)
    assert '<header class="plain">' in page


def test_an_override_is_still_told_when_a_later_stage_was_promoted_by_its_figures(tmp_path):
    run = make_run(tmp_path, {"base": 0.6, "sft": 0.3, "dpo": 0.9}, overrides={"sft": "to see what DPO makes of it"})
    page = render(collect(tmp_path, run))
    assert said(page).startswith("DPO is exported. It builds on SFT, promoted by an override.")
    assert "Override of SFT: “to see what DPO makes of it”." in said(page)
    assert '<header class="plain">' in page


def test_an_override_that_only_a_later_gate_tells_of_is_not_lost():
    gates = {"dpo": {"model": "m", "verdict": "promoted", "overrides": [{"stage": "sft", "why": "to go on"}]}}
    assert outcome_of({}, gates)["overrides"] == {"sft": "to go on"}


def test_no_answers_are_no_success(tmp_path):
    page, _ = page_of(tmp_path, {"base": 0.0})
    assert "no mark: 50 of 50 answers are empty or refuse" in page
    assert 'aria-label="target reached"' not in page


def test_gates_show_what_they_measured(whole):
    page, _ = whole
    for text in (
        "31 tables drawn as wholes",
        "what can be seen: ",
        "#stage=dpo&amp;outcome=lost",
        "#q=q0",
    ):
        assert text in page


def test_further_modes_are_rows_of_the_table(tmp_path):
    found = collect(
        tmp_path, make_run(tmp_path, {"base": 0.1, "sft": 0.7}, modes={"base.memory": 0.1, "sft.memory": 0.4})
    )
    assert list(found["modes"]) == ["memory"]
    assert "Asked another way: from memory" in render(found)
    assert set(metrics(found)["modes"]["memory"]) == {"base", "sft"}


def test_a_checkpoint_chosen_by_exam_is_told_with_what_it_was_chosen_from(tmp_path):
    run = make_run(tmp_path, {"base": 0.1, "sft": 0.7})
    rows = [{"checkpoint": f"checkpoint-{n}", "right": {"count": n, "of": 100}} for n in (30, 60)]
    choice = {"chosen": "checkpoint-60", "checkpoints": rows, "by_loss": "checkpoint-30"}
    (tmp_path / "saves/sft/choice.json").write_text(json.dumps(choice), encoding="utf-8")
    page = render(collect(tmp_path, run))
    assert "SFT: checkpoint-60 was taken, the best by an exam of its own: checkpoint-30 30 of 100 right" in page
    assert "By loss it would have been checkpoint-30." in page


def test_a_run_of_an_older_version_is_shown_with_what_it_has(tmp_path):
    page = render(collect(tmp_path, make_run(tmp_path, WHOLE, older=True)))
    rows = rows_of(page)
    assert rows[0]["golds"] == ["SELECT Vendor, InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND Mth = '2024-05-01'"]
    assert any("diff" in answer for row in rows for answer in row["answers"].values())
    assert not {"prompt", "table", "gold_rows"} & set(rows[0])
    assert "Parts of the queries" not in page


def test_the_script_runs_by_its_hash_and_nothing_else_does(whole):
    page, _ = whole
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert policy.startswith("default-src 'none'")
    script = re.search(r"<script>(.*?)</script>", page, re.S)[1]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


@pytest.mark.parametrize("rates", [{}, {"base": 0.1}, {"base": 0.1, "sft": 0.7}, {"base": 0.1, "sft": 0.7, "dpo": 0.8}])
def test_it_copes_with_a_run_that_stopped_early(tmp_path, rates):
    page, found = page_of(tmp_path, rates)
    assert page.count('<span class="tag">not run</span>') == 3 - len(found["gates"])
    if len(rates) < 2:
        assert said(page).startswith("No stage has been through its gate yet.")


def test_it_needs_nothing_from_anywhere(whole):
    page, _ = whole
    for link in re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?([^\"')>\s]+)", page):
        assert link.startswith("#"), link
    assert "@import" not in page


def test_answers_cannot_break_out_of_the_page(whole):
    page, _ = whole
    assert "</script><b>" not in page
    rows = rows_of(page)
    assert len(rows) == 50
    assert list(rows[0]["answers"]) == ["base", "sft", "dpo", "kto"]
    said = [answer["response"] for row in rows for answer in row["answers"].values() if "response" in answer]
    assert len(said) > 100
    assert all(response.endswith("</script><b>not bold</b>") for response in said)
    assert "<invoices>" in rows[0]["question"]


def test_the_targets_of_the_review_stand_beside_the_rates(whole):
    page, _ = whole
    for target in ("at least 90 %", "under 5 %", "at least 99 %"):
        assert target in page
    assert "to beat: 64\u00a0%, the share that the pipeline before this one (version 2) reported" in page


def test_every_section_has_its_figures(whole):
    page, _ = whole
    for text in ("931 columns", "the wrong table", "no WITH (NOLOCK)", "41,230", "0.6931", "exact McNemar"):
        assert text in page
    assert "1 (joins two tables kept for the exam)" in page
    assert page.count("<svg") == 3


def test_what_a_teacher_said_and_what_was_taken_of_it_stands_with_the_data(whole):
    shown = " ".join(re.sub(r"<[^>]+>", " ", whole[0]).split())
    assert (
        "The base model was asked to say 1,200 questions in other words; 450 (37.5 %) were taken: 150 by their words, "
        "300 because its own answer to the new question returned the same rows. Not taken: 700 (its query returned "
        "other rows), 50 (a reason to come)."
    ) in shown


def test_the_same_run_gives_the_same_bytes(tmp_path, whole):
    assert page_of(tmp_path, WHOLE)[0] == whole[0]


def test_metrics_hold_the_figures_without_the_texts(whole):
    figures = json.loads(json.dumps(metrics(whole[1])))
    assert figures["outcome"]["stage"] == "dpo"
    assert figures["gates"]["kto"]["verdict"] == "kept_earlier"
    assert figures["training"]["dpo"]["first_step"]["loss"] == 0.6931
    assert figures["datasets"]["sft"]["train"] == 120
    assert set(figures["exams"]) == {"base", "sft", "dpo", "kto"}
    assert "questions" not in figures["exams"]["sft"]
    assert figures["exams"]["sft"]["parts"]["tables"]["of"] > 20
    assert figures["gates"]["sft"]["difference"]["clusters"] == 31
    assert figures["gates"]["sft"]["gained"] > figures["gates"]["sft"]["lost"]


def test_a_batch_that_was_halved_is_said_of_its_stage(tmp_path, whole):
    assert "memory was not enough" not in whole[0]
    settings = make_run(tmp_path, WHOLE)
    less = {"per_device_train_batch_size": 2, "gradient_accumulation_steps": 8, "why": "CUDA out of memory"}
    (tmp_path / "saves/dpo/memory.json").write_text(json.dumps({"halved": less}))
    found = collect(tmp_path, settings)
    assert [name for name, figures in found["training"].items() if figures["halved"]] == ["dpo"]
    assert (
        "DPO: memory was not enough, so it began once more with 2 rows at a time and 8 such batches a step,"
        " which learns the same."
    ) in render(found)
    less = less | {"per_device_eval_batch_size": 4}
    (tmp_path / "saves/dpo/memory.json").write_text(json.dumps({"halved": less}))
    assert "8 such batches a step, 4 in an evaluation, which learns the same." in render(collect(tmp_path, settings))


def test_a_stage_that_came_to_an_early_end_says_why(tmp_path, whole):
    assert [figures["ended"] for figures in whole[1]["training"].values()] == [""] * 3
    settings = make_run(tmp_path, WHOLE)
    sft, dpo = tmp_path / "saves/sft", tmp_path / "saves/dpo"
    state = json.loads((sft / "trainer_state.json").read_text())
    state |= {"max_steps": 100, "best_model_checkpoint": "/x/checkpoint-40", "best_metric": 0.41}
    (sft / "trainer_state.json").write_text(json.dumps(state))
    (sft / "train.yaml").write_text("early_stopping_steps: 3\n")
    (dpo / "checkpoint-20").mkdir()
    why = "dpo: ended at step 30 of 60: loss is nan"
    (dpo / "ended.json").write_text(json.dumps({"why": why, "checkpoint": "checkpoint-20"}))
    found = collect(tmp_path, settings)
    page = render(found)
    assert (
        "SFT: stopped at step 60 of 100: the held-out loss fell no more in 3 evaluations; checkpoint-40 is taken"
        " (loss 0.4100)."
    ) in page
    assert f"DPO{why.removeprefix('dpo')}; checkpoint-20 is taken." in page
    assert metrics(found)["training"]["dpo"]["ended"] == f"{why}; checkpoint-20 is taken"


def test_the_script_writes_both_files_and_ends_with_the_verdict(tmp_path):
    make_run(tmp_path, WHOLE)
    script = Path(__file__).parents[2] / "scripts" / "build_report.py"
    arguments = ["--run-dir", tmp_path, "--settings", tmp_path / "settings.json", "--output", tmp_path / "report.html"]
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("report: DPO is exported.")
    assert (tmp_path / "metrics.json").exists()


def test_a_broken_file_of_the_run_is_one_line(tmp_path):
    make_run(tmp_path, WHOLE)
    (tmp_path / "exam/sft.json").write_text('{"model": ')
    script = Path(__file__).parents[2] / "scripts" / "build_report.py"
    arguments = ["--run-dir", tmp_path, "--settings", tmp_path / "settings.json", "--output", tmp_path / "report.html"]
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert "exam/sft.json:1:11: not JSON" in done.stderr
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (True, "yes"), (41230, "41,230"), (3.0, "3"), (0.14166, "0.1417"), ("x", "x")]
)
def test_figures_for_people(value, text):
    assert number(value) == text


def test_headline_of_an_empty_run():
    assert headline({"verdicts": {}, "promoted": [], "stage": "base", "overrides": {}}, {})["tone"] == "plain"
