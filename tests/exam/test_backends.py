"""Endpoints and recorded answers."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.backends import Endpoint, Recorded
from vgpt2.exam.prompts import Prompt

PROMPTS = [Prompt("You write T-SQL.", f"question {number}") for number in range(5)]


@contextmanager
def server(respond):
    """An HTTP server whose `respond(path, body)` gives status and body of every answer."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.headers["Authorization"], body))
            self._say(*respond(self.path, body))

        def do_GET(self):
            self._say(200, json.dumps({"object": "list", "data": [{"id": "vgpt2", "object": "model"}]}))

        def _say(self, status, text):
            self.send_response(status)
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
    assert answers[0].text.endswith("```")
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


@pytest.mark.parametrize(
    ("respond", "message"),
    [
        (lambda *_: (500, '{"error": {"message": "out of memory"}}'), "answered 500"),
        (lambda *_: (401, '{"error": {"message": "no key"}}'), "set VGPT2_API_KEY"),
        (lambda *_: (200, "{ broken"), "not an answer that can be read|without choices"),
        (lambda *_: (200, '{"object": "chat.completion"}'), "without choices"),
    ],
)
def test_an_endpoint_that_keeps_failing_is_one_line(respond, message):
    with server(respond) as (url, _), pytest.raises(UserError, match=message) as error:
        list(Endpoint(url, retries=0).answer(PROMPTS))
    assert "\n" not in str(error.value)


def test_an_endpoint_that_hangs_or_is_down_is_one_line():
    hang = server(lambda *_: threading.Event().wait(2) or (200, "{}"))
    with hang as (url, _), pytest.raises(UserError, match=r"no answer within 0\.2 s"):
        list(Endpoint(url, name="m", timeout=0.2, retries=0).answer(PROMPTS[:1]))
    with pytest.raises(UserError, match="cannot be reached"):
        list(Endpoint("http://127.0.0.1:9/v1", retries=0).answer(PROMPTS))


def test_recorded_answers_lack_some(tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_text('{"id": "b", "response": "yes"}\n')
    assert [answer.text for answer in Recorded(path, ["a", "b"]).answer(PROMPTS[:2])] == ["", "yes"]


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
