"""The guard over answers, and the endpoint around it (with a desk that needs no model)."""

from __future__ import annotations

from pathlib import Path

import pytest

from vgpt2.catalog.build import build
from vgpt2.serving.app import build_app, question_of
from vgpt2.serving.desk import Reply, guard
from vgpt2.settings import load_database


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


def test_the_endpoint_answers_in_the_form_of_openai():
    from fastapi.testclient import TestClient

    class Desk:
        def about(self):
            return {"template_hash": "t", "fingerprint": "f", "max_new_tokens": 8}

        def ask(self, question, limit):
            return Reply(f"about {question}", "SELECT 1", "valid", [], "Schema:", 3)

    client = TestClient(build_app(Desk(), "sample-tiny"))
    assert client.get("/v1/models").json()["data"][0]["id"] == "sample-tiny"
    said = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "vendors"}]}).json()
    assert said["choices"][0]["message"]["content"] == "about vendors"
    assert said["vgpt2"]["status"] == "valid"
    assert client.post("/v1/chat/completions", json={"messages": []}).status_code == 400
