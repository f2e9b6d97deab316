"""Asking, keeping, grading, adding up; and the scripts around it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.ask import answers_path, ask, read_answers
from vgpt2.exam.model import OUTCOMES, write_suite
from vgpt2.exam.runner import examine, make_prompts, suite_hash
from vgpt2.inference.backends import Answer
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
            yield Answer(index, self.text, 2, 5)


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


def test_other_settings_or_another_model_are_asked_again_and_nothing_is_lost(sample, suite, cpu, tmp_path):
    output = tmp_path / "sft.json"
    prompts = make_prompts(sample, suite, cpu, "memory")

    def asked(fingerprint="1", tokens=8, text="Yes.", prompts=prompts):
        backend = Scripted(text)
        backend.fingerprint, backend.settings = fingerprint, {"max_new_tokens": tokens}
        answers, _ = ask(backend, suite, prompts, output)
        return backend.asked, set(answers.values())

    every = len(suite)
    assert asked() == (every, {"Yes."})
    assert asked(tokens=16, text="Longer.") == (every, {"Longer."})
    assert asked(fingerprint="2", text="No.") == (every, {"No."})
    assert asked(prompts=make_prompts(sample, suite, cpu, "schema"), text="Seen.")[0] > 0
    # each of them is still there
    assert asked(text="") == (0, {"Yes."})
    assert asked(tokens=16, text="") == (0, {"Longer."})
    assert asked(fingerprint="2", text="") == (0, {"No."})
    # the last answer of an id is that of the last exam, so the file can be graded as recorded answers
    assert {row["id"]: row["response"] for row in read_answers(answers_path(output))} == {
        question.id: "No." for question in suite
    }


def test_two_questions_with_one_prompt_are_asked_once(sample, suite, cpu, tmp_path):
    from dataclasses import replace

    twice = [suite[0], replace(suite[0], id="again")]
    backend, output = Scripted(), tmp_path / "sft.json"
    answers, _ = ask(backend, twice, make_prompts(sample, twice, cpu, "memory"), output)
    assert (backend.asked, answers) == (1, {suite[0].id: "Yes.", "again": "Yes."})
    assert [row["id"] for row in read_answers(answers_path(output))] == [suite[0].id, "again"]


def test_the_figures_of_an_exam_in_two_parts_are_those_of_both(sample, suite, cpu, tmp_path):
    prompts, output = make_prompts(sample, suite, cpu, "memory"), tmp_path / "sft.json"
    with pytest.raises(KeyboardInterrupt):
        ask(Scripted(stop=4), suite, prompts, output)
    _, figures = ask(Scripted(), suite, prompts, output)
    assert (figures["tokens"], figures["prompt_tokens"]) == (2 * len(suite), 5 * len(suite))
    assert figures["asked"] == len(suite) - 4


def test_a_backend_that_fails_says_what_is_kept(sample, suite, cpu, tmp_path):
    class Failing(Scripted):
        def answer(self, prompts):
            yield Answer(0, "Yes.", 2)
            raise UserError("http://x/v1: answered 500")

    output = tmp_path / "sft.json"
    prompts = make_prompts(sample, suite, cpu, "memory")
    with pytest.raises(UserError, match=rf"answered 500; 1 of {len(suite)} answers are kept in .*run again to go on"):
        ask(Failing(), suite, prompts, output)
    again = Scripted()
    ask(again, suite, prompts, output)
    assert again.asked == len(suite) - 1


def test_a_result_says_all_that_is_needed(sample, suite, cpu, tmp_path):
    output = tmp_path / "base.json"
    result = examine(Scripted(), sample, suite, cpu, output)
    assert result == json.loads(output.read_text("utf-8"))
    assert list(result["outcomes"]) == list(OUTCOMES)
    assert sum(result["outcomes"].values()) == len(suite)
    assert result["suite_hash"] == suite_hash(suite)
    assert result["rates"]["right"]["count"] == result["outcomes"]["right"] + result["outcomes"]["right_refusal"]
    assert result["rates"]["false_refusal"]["of"] == sum(question.answerable for question in suite)
    assert {"model", "lineage", "tokens", "prompt_tokens", "template_hash", "fingerprint"} <= set(result)
    assert {"python", "llamafactory", "peft", "transformers", "torch"} <= set(result["versions"])
    assert (result["mode"], result["only_failed"]) == ("schema", "")
    # what was really used stands there, not what the profile says
    assert result["settings"]["max_new_tokens"] == Scripted.settings["max_new_tokens"] != cpu.exam.max_new_tokens
    for question, row in zip(suite, result["questions"], strict=True):
        assert (row["id"], row["table"]) == (question.id, question.tables[0] if question.tables else "")
        assert row["golds"] == list(question.gold.sql)
        assert row["gold"] == (row["golds"] or [question.gold.answer])[0]
        assert row["prompt"].startswith(question.question)
    assert any("Schema:" in row["prompt"] or "(" in row["prompt"] for row in result["questions"])


def test_a_suite_of_another_catalog_is_refused(sample, suite, cpu, tmp_path):
    from dataclasses import replace

    foreign = [replace(suite[0], tables=("dbo.Elsewhere",))]
    with pytest.raises(UserError, match=r"dbo\.Elsewhere is not in the catalog"):
        examine(Scripted(), sample, foreign, cpu, tmp_path / "x.json")


def test_a_gold_that_does_not_resolve_is_refused_before_anything_is_asked(sample, suite, cpu, tmp_path):
    from dataclasses import replace

    question = next(item for item in suite if item.gold.sql)
    broken = replace(question, gold=replace(question.gold, sql=(*question.gold.sql, "SELECT Nothing FROM APTH")))
    backend = Scripted()
    with pytest.raises(UserError, match=f"question {question.id}: its gold does not resolve .*Nothing"):
        examine(backend, sample, [broken], cpu, tmp_path / "x.json")
    assert (backend.asked, list(tmp_path.iterdir())) == (0, [])


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
        (("--endpoint", "http://127.0.0.1:9/v1", "--model", "mine"), "http://127.0.0.1:9/v1: cannot be reached"),
        ((), "give exactly one of"),
        (("--endpoint", "http://127.0.0.1:9", "--model", "m", "--adapter", "a"), "--adapter goes with --model alone"),
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


@pytest.fixture
def files(sample, suite, tmp_path):
    """A catalog, a suite and recorded answers to all of it, as options of run_validation.py."""
    save(sample, tmp_path / "catalog.json")
    write_suite(tmp_path / "suite.jsonl", suite)
    answer = "There is no table APTX in Viewpoint Vista. The nearest is APTH."
    rows = [{"id": question.id, "response": answer} for question in suite]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {
        "--answers": tmp_path / "answers.jsonl",
        "--suite": tmp_path / "suite.jsonl",
        "--catalog": tmp_path / "catalog.json",
        "--output": tmp_path / "out.json",
    }


def validate(options, *more):
    """run_validation.py with these options."""
    return run("run_validation.py", *(part for pair in options.items() for part in pair), *more)


def test_only_failed_asks_and_grades_the_rest(files, suite, tmp_path):
    assert validate(files).returncode == 0
    whole = json.loads(files["--output"].read_text())
    part = tmp_path / "part.json"
    done = validate(files | {"--output": part, "--only-failed": files["--output"]})
    assert done.returncode == 0, done.stderr
    assert f"of those that {files['--output']} did not get right" in done.stdout
    result = json.loads(part.read_text())
    failed = [row["id"] for row in whole["questions"] if row["outcome"] not in ("right", "right_refusal")]
    assert [row["id"] for row in result["questions"]] == failed
    assert result["only_failed"] == str(files["--output"])
    assert run("compare_checkpoints.py", files["--output"], part, "--output", tmp_path / "g.json").returncode == 2
    again = validate(files | {"--only-failed": files["--output"]})
    assert (again.returncode, "would be overwritten" in again.stderr) == (2, True)
    assert json.loads(files["--output"].read_text()) == whole


def test_a_model_that_answers_nothing_does_not_look_like_one(files, suite):
    rows = [{"id": question.id, "response": " \n"} for question in suite]
    files["--answers"].write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = validate(files)
    assert done.returncode == 0
    assert f"0/{len(suite)} right" in done.stdout
    assert f"{len(suite)} of {len(suite)} answers are empty" in done.stdout
    assert json.loads(files["--output"].read_text())["outcomes"]["empty"] == len(suite)


def half(path):
    """Cut a file in half."""
    text = path.read_text()
    path.write_text(text[: len(text) // 2])


def twice(path):
    """Repeat the first line of a file."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines]))


