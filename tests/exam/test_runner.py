"""Asking, keeping, grading, adding up; and the scripts around it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.ask import answers_path, ask
from vgpt2.exam.backends import Answer
from vgpt2.exam.model import OUTCOMES, write_suite
from vgpt2.exam.runner import examine, make_prompts, suite_hash
from vgpt2.settings import ROOT


class Scripted:
    """Answers from a list; stops with an error after `stop` of them, as a killed process would."""

    model, fingerprint, template_hash = "scripted", "1", ""
    settings = {"max_new_tokens": 8}  # noqa: RUF012

    def __init__(self, text="Yes.", stop=None):
        self.text, self.stop, self.asked = text, stop, 0

    def answer(self, prompts):
        for index in range(len(prompts)):
            if self.asked == self.stop:
                raise KeyboardInterrupt
            self.asked += 1
            yield Answer(index, self.text, 2)


@pytest.fixture
def suite(questions):
    return list(questions.values())


def test_an_exam_that_was_cut_off_goes_on(sample, suite, cpu, tmp_path):
    output = tmp_path / "exam" / "sft.json"
    prompts = make_prompts(sample, suite, cpu, "memory")
    with pytest.raises(KeyboardInterrupt):
        ask(Scripted(stop=4), suite, prompts, output)
    with answers_path(output).open("a") as handle:
        handle.write('{"id": "cut in ha')
    again = Scripted()
    answers, figures = ask(again, suite, prompts, output)
    assert (again.asked, figures["asked"]) == (len(suite) - 4, len(suite) - 4)
    assert set(answers) == {question.id for question in suite}
    nothing = Scripted()
    assert ask(nothing, suite, prompts, output)[0] == answers
    assert nothing.asked == 0


def test_a_try_that_cannot_rewrite_the_answers_loses_none(sample, suite, cpu, tmp_path, monkeypatch):
    output = tmp_path / "exam" / "sft.json"
    prompts = make_prompts(sample, suite, cpu, "memory")
    with pytest.raises(KeyboardInterrupt):
        ask(Scripted(stop=4), suite, prompts, output)
    before = answers_path(output).read_bytes()

    def killed(path, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "replace", killed)
        ask(Scripted(), suite, prompts, output)
    assert answers_path(output).read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_gets_full_is_one_line_and_what_was_answered_stays(sample, suite, cpu, tmp_path):
    class Full(Scripted):
        def answer(self, prompts):
            yield Answer(0, "Yes.", 2)
            Path("/dev/full").write_text("x")

    output = tmp_path / "sft.json"
    with pytest.raises(UserError, match=r"sft\.answers\.jsonl: no space left on the disk"):
        ask(Full(), suite, make_prompts(sample, suite, cpu, "memory"), output)
    assert len(answers_path(output).read_text().splitlines()) == 1


def test_another_model_or_prompt_is_asked_again(sample, suite, cpu, tmp_path):
    output = tmp_path / "sft.json"
    ask(Scripted(), suite, make_prompts(sample, suite, cpu, "memory"), output)
    other = Scripted("No.")
    other.fingerprint = "2"
    answers, _ = ask(other, suite, make_prompts(sample, suite, cpu, "memory"), output)
    assert other.asked == len(suite)
    assert set(answers.values()) == {"No."}


def test_a_result_says_all_that_is_needed(sample, suite, cpu, tmp_path):
    output = tmp_path / "base.json"
    result = examine(Scripted(), sample, suite, cpu, output)
    assert result == json.loads(output.read_text("utf-8"))
    assert list(result["outcomes"]) == list(OUTCOMES)
    assert sum(result["outcomes"].values()) == len(suite)
    assert result["suite_hash"] == suite_hash(suite)
    assert result["rates"]["right"]["count"] == result["outcomes"]["right"] + result["outcomes"]["right_refusal"]
    assert result["rates"]["false_refusal"]["of"] == sum(question.answerable for question in suite)
    assert {"model", "lineage", "mode", "settings", "versions", "seconds", "tokens"} <= set(result)
    first = result["questions"][0]
    assert {"id", "category", "outcome", "response", "why", "question", "gold"} <= set(first)


def test_a_suite_of_another_catalog_is_refused(sample, suite, cpu, tmp_path):
    from dataclasses import replace

    foreign = [replace(suite[0], tables=("dbo.Elsewhere",))]
    with pytest.raises(UserError, match=r"dbo\.Elsewhere is not in the catalog"):
        examine(Scripted(), sample, foreign, cpu, tmp_path / "x.json")


def run(script, *arguments):
    command = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_scripts_from_recorded_answers_to_the_gate(sample, suite, tmp_path):
    catalog, path = tmp_path / "catalog.json", tmp_path / "suite.jsonl"
    save(sample, catalog)
    write_suite(path, suite)
    for name, text in (
        ("base", "No idea."),
        ("sft", "There is no table APTX in Viewpoint Vista. The nearest is APTH."),
    ):
        rows = [{"id": question.id, "response": text} for question in suite]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        done = run(
            "run_validation.py", "--answers", tmp_path / f"{name}.jsonl", "--suite", path, "--catalog", catalog,
            "--output", tmp_path / f"{name}.json",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("run_validation: ")
    done = run(
        "compare_checkpoints.py", tmp_path / "base.json", tmp_path / "sft.json", "--output", tmp_path / "gate.json"
    )
    assert done.returncode == 0, done.stderr
    gate = json.loads((tmp_path / "gate.json").read_text())
    assert gate["verdict"] == "rejected"
    assert gate["exam"] == "base.json"
    assert gate["gained"] == ["not-there", "no-table"]
    assert "right" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "nowhere"), "nowhere: no such model folder"),
        ((), "give exactly one of"),
        (("--model", "nowhere", "--category", "joins"), "did you mean 'join'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, message, sample, suite, tmp_path):
    catalog, path = tmp_path / "catalog.json", tmp_path / "suite.jsonl"
    save(sample, catalog)
    write_suite(path, suite)
    done = run("run_validation.py", *arguments, "--suite", path, "--catalog", catalog, "--output", tmp_path / "x.json")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "x.json").exists()
