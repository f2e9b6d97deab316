import json

import pytest

from vgpt2.errors import GateError
from vgpt2.training.run.first_step import parse_log_line
from vgpt2.training.run.watch import first_step_watch, read_progress


def test_real_log_lines(fixtures):
    for case in map(json.loads, (fixtures / "log_lines.jsonl").read_text("utf-8").splitlines()):
        step = parse_log_line(case["line"])
        says = "other" if step is None else "ok" if step.ok else "wrong"
        assert says == case["says"], case["line"]


def test_figures_of_a_line():
    step = parse_log_line("{'loss': '0.037', 'rewards/chosen': '1.62', 'rewards/rejected': '-1.67'}")
    assert (step.loss, step.chosen, step.rejected) == (0.037, 1.62, -1.67)


def test_a_wrong_reference_ends_the_run_and_is_recorded(tmp_path):
    watch = first_step_watch("dpo", tmp_path)
    watch("Loading weights")
    with pytest.raises(GateError, match=r"dpo: wrong reference policy: .* rewards/chosen is 1.62"):
        watch("{'loss': '0.037', 'rewards/chosen': '1.62', 'rewards/rejected': '-1.67'}")
    assert json.loads((tmp_path / "first_step.json").read_text())["ok"] is False


def test_only_the_first_step_counts(tmp_path):
    watch = first_step_watch("kto", tmp_path)
    watch("{'loss': '0.5', 'rewards/chosen': '0', 'rewards/rejected': '0'}")
    watch("{'loss': '0.4', 'rewards/chosen': '2.5', 'rewards/rejected': '-1'}")
    assert json.loads((tmp_path / "first_step.json").read_text())["chosen"] == 0.0


def test_progress_is_read_from_the_trainers_log(tmp_path):
    log = tmp_path / "trainer_log.jsonl"
    assert read_progress(log) is None
    log.write_text('{"current_steps": 5, "total_steps": 20, "loss": 0.5, "remaining_time": "0:01:00"}\n{"current_st')
    assert read_progress(log) is None
    log.write_text('{"current_steps": 5, "total_steps": 20, "loss": 0.5, "remaining_time": "0:01:00"}\n')
    assert read_progress(log) == (5, 20, "step 5 of 20, loss 0.500, 01:00 left")
