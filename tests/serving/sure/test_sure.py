"""Several answers to a question: how many agree is said everywhere, and too few leave two readings in place of one."""

from __future__ import annotations

import io
import runpy
import sys
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from tests.serving.page.served import GivenDesk

from vgpt2.errors import UserError
from vgpt2.inference.live.generation import GenerationError
from vgpt2.records.answers.layout import lay_out
from vgpt2.serving.app import build_app
from vgpt2.serving.asked import earlier
from vgpt2.serving.chat import Chat
from vgpt2.serving.guard.guard import judge
from vgpt2.serving.sure.council import Care
from vgpt2.serving.sure.readings import NOT_SURE, as_turn, how_many, reads_of
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log
from vgpt2.serving.use.review import cases, told
from vgpt2.serving.wishes import Wish

FIXTURES = Path(__file__).parents[2] / "fixtures"
ANSWERS = yaml.safe_load((FIXTURES / "serving" / "sure.yaml").read_text(encoding="utf-8"))
COUNTED = "SELECT COUNT(*) AS Invoices FROM APTH WITH (NOLOCK) WHERE APCo = 1"
SUMMED = "SELECT SUM(InvTotal) AS Total FROM APTH WITH (NOLOCK) WHERE APCo = 1"


PROVED = "```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```"


@pytest.fixture(scope="module")
def desk(sample):
    made = GivenDesk(sample, ANSWERS, care=Care(5, 3))
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(build_app(desk, "tiny")) as made:
        yield made


def said(client, question, **more):
    body = {"messages": [{"role": "user", "content": question}], **more}
    answer = client.post("/v1/chat/completions", json=body).json()
    return answer["choices"][0]["message"]["content"], answer["vgpt2"]


def test_where_enough_agree_one_leaves_and_says_how_many(client):
    text, field = said(client, "their names")
    assert text == "```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```\n\nAll 5 answers agree."
    assert (field["status"], field["agreed"], field["sure"]) == ("valid", [5, 5], True)
    assert "readings" not in field


@pytest.mark.parametrize("guard", ["strict", "mark"])
def test_where_too_few_agree_the_two_readings_leave_each_proved(desk, sample, guard):
    reply = desk.ask("invoices of company 1", 0, Wish(guard=guard))
    parts = reply.text.split("\n\n")
    about = "APTH (AP invoice headers); where APCo = 1; gives"
    assert parts[0] == f"{NOT_SURE} 2 of 5 answers agree. Do you mean the first or the second?"
    assert parts[1] == f"1. 2 of 5: {about} COUNT(*) AS Invoices\n```sql\n{COUNTED}\n```"
    assert parts[2] == f"2. 1 of 5: {about} SUM(InvTotal) AS Total\n```sql\n{SUMMED}\n```"
    assert (reply.status, reply.sql, reply.sure, reply.tokens) == ("unsure", "", False, 100)
    assert [(one["agreed"], one["sql"]) for one in reply.guard()["readings"]] == [(2, COUNTED), (1, SUMMED)]
    assert all(judge(f"```sql\n{sql}\n```", sample).status == "valid" for sql in reply.proved)


def test_a_server_without_a_limit_says_how_many_and_no_more(desk, monkeypatch):
    monkeypatch.setattr(desk, "care", Care(5))
    reply = desk.ask("invoices of company 1", 0, Wish())
    assert reply.text == f"A plan.\n```sql\n{COUNTED}\n```\n\n2 of 5 answers agree."
    assert (reply.status, "sure" in reply.guard()) == ("valid", False)
    assert how_many(1, 5) == "no two of 5 answers agree"


def test_a_client_may_ask_for_more_answers_than_the_server_makes(sample):
    made = GivenDesk(sample, {**ANSWERS, "all of them": PROVED})
    with TestClient(build_app(made, "tiny")) as client:
        text, field = said(client, "their names")
        assert (text, "agreed" in field) == (PROVED, False)
        for guard in ({}, {"guard": "strict"}):
            text, field = said(client, "their names", vgpt2={"answers": 5, **guard})
            assert (text, field["agreed"]) == (f"{PROVED}\n\nAll 5 answers agree.", [5, 5])
        assert "sure" not in field
        text, field = said(client, "their names", vgpt2={"answers": 1})
        assert (text, "agreed" in field) == (PROVED, False)
        body = {"messages": [{"role": "user", "content": "all of them"}], "n": 2, "vgpt2": {"answers": 5}}
        several = client.post("/v1/chat/completions", json=body).json()["choices"]
        assert [choice["vgpt2"]["agreed"] for choice in several] == [[5, 5], [5, 5]]
    made.close()


def test_a_client_may_not_ask_for_fewer_and_of_more_the_same_share_has_to_agree(client, desk):
    body = {"messages": [{"role": "user", "content": "their names"}], "vgpt2": {"answers": 3}}
    answer = client.post("/v1/chat/completions", json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "vgpt2")
    assert "can ask for 5 to 8 answers" in answer.json()["error"]["message"]
    _, field = said(client, "invoices of company 1", vgpt2={"answers": 5})
    assert (field["status"], field["agreed"], field["sure"]) == ("unsure", [2, 5], False)
    assert [Care(5, 3).enough(agreed, 8) for agreed in (4, 5)] == [False, True]
    assert [Care(16, 16).enough(agreed, 16) for agreed in (15, 16)] == [False, True]
    assert Care(5).enough(5, 5) is None


