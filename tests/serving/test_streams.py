"""Streams: what leaves when, under which guard; clients that go; upstreams that fail."""

from __future__ import annotations

import json
import socket
import time

import httpx
import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from tests.serving.servers import Said, events_of, listening

from vgpt2.inference.bounded.remote import Remote
from vgpt2.inference.live.upstream import Upstream
from vgpt2.serving import streaming
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.desk import Desk
from vgpt2.settings import load_profile

GOOD = ["Vendors.\n", "```sql\nSELECT Name ", "FROM APVM WITH (NOLOCK)", "\n```"]
BAD = ["Vendors.\n", "```sql\nSELECT Nam FROM APVM\n```", "\nor\n```sql\nDROP TABLE APVM\n```"]
ASKED = {"messages": [{"role": "user", "content": "Which vendors are there?"}]}
URL = "/v1/chat/completions"


@pytest.fixture
def served(sample):
    """An endpoint over an upstream of these turns; gives its client, the upstream, and the base URL."""
    opened = []

    def start(*turns, upstream=None, owner="", decode="free", **limits):
        said = Said(*turns, owner=owner)
        if upstream is None:
            server = listening(said.app)
            opened.append(server)
            upstream = server.__enter__()
        bounds = Remote(decode, sample) if decode != "free" else None
        generator = Upstream(upstream, "", 64, limits.pop("silent", 20.0), bounds)
        app = build_app(Desk(generator, sample, load_profile("tiny")), "served", Limits(**limits))
        server = listening(app)
        opened.append(server)
        url = server.__enter__()
        client = httpx.Client(base_url=url.removesuffix("/v1"), timeout=100)
        return client, said, url

    yield start
    for server in reversed(opened):
        server.__exit__(None, None, None)


def streamed(client, **more):
    with client.stream("POST", URL, json={**ASKED, "stream": True, **more}) as said:
        yield from events_of(said)


def texts(events):
    return [event["choices"][0]["delta"]["content"] for event in events if event["choices"][0]["delta"].get("content")]


def test_under_a_strict_guard_the_text_leaves_when_it_is_proved(served):
    client, said, _ = served({"pieces": GOOD})
    *events, done = streamed(client)
    assert done == "[DONE]"
    assert texts(events) == ["".join(GOOD)]
    assert events[-1]["vgpt2"]["status"] == "valid"
    assert said.asked[0]["messages"][1]["content"].startswith("Which vendors are there?\nSchema:\n")


def test_under_a_strict_guard_nothing_that_is_not_proved_leaves(served):
    client, said, _ = served({"pieces": BAD})
    *events, _ = streamed(client)
    [text] = texts(events)
    assert text.startswith("I have no query for this that could be proved")
    assert "DROP TABLE APVM\n```" not in text
    assert (events[-1]["vgpt2"]["status"], events[-1]["vgpt2"]["attempts"]) == ("invalid", 2)
    assert "An earlier query was wrong" in said.asked[1]["messages"][1]["content"]


def test_a_second_attempt_that_is_proved_leaves_alone(served):
    client, _, _ = served({"pieces": BAD}, {"pieces": GOOD})
    *events, _ = streamed(client, stream_options={"include_usage": True})
    *events, tokens = events
    assert texts(events) == ["".join(GOOD)]
    assert tokens["usage"] == {"prompt_tokens": 14, "completion_tokens": 6, "total_tokens": 20}


def test_a_marking_guard_streams_what_comes_and_notes_what_it_finds(served):
    client, said, _ = served({"pieces": BAD, "then": "wait"}, guard="mark")
    events = streamed(client)
    first = [next(events) for _ in range(2)]
    assert not said.go.is_set() and texts(first) == ["Vendors."]  # it is here before the upstream has said all
    said.go.set()
    *events, _ = events
    said_text = "".join(texts(first) + texts(events))
    assert said_text.startswith("".join(BAD)) and "Note: do not run this" in said_text
    assert len(texts(events)) > 2


