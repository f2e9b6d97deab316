"""Answers are drawn once, kept as they come, and never mixed with those of another model."""

from __future__ import annotations

import json

import pytest
from tests.inference.test_backends import echo, server
from tests.training.harvest.conftest import Pupil

from vgpt2.errors import UserError
from vgpt2.files import write_json
from vgpt2.inference.draws import Drawn
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt
from vgpt2.synthesis.preferences.harvest import about_path, check_model
from vgpt2.training.harvest.sampling import Served, head_of, opened, sample


@pytest.fixture
def pupil(asked):
    return Pupil({item.question.question: item.example.answer for item in asked})


def draw(sampler, asked, path, aside=False, temperature=0.8):
    head = head_of(sampler, temperature, 7)
    opened(path, head, aside)
    return sample(sampler, asked, 2, head, path, batch_size=4)


def test_a_real_model_goes_on_where_it_was_cut_off_with_the_same_answers(asked, tiny_base, tmp_path):
    model = LocalModel(tiny_base, batch_size=4, max_new_tokens=8)
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    first = draw(model, asked[:5], whole)
    assert [len(answers) for answers in first.values()] == [2] * 5
    assert any(len(set(answers)) == 2 for answers in first.values()), "the tokens are drawn"
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    cut.write_text("".join(lines[:4]) + lines[4][:9], encoding="utf-8")
    assert draw(model, asked[:5], cut) == first
    assert sorted(cut.read_text(encoding="utf-8").splitlines()[1:]) == sorted(line.strip() for line in lines[1:])


def test_an_endpoint_that_serves_the_promoted_model_answers_as_that_model(tiny_base, tmp_path):
    with server(echo) as (url, seen):
        served = Served(url, str(tiny_base), folder=str(tiny_base))
        about = head_of(served, 0.8, 7)
        [answer] = served.answer([Prompt("You write T-SQL.", "which?")], drawn=Drawn(0.8, [5]))
    assert answer.text.startswith("which?")
    [(_, body)] = seen
    assert (body["model"], body["temperature"], body["seed"]) == (str(tiny_base), 0.8, 5)
    assert about["settings"] == {"max_new_tokens": 512, "temperature": 0.8, "seed": 7}
    write_json(about_path(tmp_path / "harvest_dpo.jsonl"), about)
    check_model(tmp_path / "harvest_dpo.jsonl", str(tiny_base))


def test_nothing_is_asked_twice(asked, pupil, tmp_path):
    path = tmp_path / "answers.jsonl"
    draw(pupil, asked, path)
    assert len(pupil.asked) == 2 * len(asked)
    draw(pupil, asked, path)
    assert len(pupil.asked) == 2 * len(asked)


def test_answers_of_another_model_are_refused_in_a_line_or_moved_aside_and_come_back(asked, pupil, tmp_path):
    path = tmp_path / "answers.jsonl"
    first = draw(pupil, asked, path)
    other = Pupil(pupil.golds, model="other", fingerprint="second")
    with pytest.raises(UserError, match=r"answers\.jsonl: answers of pupil; --aside moves them .* another --output$"):
        draw(other, asked, path)
    again = Pupil(pupil.golds, fingerprint="trained again")
    with pytest.raises(UserError, match="answers of the model as it was before"):
        draw(again, asked, path)
    with pytest.raises(UserError, match=r"drawn with other settings .*0\.8"):
        draw(pupil, asked, path, temperature=0.5)
    draw(other, asked, path, aside=True)
    assert len(other.asked) == 2 * len(asked)
    count = len(pupil.asked)
    assert draw(pupil, asked, path, aside=True) == first
    assert len(pupil.asked) == count, "its answers were beside the file"


@pytest.mark.parametrize(
    ("line", "said"),
    [(1, "does not say whose answers these are; delete the file"), (3, "not an answer; delete the line or the file")],
)
def test_a_broken_file_is_named_with_its_line(asked, pupil, tmp_path, line, said):
    path = tmp_path / "answers.jsonl"
    draw(pupil, asked, path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = json.dumps({"key": 1})
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with pytest.raises(UserError, match=f"answers.jsonl:{line}: {said}"):
        draw(pupil, asked, path)


def test_a_failure_says_how_many_answers_are_kept(asked, pupil, tmp_path):
    def failing(prompts, *, drawn=None):
        if len(pupil.asked) >= 8:
            raise UserError("http://h: cannot be reached")
        yield from Pupil.answer(pupil, prompts, drawn=drawn)

    pupil.answer = failing
    with pytest.raises(UserError, match=r"cannot be reached; 8 of 32 answers are kept in .*: run again to go on"):
        draw(pupil, asked, tmp_path / "answers.jsonl")