BAD_FILES = {
    "an empty suite": ("--suite", lambda path: path.write_text(""), "an empty suite"),
    "a duplicate id": ("--suite", twice, "occurs twice"),
    "half a suite": ("--suite", half, r"not a JSON object"),
    "half the answers": ("--answers", half, r"not a JSON object"),
    "other answers": (
        "--answers",
        lambda path: path.write_text('{"id": "elsewhere", "response": "x"}\n'),
        "are these answers to another suite",
    ),
    "half a result": ("--only-failed", half, "is it cut off? run run_validation.py again"),
    "a gold of no table": (
        "--suite",
        lambda path: path.write_text(path.read_text().replace("FROM APTH", "FROM APTQ")),
        "its gold does not resolve",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_broken_file_is_one_line_and_nothing_is_written(name, files, tmp_path):
    option, break_it, message = BAD_FILES[name]
    options = dict(files)
    if option == "--only-failed":
        options[option] = tmp_path / "earlier.json"
        assert validate(files | {"--output": options[option]}).returncode == 0
    break_it(options[option])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = validate(options)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert message in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.slow
def test_several_modes_with_one_model(sample, files, suite, tmp_path):
    from vgpt2.settings import load_profile
    from vgpt2.training.base.base_model import make_base

    make_base(load_profile("tiny").model, 1, files["--catalog"], tmp_path / "model")
    options = {key: value for key, value in files.items() if key != "--answers"}
    options |= {"--model": tmp_path / "model", "--max-new-tokens": 4, "--limit": 3}
    done = validate(options, "--mode", "memory", "--also-mode", "schema")
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines()] == ["memory:", "schema:"]
    first, further = (json.loads((tmp_path / name).read_text()) for name in ("out.json", "out.schema.json"))
    assert (first["mode"], further["mode"]) == ("memory", "schema")
    assert first["suite_hash"] == further["suite_hash"]
    assert first["prompt_tokens"] < further["prompt_tokens"]
    assert first["settings"]["max_new_tokens"] == 4
    (tmp_path / "out.schema.json").unlink()
    again = validate(options, "--mode", "memory", "--also-mode", "schema")
    assert again.stdout.count("; 0 asked, ") == 2
    assert json.loads((tmp_path / "out.schema.json").read_text())["questions"] == further["questions"]