def test_a_client_may_ask_for_strict_of_a_server_that_marks(served):
    client, _, _ = served({"pieces": BAD}, guard="mark")
    *events, _ = streamed(client, vgpt2={"guard": "strict"})
    assert "DROP TABLE APVM\n```" not in "".join(texts(events))


def test_whole_answers_say_the_same_as_streams(served):
    client, _, _ = served({"pieces": GOOD, "then": "length"})
    whole = client.post(URL, json=ASKED).json()
    *events, _ = streamed(client)
    assert whole["choices"][0]["message"]["content"] == "".join(texts(events))
    assert whole["choices"][0]["finish_reason"] == events[-1]["choices"][0]["finish_reason"] == "length"


def test_several_answers_are_told_apart(served):
    client, said, _ = served({"pieces": GOOD})
    *events, _ = streamed(client, n=3, temperature=0.5, seed=11, top_p=0.8)
    assert sorted(event["choices"][0]["index"] for event in events if "vgpt2" in event["choices"][0]) == [0, 1, 2]
    assert sorted(asked["seed"] for asked in said.asked) == [11, 12, 13]
    assert {(asked["temperature"], asked["top_p"]) for asked in said.asked} == {(0.5, 0.8)}


def test_a_stop_ends_the_answer_whether_the_upstream_knows_it_or_not(served):
    client, said, _ = served({"pieces": ["Vendors. EN", "D and more", " and more"]}, guard="mark")
    *events, _ = streamed(client, stop=["END"])
    assert ("".join(texts(events)), events[-1]["choices"][0]["finish_reason"]) == ("Vendors. ", "stop")
    assert said.asked[0]["stop"] == ["END"]


@pytest.mark.parametrize("guard", ["strict", "mark"])
def test_as_an_object_an_answer_is_read_by_a_program_and_holds_no_query_that_may_not_leave(served, guard):
    client, said, _ = served({"pieces": GOOD}, guard=guard)
    wanted = {**ASKED, "response_format": {"type": "json_object"}}
    whole = client.post(URL, json=wanted).json()["choices"][0]["message"]["content"]
    *events, _ = streamed(client, response_format=wanted["response_format"])
    assert texts(events) == [whole]  # in one piece: half of an object is none
    read = json.loads(whole)
    assert (read["text"], read["sql"]) == ("".join(GOOD), "SELECT Name FROM APVM WITH (NOLOCK)")
    assert (read["status"], read["tables"], "schema" in read) == ("valid", ["dbo.APVM"], False)
    turns = [*ASKED["messages"], {"role": "assistant", "content": whole}, {"role": "user", "content": "of company 2?"}]
    client.post(URL, json={**wanted, "messages": turns})
    assert "SELECT Name FROM APVM" in (asked := said.asked[-1]["messages"][1]["content"])
    assert '"status"' not in asked
    said.turns = [{"pieces": BAD}]
    read = json.loads(client.post(URL, json=wanted).json()["choices"][0]["message"]["content"])
    assert (read["status"], read["sql"]) == ("invalid", "")
    assert read["findings"] and ("DROP TABLE APVM\n```" in read["text"]) == (guard == "mark")


@pytest.mark.parametrize(
    ("owner", "turn", "sent", "told"),
    [
        ("llamacpp", {"pieces": GOOD}, [True], ""),
        ("me", {"pieces": GOOD}, [True], ""),
        ("library", {"pieces": GOOD}, [False], "answers are free: Ollama takes no grammar"),
        (
            "llamacpp",
            {"pieces": GOOD, "status": 400, "grammar": True},
            [True, False],
            "refused the grammar (answered 400",
        ),
        ("llamacpp", {"status": 400, "message": "the context is too small"}, [True], "the context is too small"),
    ],
)
def test_an_upstream_is_sent_the_grammar_that_its_kind_takes(served, caplog, owner, turn, sent, told):
    client, said, _ = served(turn, owner=owner, decode="grammar")
    for _ in range(2):
        answer = client.post(URL, json=ASKED)
        assert answer.status_code == (200 if "pieces" in turn else 400), answer.text
    assert ["grammar" in asked for asked in said.asked] == sent * 2
    assert all('"APVM"' in asked["grammar"] for asked in said.asked if "grammar" in asked)
    assert caplog.text.count("answers are free") == ("pieces" in turn and bool(told))  # said once, not for each
    assert told in caplog.text


