"""`serve.py` as a process of its own, asked by curl as the pages show it, and told to end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from tests.serving.servers import Said, listening, write_run

ROOT = Path(__file__).parents[2]
GOOD = ["Vendors.\n", "```sql\nSELECT Name ", "FROM APVM WITH (NOLOCK)", "\n```"]
ASKED = {"messages": [{"role": "user", "content": "Which vendors are there?"}]}
PATH = "/v1/chat/completions"


@pytest.fixture(scope="module")
def run_dir(sample, tmp_path_factory):
    """A run as far as a server that asks an upstream needs it."""
    return write_run(tmp_path_factory.mktemp("run"), sample)


@contextmanager
def served(run_dir, *turns, grace=10, **environment):
    """The process over an upstream of these turns; gives its address, the process, and the upstream."""
    said = Said(*turns)
    with socket.socket() as free, listening(said.app) as upstream:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        files = ["--catalog", run_dir / "catalog.json", "--settings", run_dir / "settings.json"]
        words = [sys.executable, ROOT / "scripts/serve.py", "--upstream", upstream, "--port", str(port)]
        words += ["--grace", str(grace), *files]
        around = {**os.environ, **environment}
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=around)
        try:
            waits(lambda: process.poll() is not None or answers(port), 180)
            assert process.poll() is None, process.communicate()[0]
            yield f"http://127.0.0.1:{port}", process, said
        finally:
            process.kill()
            process.wait()


def answers(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx.HTTPError:
        return False


def waits(until, seconds=60.0):
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.05)


def curl(url, data=None, *words):
    """What curl gets: the status code, and the body. `data` comes by its standard input."""
    sent = ["--header", "Content-Type: application/json", "--data", "@-"] if data is not None else []
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", "--max-time", "60", *sent, *words, url],
        input=data, capture_output=True, text=True, check=True,
    )  # fmt: skip
    body, _, code = done.stdout.rpartition("\n")
    return int(code), body


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_gets_answers_streams_and_what_it_did_wrong(run_dir):
    # What make has no variable for comes from the environment.
    with served(run_dir, {"pieces": GOOD}, VGPT2_SERVE_CORS="https://intranet https://desk") as (url, _, _):
        for wrong, status in (({}, 200), ({"tools": [{}]}, 400)):
            said = httpx.post(url + PATH, json=ASKED | wrong, headers={"Origin": "https://desk"}, timeout=60)
            assert (said.status_code, said.headers["access-control-allow-origin"]) == (status, "https://desk")
        code, body = curl(url + PATH, json.dumps(ASKED))
        assert (code, json.loads(body)["choices"][0]["message"]["content"]) == (200, "".join(GOOD))
        code, body = curl(url + PATH, json.dumps({**ASKED, "stream": True}), "--no-buffer")
        *events, done = [line[6:] for line in body.splitlines() if line.startswith("data: ")]
        assert (code, done) == (200, "[DONE]")
        pieces = [json.loads(event)["choices"][0]["delta"].get("content") or "" for event in events]
        assert "".join(pieces) == "".join(GOOD)
        for data, status in (("{'messages'}", 400), (json.dumps({**ASKED, "tools": [{}]}), 400), ("a" * 300_000, 413)):
            code, body = curl(url + PATH, data)
            assert (code, bool(json.loads(body)["error"]["message"])) == (status, True)
        assert curl(f"{url}/v1/chat/completion", "{}")[0] == 404
        assert curl(url + PATH)[0] == 405  # asked by GET, as a browser would
        code, body = curl(f"{url}/metrics")
        assert (code, 'vgpt2_refusals_total{code="400"} 3.0' in body) == (200, True)


def test_sigterm_lets_an_answer_that_is_on_its_way_come_to_its_end(run_dir):
    with served(run_dir, {"pieces": GOOD, "then": "wait"}, grace=60) as (url, process, said):
        with httpx.stream("POST", url + PATH, json={**ASKED, "stream": True}, timeout=60) as answer:
            lines = answer.iter_lines()
            next(lines)
            process.send_signal(signal.SIGTERM)
            waits(lambda: refused(url))
            said.go.set()
            rest = "\n".join(lines)
        assert "SELECT Name FROM APVM" in rest and rest.rstrip().endswith("data: [DONE]")
        assert process.wait(50) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        assert "Traceback" not in process.communicate()[0]


def test_sigterm_gives_up_an_answer_that_never_ends(run_dir):
    with served(run_dir, {"pieces": GOOD, "then": "hang"}, grace=1) as (url, process, said):
        with httpx.stream("POST", url + PATH, json={**ASKED, "stream": True}, timeout=60) as answer:
            next(answer.iter_lines())
            waits(lambda: said.asked)
            process.send_signal(signal.SIGTERM)
            # the upstream hangs for 30 s, and nobody waits for it
            assert process.wait(25) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        assert said.left.wait(10)  # the upstream is let go
        assert "Traceback" not in process.communicate()[0]


def test_sigterm_tells_whoever_still_waits_or_sends_that_the_server_ends(run_dir):
    with served(run_dir, {"pieces": GOOD, "then": "hang"}, grace=1) as (url, process, said):
        host, port = url.removeprefix("http://").split(":")
        head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        whole = json.dumps(ASKED).encode()
        with (
            socket.create_connection((host, int(port))) as waiting,
            socket.create_connection((host, int(port))) as slow,
        ):
            waiting.sendall(f"{head}{len(whole)}\r\n\r\n".encode() + whole)
            slow.sendall(f'{head}1000\r\n\r\n{{"a'.encode())
            waits(lambda: said.asked)
            process.send_signal(signal.SIGTERM)
            heard = [b"".join(iter(partial(client.recv, 1000), b"")).decode() for client in (waiting, slow)]
            assert process.wait(25) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        log = process.communicate()[0]
        assert all(text.startswith("HTTP/1.1 503") and "the server ends" in text for text in heard), (heard, log)
        assert "Traceback" not in log


def refused(url):
    """Whether new questions are taken no more."""
    try:
        httpx.get(f"{url}/health", timeout=2)
    except httpx.HTTPError:
        return True
    return False
