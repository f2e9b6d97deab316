"""Our endpoint before real servers of llama.cpp: its own (as xllamacpp carries it), and llama-cpp-python's."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from tests.inference.bounded.test_remote import matcher_of, taken
from tests.serving.servers import events_of, listening

from vgpt2.inference.bounded.remote import Remote
from vgpt2.inference.live.generation import GenerationError, Nobody, Sampling
from vgpt2.inference.live.upstream import Upstream
from vgpt2.inference.prompts import Prompt
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.desk import Desk
from vgpt2.settings import load_profile
from vgpt2.training.export.gguf_file import write_gguf
from vgpt2.tsql.grammar.recognise import Stop, recogniser
from vgpt2.tsql.prefix.names import Names

ASKED = {"messages": [{"role": "user", "content": "Which vendors are there?"}]}
URL = "/v1/chat/completions"
TABLES = ("dbo.APTH", "dbo.APVM")
# By the package to install: what else is imported, how a file is served on a port, and what a prompt that is too long
# comes to.
SERVERS = {
    "xllamacpp": ([], [str(Path(__file__).with_name("llama_cpp_server.py")), "{file}", "{port}"], 400),
    "llama-cpp-python[server]": (
        ["sse_starlette", "starlette_context"],
        ["-m", "llama_cpp.server", "--model", "{file}", "--port", "{port}", "--n_ctx", "0", "--n_threads", "1",
         "--interrupt_requests", "false"],
        502,
    ),
}  # fmt: skip
MODULES = {"xllamacpp": "xllamacpp", "llama-cpp-python[server]": "llama_cpp"}


class Server:
    """One of the servers over a file, until it is killed."""

    def __init__(self, package: str, file: Path, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        words = [word.format(file=file, port=self.port) for word in SERVERS[package][1]]
        self._process = subprocess.Popen(
            [sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=file.parent
        )

    def wait(self) -> Server:
        """Until it answers."""
        ends = time.monotonic() + 60
        while True:
            assert self._process.poll() is None and time.monotonic() < ends, "the server did not start"
            try:
                if httpx.get(f"{self.url}/models").status_code == 200:
                    return self
            except httpx.HTTPError:
                time.sleep(0.1)

    def kill(self) -> None:
        """At once, as the kernel does where memory is out."""
        self._process.kill()
        self._process.wait(10)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture(scope="module")
def file(tiny_model, tmp_path_factory):
    made = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(tiny_model, "f32", made, "tiny")
    return made


@pytest.fixture(scope="module", params=SERVERS)
def server(request, file):
    missing = [name for name in [MODULES[request.param], *SERVERS[request.param][0]] if not find_spec(name)]
    if missing:
        pytest.skip(f"{', '.join(missing)} is not installed (pip install '{request.param}')")
    made = Server(request.param, file).wait()
    made.package = request.param
    yield made
    made.kill()


@pytest.fixture
def client(server, sample):
    """Our endpoint over the server; nothing of what the tiny model says is SQL, so the guard only marks."""
    desk = Desk(Upstream(server.url, "", 3000, 60), sample, load_profile("tiny"))
    with TestClient(build_app(desk, "tiny", Limits(guard="mark", seconds=100))) as made:
        yield made
    desk.close()


def text_of(events):
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events if event["choices"])


def test_whole_answers_streams_and_several_at_once(client, server):
    wanted = {**ASKED, "max_tokens": 24, "temperature": 0.8, "seed": 3}
    whole = client.post(URL, json=wanted).json()
    [said] = whole["choices"]
    with client.stream("POST", URL, json={**wanted, "stream": True}) as answer:
        *events, done = events_of(answer)
    assert done == "[DONE]"
    # what of the prompt is kept from before changes the last digits, so the same seed draws the same for a while only
    assert text_of(events)[:10] == said["message"]["content"][:10] != ""
    assert len(events) > 10
    assert said["finish_reason"] == events[-1]["choices"][0]["finish_reason"] == "length"
    several = client.post(URL, json={**wanted, "n": 4}).json()
    texts = [choice["message"]["content"] for choice in several["choices"]]
    assert len(set(texts)) == 4
    if server.package == "xllamacpp":  # the other has no tokens in a stream
        assert (several["usage"]["completion_tokens"], whole["usage"]["completion_tokens"]) == (4 * 24, 24)


def test_a_stop_ends_an_answer(client):
    wanted = {**ASKED, "max_tokens": 40, "temperature": 0.8, "seed": 3}
    whole = client.post(URL, json=wanted).json()["choices"][0]["message"]["content"]
    said = client.post(URL, json={**wanted, "stop": [whole[4]]}).json()["choices"][0]
    assert (said["message"]["content"], said["finish_reason"]) == (whole.split(whole[4])[0], "stop")


class Opened(Remote):
    """Its grammar begins in the fence, for a model that has learnt nothing opens none."""

    def body(self, owner, prompt):
        body, why = super().body(owner, prompt)
        assert not why
        return {
            "grammar": re.sub(r"(?m)^root ::= .*$", r'root ::= "```sql\\n" statement "\\n```"', body["grammar"])
        }, why


def test_what_it_draws_under_our_grammar_is_the_beginning_of_a_query_with_names_that_exist(server, sample):
    names, drawn = Names.of(sample, TABLES), []
    matcher = matcher_of(names)
    prompt = Prompt("You write T-SQL.", "Which vendors are there?", "", TABLES)
    for bounds in (Opened("grammar", sample), None):
        upstream = Upstream(server.url, "", 60, 60, bounds)
        for seed in range(4):
            drawn.append(upstream.generate(prompt, Sampling(30, 1.0, 1.0, seed), Nobody()).text)
        upstream.close()
    bounded, free = drawn[:4], drawn[4:]
    assert not any(taken(matcher, said) == said and said.startswith("```sql") for said in free)
    assert len(set(bounded)) == 4
    for said in bounded:
        whole = said.rstrip("\ufffd")  # half of a character at the limit
        assert taken(matcher, whole) == whole, whole
        if said.endswith("\n```"):
            assert not isinstance(recogniser().read(said[7:-4]), Stop), said


def test_a_prompt_that_is_too_long_is_refused_and_the_next_question_answered(server):
    upstream = Upstream(server.url, "", 5, 60)
    with pytest.raises(GenerationError) as refused:
        upstream.generate(Prompt("S", "vendor invoice job " * 4000), Sampling(5), Nobody())
    assert refused.value.code == SERVERS[server.package][2], str(refused.value)
    assert "context" in str(refused.value)
    for _ in range(3):
        assert upstream.generate(Prompt("S", "Q"), Sampling(5), Nobody()).cut
    upstream.close()


def test_a_server_that_is_killed_in_mid_stream_is_told_of_and_asked_again_when_it_is_back(server, file, sample):
    doomed = Server(server.package, file).wait()
    desk = Desk(Upstream(doomed.url, "", 3000, 60), sample, load_profile("tiny"))
    with listening(build_app(desk, "tiny", Limits(guard="mark", seconds=100))) as url:
        client = httpx.Client(base_url=url.removesuffix("/v1"), timeout=100)
        body = {**ASKED, "stream": True, "temperature": 0.8, "seed": 3}
        with client.stream("POST", URL, json=body) as answer:
            events, seen = events_of(answer), []
            for event in events:
                seen.append(event)
                if text_of(seen):
                    break
            doomed.kill()
            *_, error, done = events
        assert (answer.status_code, done) == (200, "[DONE]")
        assert "broke off in the middle" in error["error"]["message"]
        said = client.post(URL, json={**ASKED, "max_tokens": 5})
        assert (said.status_code, "cannot be reached" in said.json()["error"]["message"]) == (502, True)
        again = Server(server.package, file, doomed.port).wait()
        try:
            assert client.post(URL, json={**ASKED, "max_tokens": 5}).status_code == 200
        finally:
            again.kill()
    desk.close()
