"""What clients send, as data: what is supported is answered in OpenAI's form, all else refused in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from tests.serving.servers import events_of

from vgpt2.serving.app import Limits, build_app

FIXTURES = Path(__file__).parents[1] / "fixtures" / "serving"
REQUESTS = yaml.safe_load((FIXTURES / "requests.yaml").read_text(encoding="utf-8"))
REFUSED = yaml.safe_load((FIXTURES / "refused.yaml").read_text(encoding="utf-8"))
URL = "/v1/chat/completions"


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(build_app(desk, "tiny", Limits(body=1_000_000, seconds=1000, aliases=("nick",)))) as made:
        yield made


@pytest.mark.parametrize("name", REQUESTS)
def test_a_clients_request_is_answered(client, name):
    case = REQUESTS[name]
    said = client.post(URL, json=case["body"])
    assert said.status_code == 200, said.text
    if not case.get("stream"):
        body = said.json()
        assert len(body["choices"]) == case.get("choices", 1)
        assert {choice["finish_reason"] for choice in body["choices"]} <= {"stop", "length"}
        assert body["usage"]["completion_tokens"] > 0
        return
    assert said.headers["content-type"].startswith("text/event-stream")
    *events, last = events_of(said)
    assert last == "[DONE]"
    if case.get("usage"):
        *events, tokens = events
        assert (tokens["choices"], tokens["usage"]["completion_tokens"] > 0) == ([], True)
        assert all(event["usage"] is None for event in events)
    else:
        assert not any("usage" in event for event in events)
    assert events[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert [event["choices"][0]["finish_reason"] is None for event in events] == [True] * (len(events) - 1) + [False]
    assert events[-1]["vgpt2"]["attempts"] in (1, 2)
    assert len({event["id"] for event in events}) == 1


@pytest.mark.parametrize("case", REFUSED["fields"], ids=lambda case: json.dumps(case["body"])[:60])
def test_what_is_not_supported_is_refused_and_said(client, case):
    body = {"messages": [{"role": "user", "content": "Which vendors are there?"}], "max_tokens": 4, **case["body"]}
    said = client.post(URL, content=json.dumps(body))
    error = said.json()["error"]
    assert (said.status_code, error["type"]) == (case.get("status", 400), "invalid_request_error")
    assert (error["param"], error["code"]) == (case.get("field"), case.get("code"))
    assert case.get("field", "") in error["message"]
    assert case.get("says", "") in error["message"]


@pytest.mark.parametrize("case", REFUSED["raw"], ids=lambda case: str(case)[:60])
def test_a_broken_body_is_refused_and_the_server_stays_up(client, case):
    raw = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode() * case.get("times", 1)
    said = client.post(URL, content=raw)
    message = said.json()["error"]["message"]
    assert (said.status_code, bool(message), case.get("says", "") in message) == (case["code"], True, True)
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("case", REFUSED["addresses"], ids=lambda case: case["path"][:40])
def test_an_address_that_is_half_right_is_told_the_whole_one(client, case):
    said = client.post(case["path"], json={"messages": []})
    message = said.json()["error"]["message"]
    assert (said.status_code, case["says"] in message) == (case["code"], True), message
    assert client.get(URL).json()["error"]["message"] == "/v1/chat/completions is asked by POST alone"


def test_the_model_has_its_own_name_and_those_that_it_was_given(client):
    assert [model["id"] for model in client.get("/v1/models").json()["data"]] == ["tiny", "nick"]
    assert client.get("/v1/models/nick").json()["id"] == "nick"
    missing = client.get("/v1/models/vista")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")
    asked = {"model": "nick", "messages": [{"role": "user", "content": "Which vendors?"}], "max_tokens": 2}
    assert client.post(URL, json=asked).json()["model"] == "tiny"


def test_turns_that_the_prompt_has_no_place_for_are_counted(client):
    """In the field of an answer, of one that is an object, and of a stream."""
    turns = [("user", "Which jobs are there?"), ("assistant", "```sql\nSELECT Job FROM JCJM\n```")]
    last = {"role": "user", "content": "Which vendors are there?"}
    for before, left_out in ((0, 0), (2, 0), (3, 1), (9, 7)):
        messages = [{"role": role, "content": text} for role, text in before * turns]
        body = {"messages": [*messages, last], "max_tokens": 2}
        said = client.post(URL, json=body).json()
        assert said["vgpt2"]["turns_left_out"] == left_out
        whole = client.post(URL, json={**body, "response_format": {"type": "json_object"}}).json()
        assert json.loads(whole["choices"][0]["message"]["content"])["turns_left_out"] == left_out
        *_, end, _ = events_of(client.post(URL, json={**body, "stream": True}))
        assert end["vgpt2"]["turns_left_out"] == left_out


@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_over_the_models_context_is_refused(client, desk, monkeypatch, stream):
    monkeypatch.setattr(desk.model._model.network.config, "max_position_embeddings", 20)
    said = client.post(URL, json={"messages": [{"role": "user", "content": "Which vendors?"}], "stream": stream})
    assert (said.status_code, "room for 20" in said.json()["error"]["message"]) == (400, True)
