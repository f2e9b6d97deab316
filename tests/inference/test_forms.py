"""Endpoints that refuse a form of request are asked in another; others are said to refuse."""

import json
from pathlib import Path

import pytest
import yaml
from tests.inference.test_backends import echo, said, server

from vgpt2.errors import UserError
from vgpt2.inference.backends import Endpoint
from vgpt2.inference.draws import Drawn
from vgpt2.inference.forms import text_of
from vgpt2.inference.live.generation import Nobody, Sampling
from vgpt2.inference.live.upstream import Upstream
from vgpt2.inference.prompts import Prompt
from vgpt2.synthesis.rewording.asking import Decoding
from vgpt2.synthesis.rewording.endpoint_teacher import EndpointTeacher

CASES = yaml.safe_load(
    (Path(__file__).parents[1] / "fixtures" / "inference" / "refused_forms.yaml").read_text(encoding="utf-8")
)
PROMPTS = [Prompt("You write T-SQL.", f"question {number}") for number in range(3)]


def is_sent(what, body):
    """Whether a request has what an endpoint refuses."""
    first = body["messages"][0]
    return {"system": first["role"] == "system", "text": isinstance(first["content"], str)}.get(what, what in body)


def refusing(case, answer=echo):
    """What an endpoint of a case responds."""

    def respond(path, body):
        for what in case["refuses"]:
            if is_sent(what, body):
                told = case["says"][what] if isinstance(case["says"], dict) and what in case["says"] else case["says"]
                return case["status"], told if isinstance(told, str) else json.dumps(told)
        return answer(path, body)

    return respond


def texts(body):
    """The texts of a request's messages."""
    return [text_of(message["content"]) for message in body["messages"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_refused_is_said_in_another_form(case):
    with server(refusing(case)) as (url, seen):
        answers = list(Endpoint(url, concurrency=1, retries=0).answer(PROMPTS))
    sent = [body for _, body in seen]
    assert sorted(sent[-1]) == case["sends"]
    assert len(answers) == 3 and len(sent) == 3 + len(case["refuses"]), "it is learnt once"
    whole = ["You write T-SQL.", "question 2"]
    assert texts(sent[-1]) == (["\n\n".join(whole)] if "system" in case["refuses"] else whole)
    assert all(
        answer.note.startswith(case.get("note", "")) and bool(answer.note) == ("note" in case) for answer in answers
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_teacher_and_a_server_before_it_learn_the_same(case, tmp_path):
    with server(refusing(case)) as (url, _):
        teacher = EndpointTeacher(url, "m", tmp_path / "cache.jsonl", rate=100_000, retries=0)
        assert len(teacher.answers(PROMPTS, Decoding(0.5, 60))) == 3

    def streamed(_path, _body):
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m"}
        delta = {"index": 0, "delta": {"role": "assistant", "content": "SELECT 1"}, "finish_reason": "stop"}
        return 200, f"data: {json.dumps({**chunk, 'choices': [delta]})}\n\ndata: [DONE]\n\n"

    with server(refusing(case, streamed)) as (url, seen):
        upstream = Upstream(url, "", 20, 20)
        try:
            sampling = Sampling(20, temperature=0.5, seed=3)
            assert [upstream.generate(prompt, sampling, Nobody()).text for prompt in PROMPTS] == ["SELECT 1"] * 3
        finally:
            upstream.close()
    assert len(seen) == 3 + len(case["refuses"])
    assert seen[-1][1]["seed"] == 3


@pytest.mark.parametrize("field", ["seed", "temperature"])
def test_a_seed_that_is_not_taken_is_left_out(field):
    case = {"refuses": [field], "status": 422, "says": {"detail": [{"loc": ["body", field], "msg": "no"}]}}
    with server(refusing(case)) as (url, seen):
        [*_] = Endpoint(url, retries=0).answer(PROMPTS[:1], drawn=Drawn(0.7, [5]))
    assert sorted(seen[-1][1]) == sorted({"max_tokens", "messages", "model", "seed", "temperature"} - {field})


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model's maximum context length is 4096 tokens; your messages and max_tokens ask for 5000"),
        (400, "max_tokens is too large: 512"),
        (400, "the answer is bad"),
        (403, "temperature is not supported"),
        (404, "there is no system role model"),
    ],
)
def test_what_is_no_matter_of_form_ends_it_at_once(status, message):
    told = json.dumps({"error": {"message": message}})
    with server(lambda *_: (status, told)) as (url, seen), pytest.raises(UserError, match=f"answered {status}"):
        list(Endpoint(url, retries=0).answer(PROMPTS[:1]))
    assert len(seen) == 1


def test_an_endpoint_that_refuses_every_form_comes_to_an_end():
    told = json.dumps(
        {"error": {"message": "max_tokens, temperature, seed, the system role, content list: not supported"}}
    )
    with server(lambda *_: (400, told)) as (url, seen), pytest.raises(UserError, match="answered 400"):
        list(Endpoint(url, retries=0, concurrency=1).answer(PROMPTS[:1]))
    assert len(seen) <= 5


def test_an_error_in_an_answer_of_200_is_told():
    told = '{"error": {"message": "no GPU\\nis free"}}'
    with server(lambda *_: (200, told)) as (url, _), pytest.raises(UserError, match=r"\(no GPU is free\)"):
        list(Endpoint(url, retries=0).answer(PROMPTS[:1]))


PARTS = [
    ("SELECT 1", "SELECT 1"),
    (None, ""),
    ([{"type": "text", "text": "SELECT"}, {"type": "text", "text": " 1"}], "SELECT 1"),
    ([{"type": "thinking", "thinking": [{"text": "SELECT 2?"}]}, {"type": "text", "text": "SELECT 1"}], "SELECT 1"),
    ([{"type": "reasoning", "text": "SELECT 2?"}, {"type": "output_text", "text": "SELECT 1"}], "SELECT 1"),
    ([{"type": "image_url", "image_url": {"url": "x"}}, "SELECT 1"], "SELECT 1"),
    ({"text": "SELECT 1"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("content", "text"), PARTS)
def test_an_answer_of_several_parts_is_their_text(content, text):
    respond = lambda *_: (200, said({"role": "assistant", "content": content}))  # noqa: E731
    with server(respond) as (url, _):
        assert [answer.text for answer in Endpoint(url).answer(PROMPTS[:1])] == [text]
