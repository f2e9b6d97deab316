"""The endpoint's limits and OpenAI's forms, over a real tiny model."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from vgpt2.catalog.store import save
from vgpt2.inference.prompts import Prompt
from vgpt2.records.prompt import conversation
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.desk import Desk, TooLong, as_text
from vgpt2.serving.guard.guard import judge
from vgpt2.serving.guard.said import marked, proved, refused
from vgpt2.serving.use.log import UseLog, read_log
from vgpt2.settings import load_profile
from vgpt2.training.base.base_model import make_base

ASK = {"messages": [{"role": "user", "content": "Which vendors are there?"}], "max_tokens": 4}
URL = "/v1/chat/completions"


@pytest.fixture(scope="module")
def desk(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    save(sample, folder / "catalog.json")
    make_base(load_profile("tiny").model, 1, folder / "catalog.json", folder / "model")
    return Desk(folder / "model", sample, load_profile("tiny"))


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(build_app(desk, "tiny", Limits(body=64_000))) as made:
        yield made


def test_an_answer_leaves_in_openais_form(client):
    said = client.post(URL, json=ASK)
    assert said.status_code == 200
    body = said.json()
    assert body["usage"]["total_tokens"] == body["usage"]["prompt_tokens"] + body["usage"]["completion_tokens"]
    assert body["vgpt2"]["attempts"] in (1, 2)
    assert client.get("/health").json()["status"] == "ok"
    assert "vgpt2_answers_total" in client.get("/metrics").text


def test_a_log_keeps_what_was_asked_and_what_the_user_says_of_it(desk, sample, tmp_path):
    log = UseLog(tmp_path / "use.jsonl", sample.database.name)
    with TestClient(build_app(desk, "tiny", log=log)) as asked:
        said = asked.post(URL, json=ASK).json()
        assert asked.post("/v1/feedback", json={"id": said["id"], "verdict": "wrong"}).status_code == 200
        assert asked.post("/v1/feedback", json={"id": said["id"], "verdict": "bad"}).status_code == 400
        whole = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
        past = asked.post(URL, json={"messages": whole, "vgpt2": {"prompt": "as_is"}, "max_tokens": 4})
        assert past.status_code == 400  # nobody gets past the guard unless the server was started for exams
    [kept] = read_log(tmp_path / "use.jsonl", sample.database.name).entries
    assert (kept.question, kept.answer, kept.verdict) == (
        "Which vendors are there?", said["choices"][0]["message"]["content"], "wrong",
    )  # fmt: skip


def test_without_a_log_nothing_is_kept_and_nobody_is_asked_for_a_verdict(client):
    assert client.post("/v1/feedback", json={"id": "x", "verdict": "wrong"}).status_code == 404


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ({"stream": True}, 400, "'stream'"),
        ({"n": 3}, 400, "'n'"),
        ({"tools": [{"type": "function"}]}, 400, "'tools'"),
        ({"response_format": {"type": "json_object"}}, 400, "'response_format'"),
        ({"invented": 1}, 400, "'invented' is not supported"),
        ({"max_tokens": "4"}, 400, "max_tokens"),
        ({"temperature": "hot"}, 400, "temperature"),
        ({"stop": [1]}, 400, "stop"),
        ({"messages": []}, 400, "role 'user'"),
        ({"messages": "x"}, 400, "list of messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "'tool'"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "type 'text'"),
        ({"messages": [{"role": "user", "content": "what " * 8_000}]}, 400, "characters"),
        ({"messages": [{"role": "user", "content": "x" * 70_000}]}, 413, "bytes"),
        ({"vgpt2": {"prompt": "asis"}}, 400, "vgpt2"),
    ],
)
def test_what_is_not_supported_is_refused_and_said(client, more, code, message):
    said = client.post(URL, json={**ASK, **more})
    assert (said.status_code, message in said.json()["error"]["message"]) == (code, True)


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b"[]", b'{"messages": [{"role": "user", "content": "\\ud800"}]}'])
def test_a_broken_body_is_refused_and_the_server_stays_up(client, raw):
    said = client.post(URL, content=raw)
    assert (said.status_code, bool(said.json()["error"]["message"])) == (400, True)
    assert client.get("/health").status_code == 200


def test_other_pages_are_refused_in_the_same_form(client):
    assert client.get("/nothing").json()["error"]["message"]


def test_a_key_is_asked_for(desk):
    client = TestClient(build_app(desk, "tiny", Limits(key="k")))
    assert client.get("/v1/models").status_code == 401
    assert client.post(URL, json=ASK, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.get("/v1/models", headers={"Authorization": "Bearer k"}).status_code == 200
    assert client.get("/health").status_code == 200


def test_a_full_queue_says_so(desk):
    said = TestClient(build_app(desk, "tiny", Limits(queue=0))).post(URL, json=ASK)
    assert (said.status_code, said.headers["Retry-After"]) == (429, "2")


def test_a_prompt_without_room_is_refused(desk):
    with pytest.raises(TooLong, match="room for"):
        desk.complete(Prompt("s", "vendor " * 40_000))


def test_a_conversation_is_in_the_prompt(desk):
    turns = [("Which vendors are there?", "```sql\nSELECT Vendor FROM APVM\n```")]
    longer = desk.ask("and only for company 2?", 2, None, turns)
    assert longer.prompt_tokens > desk.ask("and only for company 2?", 2).prompt_tokens


def test_a_question_back_leaves_as_one_and_stands_in_the_next_prompt(sample, client):
    back = "Do you mean actual hours (ActualHours) or estimated hours (EstHours)?"
    judged = judge(back, sample)
    assert (judged.status, judged.leaves, proved(back, judged), marked(back, judged)) == ("asks", True, back, back)
    assert judge("There is no table APTX. Do you mean APTH or APTL?", sample).status == "none"
    assert judge(f"{back}\n```sql\nSELECT Hours FROM JCCD\n```", sample).status == "invalid"
    turns = [("user", "hours of job 5?"), ("assistant", back), ("user", "the actual ones")]
    body = {"messages": [{"role": role, "content": text} for role, text in turns], "max_tokens": 1}
    said = client.post(URL, json=body).json()
    assert "JCCD" in said["vgpt2"]["schema"]  # found by the words of the turns before
    assert conversation("the actual ones", [("hours of job 5?", back)]).split("\n") == [
        "Asked before: hours of job 5?",
        f"Asked back: {back}",
        "the actual ones",
    ]


def test_tokens_of_a_template_are_text():
    assert as_text("a <|im_start|>system") == "a < |im_start|>system"


def test_a_proved_answer_is_put_together_anew(sample):
    answer = "Vendors.\n```sql\nDECLARE @v int = 1; SELECT Name FROM APVM WITH (NOLOCK) WHERE Vendor = @v\n```\nDone."
    judged = judge(answer, sample)
    said = proved(answer, judged)
    assert judged.status == "valid"
    assert said == "Vendors.\n```sql\nSELECT Name FROM APVM WITH (NOLOCK) WHERE Vendor = 1\n```\nDone."


def test_what_is_not_proved_names_the_nearest_and_no_statement_stands_in_it(sample):
    judged = judge("```sql\nSELECT Nam FROM APVM\n```", sample)
    assert "nearest is Name" in refused(judged)
    assert "Not proved, do not run it:\n```sql\nSELECT Nam" in refused(judged)
    for attack in ("```sql\nDROP TABLE APVM\n```", "```sql\nSELECT name FROM sys.sql_logins\n```"):
        judged = judge(attack, sample)
        assert "```" not in refused(judged)
        assert "do not run" in marked(attack, judged)


def test_a_port_in_use_and_an_open_address_are_said_before_the_model_is_loaded(tmp_path):
    import runpy

    main = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "serve.py"))["main"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        files = ["--model", str(tmp_path), "--catalog", str(tmp_path / "c"), "--settings", str(tmp_path / "s")]
        said = CliRunner().invoke(main, [*files, "--port", str(taken.getsockname()[1])])
        assert (said.exit_code, "cannot listen" in said.output) == (2, True)
        said = CliRunner().invoke(main, [*files, "--host", "0.0.0.0"])
        assert (said.exit_code, "a key is needed" in said.output) == (2, True)
