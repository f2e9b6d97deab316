"""Endpoints and recorded answers."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vgpt2.errors import UserError
from vgpt2.inference.backends import Endpoint, Recorded
from vgpt2.inference.draws import Drawn
from vgpt2.inference.prompts import Prompt

PROMPTS = [Prompt("You write T-SQL.", f"question {number}") for number in range(5)]


@contextmanager
def server(respond, owner=""):
    """An HTTP server whose `respond(path, body)` gives status, body and maybe headers of every answer."""
    model = {"id": "vgpt2", "object": "model", **({"owned_by": owner} if owner else {})}
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.headers["Authorization"], body))
            self._say(*respond(self.path, body))

        def do_GET(self):
            self._say(200, json.dumps({"object": "list", "data": [model]}))

        def _say(self, status, text, headers=()):
            self.send_response(status)
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1", seen
    finally:
        running.shutdown()
        running.server_close()


def echo(_path, body):
    """The question back, with a query and more behind it."""
    text = f"{body['messages'][-1]['content']}\n```sql\nSELECT 1\n```\nand more"
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    usage = {"prompt_tokens": 3, "completion_tokens": 7, "total_tokens": 10}
    return 200, json.dumps(
        {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": choices, "usage": usage}
    )


def test_an_endpoint_answers_every_prompt(monkeypatch):
    monkeypatch.setenv("VGPT2_API_KEY", "secret")
    with server(echo) as (url, seen):
        answers = sorted(Endpoint(url).answer(PROMPTS), key=lambda answer: answer.index)
    assert [answer.text.split("\n")[0] for answer in answers] == [prompt.user for prompt in PROMPTS]
    assert answers[0].text.endswith("and more"), "what follows a query is the reader's business"
    assert answers[0].tokens == 7
    authorization, body = seen[0]
    assert authorization == "Bearer secret"
    assert (body["model"], body["temperature"], body["messages"][0]["role"]) == ("vgpt2", 0.0, "system")


def test_an_endpoint_that_fails_once_is_asked_again():
    failed = []

    def once(path, body):
        if not failed:
            failed.append(1)
            return 500, "{}"
        return echo(path, body)

    with server(once) as (url, _):
        assert len(list(Endpoint(url).answer(PROMPTS))) == 5


def said(message):
    """A whole answer of the endpoint with this message."""
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": choices})


@pytest.mark.parametrize(
    ("respond", "message"),
    [
        (lambda *_: (500, '{"error": {"message": "out of memory"}}'), r"answered 500 \(.*out of memory"),
        (lambda *_: (500, "<html>oops"), "answered 500"),
        (lambda *_: (401, '{"error": {"message": "no key"}}'), "set VGPT2_API_KEY"),
        (lambda *_: (200, "{ broken"), "not an answer that can be read|without choices"),
        (lambda *_: (200, "[1, 2]"), "not an answer that can be read|without choices"),
        (lambda *_: (200, "null"), "not an answer that can be read|without choices"),
        (lambda *_: (200, '{"object": "chat.completion"}'), "without choices"),
        (lambda *_: (200, '{"object": "chat.completion", "choices": []}'), "without choices"),
        (lambda *_: (200, said(None)), "without choices"),
    ],
)
def test_an_endpoint_that_keeps_failing_is_one_line(respond, message):
    with server(respond) as (url, _), pytest.raises(UserError, match=message) as error:
        list(Endpoint(url, retries=0).answer(PROMPTS))
    assert "\n" not in str(error.value)


def test_a_message_without_content_is_an_empty_answer():
    respond = lambda *_: (200, said({"role": "assistant", "content": None}))  # noqa: E731
    with server(respond) as (url, _):
        assert {answer.text for answer in Endpoint(url).answer(PROMPTS)} == {""}


@pytest.mark.parametrize(
    ("status", "requests"),
    [(400, 1), (404, 1), (422, 1), (429, 3), (500, 3), (503, 3)],
)
def test_only_what_may_pass_is_tried_again(status, requests):
    respond = lambda *_: (status, '{"error": {"message": "no"}}')  # noqa: E731
    with server(respond) as (url, seen), pytest.raises(UserError, match=f"answered {status}"):
        list(Endpoint(url, retries=2).answer(PROMPTS[:1]))
    assert len(seen) == requests


def test_an_endpoint_is_left_alone_for_as_long_as_it_says():
    asked = []

    def busy(path, body):
        asked.append(time.perf_counter())
        if len(asked) == 1:
            return 429, "{}", {"Retry-After": "2"}
        return echo(path, body)

    with server(busy) as (url, _):
        assert len(list(Endpoint(url).answer(PROMPTS[:1]))) == 1
    assert asked[1] - asked[0] >= 2


def test_answers_that_were_on_their_way_are_not_lost_with_the_one_that_failed():
    def one_fails(path, body):
        if body["messages"][-1]["content"] == "question 0":
            return 400, '{"error": {"message": "too long"}}'
        time.sleep(0.3)
        return echo(path, body)

    kept = []
    with server(one_fails) as (url, _), pytest.raises(UserError, match="answered 400"):
        kept.extend(answer.index for answer in Endpoint(url, concurrency=3).answer(PROMPTS))
    assert len(kept) >= 2
    assert 0 not in kept


def test_an_endpoint_that_hangs_or_is_down_is_one_line():
    hang = server(lambda *_: threading.Event().wait(2) or (200, "{}"))
    with hang as (url, _), pytest.raises(UserError, match=r"no answer within 0\.2 s"):
        list(Endpoint(url, name="m", timeout=0.2, retries=0).answer(PROMPTS[:1]))
    with pytest.raises(UserError, match="cannot be reached"):
        list(Endpoint("http://127.0.0.1:9/v1", retries=0).answer(PROMPTS))
    with pytest.raises(UserError, match="cannot be reached"):
        list(Endpoint("http://127.0.0.1:9/v1", name="m", retries=0).answer(PROMPTS))


def test_a_foreign_endpoint_gets_no_field_that_it_may_not_know():
    with server(echo) as (url, seen):
        endpoint = Endpoint(url)
        assert len(list(endpoint.answer(PROMPTS[:1]))) == 1
        assert endpoint.template_hash == ""
    assert set(seen[0][1]) == {"model", "messages", "temperature", "max_tokens"}


def test_of_an_id_recorded_twice_the_last_answer_counts(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_text('{"id": "b", "response": "no"}\n{"id": "b", "response": "yes"}\n')
    assert {key: row["response"] for key, row in Recorded(path, ["a", "b"]).rows.items()} == {"b": "yes"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "a"}', "needs 'id' and 'response'"),
        ('{"id": "z", "response": ""}', "none of its ids"),
        ("{", "not a JSON object"),
    ],
)
def test_recorded_answers_with_a_fault(text, message, tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_text(text + "\n")
    with pytest.raises(UserError, match=message):
        Recorded(path, ["a"])


def test_draws_are_asked_for_with_their_temperature_and_a_seed_each():
    drawn = Drawn(0.7, [5, 2**40 + 6])
    with server(echo) as (url, seen):
        answers = {
            answer.index: answer.text for answer in Endpoint(url, concurrency=1).answer(PROMPTS[:2], drawn=drawn)
        }
        assert set(answers) == {0, 1}
        assert [(body["temperature"], body["seed"]) for _, body in seen] == [(0.7, 5), (0.7, 6)]
        [*_] = Endpoint(url).answer(PROMPTS[:1])
    assert (seen[-1][1]["temperature"], "seed" in seen[-1][1]) == (0.0, False)