def test_each_question_has_a_connection_of_its_own(served):
    client, said, _ = served({"pieces": GOOD})
    for _ in range(3):
        assert client.post(URL, json=ASKED).status_code == 200
    assert len(said.connections) == 3


@pytest.mark.parametrize("stream", [True, False])
def test_a_client_that_goes_gives_its_place_back_and_the_upstream_is_let_go(served, stream):
    client, said, url = served({"pieces": GOOD, "then": "hang"}, guard="mark")
    body = json.dumps({**ASKED, "stream": stream}).encode()
    head = f"POST /v1{URL[3:]} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port)) as gone:
        gone.sendall(head.encode() + body)
        waits(lambda: said.asked)
        assert client.get("/health").json()["waiting"] == 1
    waits(lambda: not client.get("/health").json()["waiting"])
    assert said.left.wait(10)
    assert 'vgpt2_refusals_total{code="499"} 1.0' in client.get("/metrics").text


def waits(until):
    ends = time.monotonic() + 20
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.02)


FAULTS = [
    ({"pieces": GOOD[:2], "then": "cut"}, 502, "broke off"),
    ({"pieces": [], "then": "cut"}, 502, "ended without a word"),
    ({"pieces": GOOD[:2], "then": "break"}, 502, "broke off"),
    ({"pieces": GOOD[:2], "then": "error"}, 502, "out of memory"),
    ({"pieces": GOOD[:1], "then": "hang"}, 504, "the upstream"),
    ({"status": 500}, 502, "answered 500"),
    ({"status": 401}, 502, "answered 401"),
    ({"status": 404}, 502, "answered 404"),
    ({"status": 429}, 429, "answered 429"),
    ({"status": 400, "message": "maximum context length is 4096 tokens"}, 400, "context length"),
    ({"raw": "<html>a page</html>"}, 502, "upstream"),
]


@pytest.mark.parametrize(("turn", "code", "message"), FAULTS)
def test_what_an_upstream_does_wrong_is_said_and_the_server_stays_up(served, turn, code, message):
    client, said, _ = served(turn, silent=1.0 if turn.get("then") == "hang" else 20.0)
    answer = client.post(URL, json=ASKED)
    assert (answer.status_code, message in answer.json()["error"]["message"]) == (code, True), answer.text
    assert "127.0.0.1" not in answer.text  # where the upstream is concerns no client
    said.turns = [{"pieces": GOOD}]
    assert client.post(URL, json=ASKED).status_code == 200


@pytest.mark.parametrize(("turn", "code", "message"), [FAULTS[0], FAULTS[2], FAULTS[5]])
def test_in_a_stream_a_fault_has_its_status_before_the_first_word_and_an_event_after_it(served, turn, code, message):
    client, _, url = served(turn, guard="mark")
    with client.stream("POST", URL, json={**ASKED, "stream": True}) as said:
        if "status" in turn:
            said.read()
            assert (said.status_code, message in said.text) == (code, True)
            return
        *events, done = events_of(said)
    assert (said.status_code, done) == (200, "[DONE]")
    assert message in events[-1]["error"]["message"]
    from openai import APIError

    heard = OpenAI(base_url=url, api_key="none").chat.completions.create(model="served", stream=True, **ASKED)
    with pytest.raises(APIError, match=message):
        list(heard)


def test_an_upstream_that_is_not_there(served):
    client, _, _ = served({}, upstream="http://127.0.0.1:9/v1")
    answer = client.post(URL, json=ASKED)
    assert (answer.status_code, "cannot be reached" in answer.json()["error"]["message"]) == (502, True)