def test_where_nothing_is_proved_it_is_asked_again_and_no_statement_leaves(client, desk):
    text, field = said(client, "nicknames")
    assert text.startswith("I have no query for this that could be proved")
    assert (field["status"], field["agreed"], field["sure"], field["attempts"]) == ("invalid", [0, 5], False, 2)
    assert "DROP" not in text
    # Of the five the one is told of in which the least is wrong.
    assert "has no column Nick " not in desk.model.asked[-1] and "NickName" in desk.model.asked[-1]


def test_what_asking_again_brings_is_not_sure(desk, monkeypatch):
    right = "```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```"
    monkeypatch.setitem(desk.model.answers, "An earlier query was wrong", right)
    reply = desk.ask("nicknames", 0, Wish())
    assert reply.text == f"{NOT_SURE} none of 5 answers could be proved.\n\n{right}"
    assert (reply.status, reply.sql, len(reply.proved), reply.attempts) == ("unsure", "", 1, 2)


def test_a_question_back_stays_one_and_words_stand_beside_a_query(client):
    text, field = said(client, "hours of job 5")
    assert (text, field["status"], field["agreed"]) == (ANSWERS["hours of job 5"][0], "asks", [2, 5])
    text, field = said(client, "opening hours")
    assert text.split("\n\n")[1] == "1. 2 of 5: There is no table of opening hours in Viewpoint Vista."
    assert [bool(one["sql"]) for one in field["readings"]] == [False, True]


def test_a_stream_has_all_of_it_in_one_piece(client):
    body = {"messages": [{"role": "user", "content": "invoices of company 1"}], "stream": True}
    with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        lines = [line for line in answer.iter_lines() if NOT_SURE in line]
    assert len(lines) == 1


def test_metrics_count_what_is_not_sure_and_how_many_agree(desk):
    with TestClient(build_app(desk, "tiny")) as client:
        for question in ("invoices of company 1", "their names"):
            said(client, question)
        text = client.get("/metrics").text
    assert "vgpt2_unsure_total 1.0" in text
    assert 'vgpt2_agreed_total{agreed="2",of="5"} 1.0' in text
    assert 'vgpt2_answers_total{status="unsure"} 1.0' in text


def test_what_is_said_next_is_read_with_both_readings_and_neither_query(desk):
    text = desk.ask("invoices of company 1", 0, Wish()).text
    turns = [("user", "invoices of company 1"), ("assistant", text), ("user", "the second, their names")]
    body = {"messages": [{"role": role, "content": said} for role, said in turns]}
    desk.ask("the second, their names", 0, Wish(), earlier(body))
    asked = desk.model.asked[-1]
    assert f"Asked back: {NOT_SURE} 2 of 5 answers agree. Do you mean the first or the second?" in asked
    assert "SUM(InvTotal) AS Total" in asked and "Answered:" not in asked
    assert as_turn("A plan.\n```sql\nSELECT 1\n```") == "A plan.\n```sql\nSELECT 1\n```"


def test_the_chat_says_it_runs_both_and_goes_on(desk, monkeypatch, capsys):
    lines = ["invoices of company 1", "/why", "/run", "the second, their names", "/quit"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    Chat(desk, "tiny").talk()
    out = capsys.readouterr().out
    assert "guard: not sure" in out
    assert out.count("made-up rows, none of them from your database") == 2
    assert out.count("  APTH (AP invoice headers): ") == 2
    assert "Asked back" in desk.model.asked[-1]


def test_the_log_keeps_it_for_the_review(desk, sample, tmp_path):
    log = UseLog(tmp_path / "use.jsonl", sample.database.name)
    with TestClient(build_app(desk, "tiny", log=log)) as client:
        said(client, "invoices of company 1")
    found = cases(read_log(tmp_path / "use.jsonl", sample.database.name).entries, desk.retriever)
    assert "not sure: the answers do not agree" in found[0].why
    assert "1 not sure" in told(found)[0]


def test_where_one_of_them_cannot_be_made_there_is_none(desk, monkeypatch):
    listeners = []

    def fails(prompt, sampling, listener):
        listeners.append(listener)
        if sampling.temperature == 0:
            raise GenerationError(502, "gone")
        while not listener.gone:  # given up, where the first has failed
            pass
        raise GenerationError(502, "given up")

    monkeypatch.setattr(desk.model, "generate", fails)
    with pytest.raises(GenerationError, match="gone"):
        desk.ask("their names", 0, Wish())
    assert len(listeners) == 5


def test_no_attack_has_a_voice(desk, sample):
    attacks = yaml.safe_load((FIXTURES / "serving" / "attacks.yaml").read_text(encoding="utf-8"))
    texts = [text for texts in attacks["answers"].values() for text in texts]
    texts += ["```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```"]
    decided = desk.council.decide(texts, [judge(text, sample) for text in texts])
    assert (decided.index, decided.agreed, len(decided.readings)) == (len(texts) - 1, 1, 1)


def test_a_line_on_a_query_is_no_block_of_code(sample):
    sql = "SELECT Name FROM APVM WITH (NOLOCK) WHERE Name = '```sql DROP TABLE APVM ```' AND City = 'a\nb'"
    line = reads_of(sql, sample)
    assert "`" not in line and "\n" not in line
    assert not lay_out(f"1. 2 of 5: {line}").blocks


def test_more_than_there_are_cannot_agree():
    care_of = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "serve.py"))["care_of"]
    assert care_of(5, 4) == Care(5, 4)
    assert care_of(1, 0) == Care()
    for answers, sure_from in ((5, 6), (1, 1)):
        with pytest.raises(UserError, match=r"so no . can agree; give . or more"):
            care_of(answers, sure_from)
