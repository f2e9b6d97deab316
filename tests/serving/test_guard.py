"""The guard over answers, and the endpoint around it (with a desk that needs no model)."""

from __future__ import annotations

from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.inference.prompts import Prompt
from vgpt2.serving.app import build_app
from vgpt2.serving.asked import question_of, whole_prompt
from vgpt2.serving.desk import Reply
from vgpt2.serving.guard.guard import judge
from vgpt2.serving.sure.council import Care
from vgpt2.serving.wishes import token_limit
from vgpt2.settings import load_database


def guard(answer, catalog):
    """The SQL of an answer, its status, and what is wrong with it."""
    judged = judge(answer, catalog)
    return judged.sql, judged.status, judged.findings


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """One scripted table."""
    folder: Path = tmp_path_factory.mktemp("source")
    (folder / "a.sql").write_text(
        "CREATE TABLE dbo.Vendor (VendorID int NOT NULL PRIMARY KEY, Name varchar(30));\nGO\n"
    )
    return build(folder, load_database("generic.yaml"))


def test_a_query_of_real_names_is_valid(catalog):
    sql, status, findings = guard("Vendors.\n```sql\nSELECT Name FROM Vendor\n```", catalog)
    assert (sql, status, findings) == ("SELECT Name FROM Vendor", "valid", [])


def test_an_invented_name_is_marked_with_the_nearest_real_one(catalog):
    _, status, [finding] = guard("```sql\nSELECT Name FROM Vendors\n```", catalog)
    assert status == "invalid"
    assert (finding["rule"], finding["nearest"]) == ("unknown_table", "Vendor")


def test_prose_has_no_query(catalog):
    assert guard("There is no table Vendors. The nearest is Vendor.", catalog) == ("", "none", [])


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("SELECT Name FROM Vendor\nThis returns all names.", "valid"),
        ("```sql\nSELECT Nam FROM Vendor\n```\nor\n```sql\nSELECT Name FROM Vendor\n```", "invalid"),
        ("```sql\nSELECT Name FROM Vendor\n```\nthen\n```sql\nDELETE FROM Vendor\n```", "invalid"),
        ("```sql\nSELECT Name FROM Vendor\n```\nIf you want none:\n~~~\nDROP TABLE Vendor\n~~~", "invalid"),
        ("DROP TABLE dbo.Vendor;", "invalid"),
        ("Run this:\nUPDATE Vendor SET Name = 'x'\nThat is all.", "invalid"),
        ("SELECT Name FROM Vendor;\nDELETE FROM Vendor;", "invalid"),
        ("SELECT Name FROM Vendor\n\nSELECT Nam FROM Vendor", "invalid"),
        ("DECLARE @Id int = 1;\nSELECT Name FROM Vendor WHERE VendorID = @Id", "valid"),
        ("<think>SELECT Foo FROM Bar</think>SELECT Name FROM Vendor", "valid"),
        ("Update the vendor's name, then drop me a line.", "none"),
        ("Delete from the list what you do not need.", "none"),
    ],
)
def test_the_worst_of_all_that_could_be_run_decides(catalog, answer, status):
    assert guard(answer, catalog)[1] == status


@pytest.mark.parametrize(
    ("body", "question"),
    [
        ({"messages": [{"role": "user", "content": " a "}, {"role": "assistant", "content": "b"}]}, "a"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]}, "a"),
        ({"messages": [{"role": "system", "content": "s"}]}, ""),
        ({"messages": "a"}, ""),
        ({}, ""),
    ],
)
def test_the_question_is_the_last_thing_that_the_user_said(body, question):
    assert question_of(body) == question


SYSTEM, USER = {"role": "system", "content": "s"}, {"role": "user", "content": " u\n"}


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ({"messages": [SYSTEM, USER], "vgpt2": {"prompt": "as_is"}}, Prompt("s", " u\n")),
        ({"messages": [SYSTEM, USER]}, None),
    ],
)
def test_a_prompt_is_taken_as_it_is_where_the_request_says_so(body, prompt):
    assert whole_prompt(body) == prompt


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"messages": [USER], "vgpt2": {"prompt": "as_is"}}, "one message of role 'system'"),
        ({"messages": [SYSTEM, {"role": "user", "content": None}], "vgpt2": {"prompt": "as_is"}}, "both text"),
        ({"messages": [SYSTEM, USER], "vgpt2": {"prompt": "asis"}}, "can have"),
        ({"messages": [SYSTEM, USER], "vgpt2": "as_is"}, "can have"),
    ],
)
def test_a_prompt_as_it_is_has_a_system_and_a_user_turn(body, message):
    with pytest.raises(ValueError, match=message):
        whole_prompt(body)


@pytest.mark.parametrize(
    ("body", "limit"),
    [({}, 8), ({"max_tokens": 3}, 3), ({"max_tokens": 8}, 8), ({"max_completion_tokens": 2, "max_tokens": None}, 2)],
)
def test_an_answer_is_as_long_as_asked_for_and_as_the_profile_lets_it(body, limit):
    assert token_limit(body, 8) == limit


@pytest.mark.parametrize("tokens", [-1, "4", 9])
def test_a_limit_that_cannot_be_kept_is_refused(tokens):
    with pytest.raises(ValueError, match="max_tokens"):
        token_limit({"max_tokens": tokens}, 8)


def test_the_endpoint_answers_in_the_form_of_openai():
    from fastapi.testclient import TestClient

    class Desk:
        care = Care()

        def about(self):
            return {"template_hash": "t", "fingerprint": "f", "max_new_tokens": 8}

        def ask(self, question, limit, wish, turns, listener):
            return Reply(f"about {question}", "SELECT 1", "valid", [], "Schema:", 3)

    client = TestClient(build_app(Desk(), "sample-tiny"))
    model = client.get("/v1/models").json()["data"][0]
    assert (model["id"], model["vgpt2"]["template_hash"]) == ("sample-tiny", "t")
    said = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "vendors"}]}).json()
    assert said["choices"][0]["message"]["content"] == "about vendors"
    assert said["vgpt2"]["status"] == "valid"
    for body in ({"messages": []}, {"messages": [USER], "vgpt2": {}}, {"messages": [USER], "stream": "yes"}):
        refused = client.post("/v1/chat/completions", json=body)
        assert (refused.status_code, bool(refused.json()["error"]["message"])) == (400, True)