def test_an_answer_that_takes_too_long_is_given_up(served):
    client, said, _ = served({"pieces": GOOD, "then": "hang"}, seconds=1.0)
    answer = client.post(URL, json=ASKED)
    assert (answer.status_code, answer.json()["error"]["type"]) == (504, "timeout_error")
    assert not said.asked or said.left.wait(10)


def test_a_body_that_does_not_come_to_its_end_is_given_up(served):
    _, said, url = served({"pieces": GOOD}, arrival=0.3)
    host, port = url.removeprefix("http://").removesuffix("/v1").split(":")
    with socket.create_connection((host, int(port))) as slow:
        slow.sendall(f'POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"a'.encode())
        slow.settimeout(30)
        heard = b"".join(iter(lambda: slow.recv(10_000), b"")).decode()
    assert heard.startswith("HTTP/1.1 408") and "within 0.3 s" in heard
    assert not said.asked


def test_a_stream_in_which_nothing_happens_gives_a_sign_of_life(served, monkeypatch):
    monkeypatch.setattr(streaming, "ALIVE", 0.05)
    client, said, _ = served({"pieces": GOOD, "then": "wait"})
    with client.stream("POST", URL, json={**ASKED, "stream": True}) as answer:
        lines = answer.iter_lines()
        seen = [next(lines) for _ in range(8)]
        said.go.set()
        seen += lines
    assert ": the answer is being made" in seen
    assert seen.count("data: [DONE]") == 1


def test_the_openai_client_reads_streams_and_whole_answers(desk):
    with listening(build_app(desk, "tiny", Limits(guard="mark", key="k", seconds=1000))) as url:
        client = OpenAI(base_url=url, api_key="k")
        assert [model.id for model in client.models.list()] == [client.models.retrieve("tiny").id] == ["tiny"]
        whole = client.chat.completions.create(model="tiny", max_tokens=8, **ASKED)
        parts = list(
            client.chat.completions.create(
                model="tiny", max_tokens=8, stream=True, stream_options={"include_usage": True}, **ASKED
            )
        )
        # An answer goes back with every field that the client gave it.
        sent = [*ASKED["messages"], whole.choices[0].message.model_dump(), *ASKED["messages"]]
        assert {"refusal", "annotations", "audio", "function_call", "tool_calls"} <= sent[1].keys()
        for said in (sent[1], whole.choices[0].message):
            again = client.chat.completions.create(
                model="tiny", max_tokens=2, messages=[sent[0], said, sent[2]], extra_body={"vgpt2": {"guard": "mark"}}
            )
            assert again.usage.prompt_tokens > whole.usage.prompt_tokens
        with pytest.raises(NotFoundError, match="'gpt-4o' does not exist here; tiny is served") as missing:
            client.chat.completions.create(model="gpt-4o", **ASKED)
        assert missing.value.code == "model_not_found"
        with pytest.raises(BadRequestError, match="is too large: 4096"):
            client.chat.completions.create(model="tiny", max_completion_tokens=4096, **ASKED)
    text = "".join(part.choices[0].delta.content or "" for part in parts if part.choices)
    assert text == whole.choices[0].message.content
    assert parts[-1].usage == whole.usage


@pytest.mark.parametrize("role", ["system", "developer"])
def test_what_the_caller_lays_down_is_in_the_prompt(served, role):
    client, said, _ = served({"pieces": GOOD})
    laid_down = {"role": role, "content": "Answer briefly."}
    assert client.post(URL, json={**ASKED, "messages": [laid_down, *ASKED["messages"]]}).status_code == 200
    assert "Answer briefly." in said.asked[0]["messages"][0]["content"]


def test_a_question_that_is_too_long_is_told_so_and_asks_nobody(served):
    client, said, _ = served({"pieces": GOOD})
    answer = client.post(URL, json={**ASKED, "messages": [{"role": "user", "content": "vendors " * 1_001}]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "messages")
    assert not said.asked
