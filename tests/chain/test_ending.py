"""The last line names the report and how much the last promoted model answers, beside the base."""

from __future__ import annotations

import pytest

from vgpt2.chain.ending import last_line
from vgpt2.files import write_json


def exam(count: int) -> dict:
    return {"rates": {"right": {"count": count, "of": 50, "rate": count / 50, "interval": [0.02, 0.58]}}}


@pytest.fixture
def run_dir(tmp_path):
    """A run whose SFT model was promoted, and whose later stages were not."""
    for name, count in (("base", 3), ("sft", 22), ("dpo", 20), ("kto", 21)):
        write_json(tmp_path / f"exam/{name}.json", exam(count))
    gate = {"lineage": [{"stage": "base"}, {"stage": "sft"}], "exam": "../exam/sft.json", "overrides": []}
    for name in ("sft", "dpo", "kto"):
        write_json(tmp_path / f"gates/{name}.json", gate)
        write_json(tmp_path / f"audit/{name}.json", {"rows": 24})
    return tmp_path


def test_it_says_what_the_last_promoted_stage_answers(run_dir):
    assert last_line(run_dir, "all") == (
        f"{run_dir} is up to date: open {run_dir}/report.html;"
        " SFT answers 22 of 50 right (44 %, 2 % to 58 %), the base 3 of 50 right (6 %, 2 % to 58 %)"
    )
    assert ", as far as sft; SFT answers 22 of 50" in last_line(run_dir, "sft")


def test_an_override_and_a_run_without_any_promotion_are_said(run_dir):
    gate = {"lineage": [{"stage": "base"}, {"stage": "sft"}], "exam": "../exam/sft.json"}
    write_json(run_dir / "gates/kto.json", {**gate, "overrides": [{"stage": "sft", "why": "tiny"}]})
    assert "; SFT, promoted by override, answers 22 of 50" in last_line(run_dir, "all")
    write_json(run_dir / "gates/kto.json", {**gate, "lineage": [{"stage": "base"}], "overrides": []})
    assert last_line(run_dir, "all").endswith(
        "; no stage was promoted; the base answers 3 of 50 right (6 %, 2 % to 58 %)"
    )


def test_of_data_and_baseline_it_says_what_is_there(run_dir):
    assert last_line(run_dir, "data").endswith(", as far as data; 24 SFT, 24 DPO, 24 KTO rows, all of them audited")
    assert last_line(run_dir, "baseline").endswith("; the base answers 3 of 50 right (6 %, 2 % to 58 %)")


def test_of_data_that_a_harvest_makes_later_it_says_when(run_dir):
    write_json(run_dir / "settings.json", {"teacher": "", "profile": {"harvest": {"count": 6}}})
    (run_dir / "audit/kto.json").unlink()
    said = "those of KTO are made when the stage before has a model to harvest"
    assert last_line(run_dir, "data").endswith(f"; 24 SFT, 24 DPO rows, all of them audited; {said}")


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_file_that_cannot_be_read_does_not_end_the_chain(run_dir, text):
    (run_dir / "gates/kto.json").write_text(text)
    assert last_line(run_dir, "all") == f"{run_dir} is up to date: open {run_dir}/report.html"
