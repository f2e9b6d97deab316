"""The endpoint's limits and OpenAI's forms, over a real tiny model."""

from __future__ import annotations

import runpy
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from tests.serving.page.served import GivenDesk

from vgpt2.catalog.retrieval import Retriever
from vgpt2.inference.prompts import Prompt
from vgpt2.records.prompt import conversation
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.desk import TooLong, as_text
from vgpt2.serving.guard.guard import judge
from vgpt2.serving.guard.said import marked, proved, refused
from vgpt2.serving.sure.council import Care
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log
from vgpt2.serving.wishes import Wish
from vgpt2.tsql.check.check import Checker

ASK = {"messages": [{"role": "user", "content": "Which vendors are there?"}], "max_tokens": 4}
URL = "/v1/chat/completions"


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(build_app(desk, "tiny", Limits(body=64_000, seconds=1000))) as made:
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


def test_an_answer_leaves_though_its_log_can_no_longer_be_written(desk, sample, tmp_path, capsys):
    log = UseLog(tmp_path / "use.jsonl", sample.database.name)
    (tmp_path / "use.jsonl").unlink()
    (tmp_path / "use.jsonl").mkdir()
    with TestClient(build_app(desk, "tiny", log=log)) as asked:
        said = asked.post(URL, json=ASK)
        assert said.status_code == 200
        kept = asked.post("/v1/feedback", json={"id": said.json()["id"], "verdict": "wrong"})
    assert kept.status_code == 503
    assert "nothing was kept" in kept.json()["error"]["message"]
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("note: an answer is not kept: ")


def test_without_a_log_nothing_is_kept_and_nobody_is_asked_for_a_verdict(client):
    assert client.post("/v1/feedback", json={"id": "x", "verdict": "wrong"}).status_code == 404


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


def test_of_a_long_conversation_the_last_turns_are_read_and_the_others_counted(sample):
    given = GivenDesk(sample, {})
    turns = [(f"question {number}", "```sql\nSELECT Vendor FROM APVM\n```") for number in range(5)]
    for guard in ("mark", "strict"):
        reply = given.ask("and now?", 0, Wish(guard=guard), turns)
        assert (reply.turns_left_out, reply.guard()["turns_left_out"]) == (3, 3)
        shown = [number for number in range(5) if f"Asked before: question {number}\n" in given.model.asked[-1]]
        assert shown == [3, 4]
    assert given.ask("and now?", 0, None, turns[:2]).turns_left_out == 0


def test_what_the_first_question_would_wait_for_is_read_before(sample):
    fresh = GivenDesk(replace(sample), {})
    fresh.warm()
    assert fresh.catalog.derived.get(Checker, lambda: pytest.fail("the checker was not made"), "")
    assert not fresh.model.asked


def test_no_question_builds_an_index_of_its_own(sample, monkeypatch):
    """Of 3,800 tables one takes seconds, and what looks for two readings asks it too."""
    fresh = GivenDesk(replace(sample), {})
    fresh.warm()
    assert Retriever.of(fresh.catalog) is fresh.retriever
    monkeypatch.setattr("vgpt2.catalog.retrieval.build_index", lambda _: pytest.fail("a second index"))
    shown = fresh.ask("Give me all material tickets in company 2 with their phase group and weight.").schema
    assert "Two readings of weight: gross weight (GrossWght), tare weight (TareWght)" in shown


def test_a_real_model_makes_several_answers_together_and_the_same_again(desk, monkeypatch):
    monkeypatch.setattr(desk, "care", Care(4, 3))
    one, two = (desk.ask("Which vendors are there?", 3, Wish(guard="mark")) for _ in range(2))
    assert (one.of, one.tokens, one.prompt_tokens % 4) == (4, 12, 0)
    assert (one.text, one.agreed, one.sure) == (two.text, two.agreed, two.agreed >= 3)


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


@pytest.fixture
def serve(tmp_path):
    """`serve.py` with these options; `tmp_path` is its model."""
    main = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "serve.py"))["main"]

    def run(*options, model=tmp_path):
        files = ["--catalog", str(tmp_path / "c"), "--settings", str(tmp_path / "s")]
        source = ["--model", str(model)] if model else []
        said = CliRunner().invoke(main, [*source, *files, *options])
        return said.exit_code, said.output

    return run


def test_what_cannot_be_served_is_said_before_the_model_is_loaded(serve, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = serve("--port", str(taken.getsockname()[1]))
    assert (code, "cannot listen" in said, "another --port" in said) == (2, True, True)
    code, said = serve("--port", "99999")
    assert (code, "1<=x<=65535" in said) == (2, True)
    code, said = serve("--host", "0.0.0.0")
    assert (code, "a key is needed" in said) == (2, True)
    code, said = serve(model=tmp_path / "none")
    assert (code, "no model yet" in said) == (2, True)
    code, said = serve(model=None)
    assert (code, "--model FOLDER or --upstream" in said) == (2, True)
    code, said = serve("--upstream", "gpu-box:8000", model=None)
    assert (code, "no address" in said) == (2, True)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("QUEUE", "many", "VGPT2_SERVE_QUEUE ('--queue'): 'many' is not a valid"),
        ("TOGETHER", "0", "VGPT2_SERVE_TOGETHER ('--together'): 0 is not in the range"),
        ("SECONDS", "-1", "VGPT2_SERVE_SECONDS ('--seconds'): -1.0 is not in the range"),
        ("GRACE", "", ""),
        ("GRACE", "1.5", "VGPT2_SERVE_GRACE ('--grace'): '1.5' is not a valid"),
        ("GUARD", "none", "VGPT2_SERVE_GUARD ('--guard'): 'none' is not one of 'strict', 'mark'"),
    ],
)
def test_a_wrong_value_of_the_environment_names_its_variable(serve, monkeypatch, tmp_path, variable, value, says):
    monkeypatch.setenv(f"VGPT2_SERVE_{variable}", value)
    code, said = serve(model=tmp_path / "none")
    assert (code, says in said, "Invalid value for" in said) == (2, True, bool(says))
    # What is given as an option goes before it, and is blamed as one.
    code, said = serve(f"--{variable.lower()}", "?")
    assert (code, f"Invalid value for '--{variable.lower()}':" in said) == (2, True)


def test_the_catalog_is_the_runs_own(serve, tmp_path):
    (tmp_path / "c").write_text("{}")
    (tmp_path / "catalog.json").write_text("{ }")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code, said = serve("--port", str(port))
    assert (code, "not the catalog of the run" in said) == (2, True)
