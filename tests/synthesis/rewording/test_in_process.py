"""The run's own base model as the teacher: a real one of a million weights, whose words are never any use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.inference.prompts import Prompt
from vgpt2.settings import load_profile
from vgpt2.synthesis.rewording.asking import Decoding, read_cache
from vgpt2.synthesis.rewording.in_process import BaseTeacher
from vgpt2.training.base.base_model import make_base

SCRIPT = Path(__file__).parents[3] / "scripts" / "generate_training_data.py"
PROMPTS = [Prompt("Reword.", f"Show Vendor of APTH in company {number}.") for number in range(7)]
DRAWN = Decoding(temperature=0.7, limit=8)


def teacher(tiny_model, cache, seed=3):
    return BaseTeacher(tiny_model, cache, seed, batch_size=3)


def test_the_seed_says_what_is_drawn_and_a_turn_is_another_answer(tiny_model, tmp_path):
    first = teacher(tiny_model, tmp_path / "a").answers(PROMPTS, DRAWN)
    assert set(first) == set(PROMPTS)
    assert teacher(tiny_model, tmp_path / "b").answers(PROMPTS, DRAWN) == first
    assert teacher(tiny_model, tmp_path / "c", seed=4).answers(PROMPTS, DRAWN) != first
    assert teacher(tiny_model, tmp_path / "a").answers(PROMPTS, Decoding(1, 0.7, 8)) != first
    assert len(read_cache(tmp_path / "a")) == 2 * len(PROMPTS)


def test_what_is_on_file_needs_no_model(tiny_model, tmp_path, monkeypatch):
    first = teacher(tiny_model, tmp_path / "a").answers(PROMPTS, DRAWN)
    again = teacher(tiny_model, tmp_path / "a")
    monkeypatch.setattr(BaseTeacher, "_model", property(lambda self: pytest.fail("loaded")))
    assert again.answers(PROMPTS, DRAWN) == first


@pytest.mark.parametrize("kept", [1, 4])
def test_a_killed_run_goes_on_with_the_same_answers(tiny_model, tmp_path, kept):
    cache = tmp_path / "a"
    first = teacher(tiny_model, cache).answers(PROMPTS, DRAWN)
    lines = cache.read_bytes().splitlines(keepends=True)
    cache.write_bytes(b"".join(lines[:kept]) + lines[kept][:9])
    assert teacher(tiny_model, cache).answers(PROMPTS, DRAWN) == first
    assert len(read_cache(cache)) == len(PROMPTS)


def test_another_model_is_asked_anew(tiny_model, tmp_path, sample):
    save(sample, tmp_path / "catalog.json")
    make_base(load_profile("tiny").model, 2, tmp_path / "catalog.json", tmp_path / "other")
    greedy = Decoding(limit=4)
    teacher(tiny_model, tmp_path / "a").answers(PROMPTS[:1], greedy)
    teacher(tmp_path / "other", tmp_path / "a").answers(PROMPTS[:1], greedy)
    assert len(read_cache(tmp_path / "a")) == 2


def test_a_model_of_no_use_leaves_our_own_words_and_says_so(tiny_model, run, untaught):
    command = [sys.executable, SCRIPT, "--catalog", run / "catalog.json", "--held-out", run / "held_out.json"]
    command += ["--settings", run / "settings.json", "--output", run / "taught" / "sft.jsonl"]
    command += ["--teacher", "base", "--base", tiny_model, "--teacher-share", "0.1"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts = json.loads((run / "taught" / "teacher.json").read_text())
    assert counts["asked"] > 0 == counts["taken"] and sum(counts["refused"].values()) == counts["asked"]
    assert f"warning: teacher: none of its {counts['asked']} rewordings is taken" in done.stderr
    assert f"0 of {counts['asked']} reworded (0 by conditions, 0 by round trip; " in done.stdout
    for name in ("sft.jsonl", "sft.meta.jsonl"):
        assert (run / "taught" / name).read_bytes() == (run / "untaught" / name).read_bytes()
