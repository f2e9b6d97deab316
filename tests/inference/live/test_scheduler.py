"""Answers that are decoded together, joining and leaving, are those that the model gives alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from vgpt2.inference.draws import Draw, Drawn
from vgpt2.inference.live.generation import GenerationError, Gone, Nobody, Sampling, TooLong
from vgpt2.inference.live.scheduler import Scheduler
from vgpt2.inference.live.speech import Speech
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt

PROMPTS = [Prompt("You write T-SQL.", "Which vendors are there? " * size) for size in (1, 9, 2, 30, 4, 17, 3)]


class Heard(Nobody):
    """Keeps the pieces; goes after so many."""

    hears = True

    def __init__(self, most=10_000):
        self.pieces, self.most = [], most

    @property
    def gone(self):
        return len(self.pieces) >= self.most

    def heard(self, piece):
        self.pieces.append(piece)


@pytest.fixture(scope="module")
def local(tiny_model):
    return LocalModel(tiny_model, batch_size=1, max_new_tokens=24)


@pytest.fixture
def scheduler(local):
    made = Scheduler(local, 4)
    yield made
    made.close()


def test_answers_do_not_depend_on_those_beside_them(local, scheduler):
    limits = [24, 3, 11, 24, 1, 7, 18]
    asked = list(zip(PROMPTS, limits, strict=True)) * 2
    drawn = Drawn(0.9, [5])
    alone = [next(local.answer([prompt], limit)) for prompt, limit in asked[:7]]
    alone += [next(local.answer([prompt], limit, drawn)) for prompt, limit in asked[7:]]
    heard = [Heard() for _ in asked]
    with ThreadPoolExecutor(14) as pool:
        samplings = [Sampling(limit, *((0.9, 1.0, 5) if at >= 7 else ())) for at, (_, limit) in enumerate(asked)]
        prompts = [prompt for prompt, _ in asked]
        together = list(pool.map(scheduler.generate, prompts, samplings, heard))
    assert [(one.text, one.tokens, one.prompt_tokens) for one in together] == [
        (one.text, one.tokens, one.prompt_tokens) for one in alone
    ]
    assert ["".join(one.pieces) for one in heard] == [one.text for one in together]


class Third:
    """Bounds an answer to every third token."""

    bounded = True

    def __init__(self):
        self.taken = []

    def takes(self, token):
        return token % 3 == 0

    fits = takes

    def lacks_room(self, token):
        return 0

    def take(self, token):
        self.taken.append(token)

    def closing(self):
        return None

    def grammar_takes(self):
        return None

    def names_go_on(self):
        return []


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_what_bounds_an_answer_bounds_it_among_others_too(local, scheduler, monkeypatch, temperature):
    bounds = [Third(), None, Third()]
    monkeypatch.setattr(local, "limits", lambda prompts, most: [(bounds[PROMPTS.index(prompts[0])], "")])
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(scheduler.generate, PROMPTS[:3], [Sampling(12, temperature)] * 3, [Nobody()] * 3))
    for bound, one in zip(bounds, said, strict=True):
        if bound:
            assert len(bound.taken) == one.tokens and not any(token % 3 for token in bound.taken)


def test_one_that_goes_leaves_the_others_alone(local, scheduler):
    with ThreadPoolExecutor(2) as pool:
        stays = pool.submit(scheduler.generate, PROMPTS[0], Sampling(24), Nobody())
        goes = pool.submit(scheduler.generate, PROMPTS[3], Sampling(24), Heard(2))
        assert isinstance(goes.exception(), Gone)
    assert stays.result().text == next(local.answer([PROMPTS[0]])).text


def test_a_fault_costs_those_that_were_answered_and_nobody_else(local, scheduler, monkeypatch):
    from vgpt2.inference.live import running

    monkeypatch.setattr(running, "forward", lambda *_: (_ for _ in ()).throw(RuntimeError("out of memory")))
    with pytest.raises(GenerationError, match="out of memory"):
        scheduler.generate(PROMPTS[0], Sampling(24), Nobody())
    monkeypatch.undo()
    assert scheduler.generate(PROMPTS[0], Sampling(24), Nobody()).text == next(local.answer([PROMPTS[0]])).text


def test_a_prompt_without_room_is_refused_and_an_answer_ends_where_the_room_does(local, scheduler, monkeypatch):
    size = len(local.encode(PROMPTS[0]))
    monkeypatch.setattr(local.network.config, "max_position_embeddings", size)
    with pytest.raises(TooLong, match=f"room for {size}"):
        scheduler.generate(PROMPTS[0], Sampling(24), Nobody())
    monkeypatch.setattr(local.network.config, "max_position_embeddings", size + 2)
    said = scheduler.generate(PROMPTS[0], Sampling(24), Nobody())
    assert (said.tokens, said.cut) == (2, True)


def test_who_still_waits_at_the_end_is_told(local):
    scheduler = Scheduler(local, 1)
    begun = threading.Event()

    class Slow(Heard):
        def heard(self, piece):
            begun.set()

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(scheduler.generate, PROMPTS[0], Sampling(24), Slow()) for _ in range(2)]
        begun.wait(20)
        scheduler.close()
        assert any(isinstance(one.exception(), GenerationError) for one in asked)
    with pytest.raises(GenerationError, match="ending"):
        scheduler.generate(PROMPTS[0], Sampling(24), Nobody())


@pytest.mark.parametrize(
    ("top_p", "places"), [(1.0, {0, 1, 2}), (0.9, {0, 1}), (0.59, {0}), (0.61, {0, 1}), (0.0, {0})]
)
def test_of_the_likeliest_those_that_make_up_top_p_are_drawn(top_p, places):
    import torch

    draw = Draw(1.0, 3, top_p)
    likely = torch.tensor([0.6, 0.3, 0.1]).log()
    assert {int(draw.place(likely)) for _ in range(200)} == places


@pytest.mark.parametrize(
    ("texts", "stop", "pieces"),
    [
        (["a", "ab", "abc"], (), ["a", "b", "c"]),
        (["a ", "a b"], (), ["a", " b"]),
        (["  a", "  a\n"], (), ["a"]),
        (["é\ufffd", "éà"], (), ["é", "à"]),
        (["a E", "a EN", "a ENx"], ("END",), ["a ", "ENx"]),
        (["a E", "a END b"], ("END",), ["a "]),
        (["a\n", "a\n\n"], ("\n\n",), ["a"]),
        (["xy", "xyz"], ("yzz", "z"), ["x", "y"]),
    ],
)
def test_a_piece_is_told_once_it_is_sure(texts, stop, pieces):
    heard = Heard()
    speech = Speech(stop, heard)
    for text in texts:
        if speech.grown(text):
            break
    said = speech.ended(text)
    assert heard.pieces == pieces
    assert said == "".join(pieces)
