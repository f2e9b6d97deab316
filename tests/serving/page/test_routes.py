"""What the page asks for: its files under a strict policy, and what one SQL text is."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

import vgpt2.serving.page.routes as routes
from vgpt2.serving.app import Limits, build_app
from vgpt2.serving.examples import examples
from vgpt2.serving.guard.guard import judge

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "serving" / "sql.yaml").read_text(encoding="utf-8"))
PAGE = Path(routes.__file__).parent


@pytest.mark.parametrize("case", CASES, ids=[case["sql"][:40] for case in CASES])
def test_a_text_is_judged_and_its_tables_joins_and_rows_are_told(client, case):
    said = client.post("/v1/sql", json={"sql": case["sql"], "rows": True}).json()
    assert said["status"] == case["status"]
    assert {table["name"]: table["columns"] for table in said["tables"]} == case.get("tables", {})
    joins = [f"{join['first']}{'+' if join['left'] else '-'}{join['second']} {join['on']}" for join in said["joins"]]
    assert joins == case.get("joins", [])
    # Rows are made for what is proved, and for nothing else.
    assert ("rows" in said) == (case["status"] == "valid")
    if "rows" in said:
        rows = said["rows"]
        assert bool(rows["rows"]) == case.get("rows", False)
        assert all(len(row) == len(rows["columns"]) for row in rows["rows"])
        assert case.get("note", "") in rows["note"]


def test_rows_come_only_when_they_are_asked_for_and_not_all_at_once(client):
    sql = "SELECT APTrans FROM APTH WITH (NOLOCK) UNION ALL SELECT APTrans FROM APTH WITH (NOLOCK)"
    assert "rows" not in client.post("/v1/sql", json={"sql": sql}).json()
    rows = client.post("/v1/sql", json={"sql": sql, "rows": True}).json()["rows"]
    assert (len(rows["rows"]), rows["count"]) == (20, 80)
    assert rows["note"] == "the first 20 of 80 rows"


@pytest.mark.parametrize(
    "body", [{}, {"sql": ""}, {"sql": 1}, {"sql": "x" * 20_001}, {"sql": "SELECT 1", "rows": "yes"}]
)
def test_what_is_no_text_is_refused(client, body):
    said = client.post("/v1/sql", json=body)
    assert (said.status_code, "'sql' is a text" in said.json()["error"]["message"]) == (400, True)


def test_who_waits_too_long_is_told_to_come_again(client, monkeypatch):
    monkeypatch.setattr(routes, "MOST_WAITING", 0)
    assert client.post("/v1/sql", json={"sql": "SELECT 1"}).status_code == 429


def test_the_page_needs_no_key_and_all_that_it_asks_for_does(desk):
    with TestClient(build_app(desk, "tiny", Limits(key="k"))) as client:
        assert all(client.get(path).status_code == 200 for path in ("/", *(f"/page/{name}" for name in routes.FILES)))
        assert client.get("/v1/about").status_code == 401
        assert client.post("/v1/sql", json={"sql": "SELECT 1"}).status_code == 401
        about = client.get("/v1/about", headers={"Authorization": "Bearer k"}).json()
    assert (about["model"], about["database"], about["log"]) == ("tiny", "Viewpoint Vista", False)
    assert len(about["examples"]) == 3


@pytest.mark.parametrize("name", routes.FILES)
def test_a_file_has_its_type_and_the_policy(client, name):
    said = client.get(f"/page/{name}")
    assert said.headers["content-type"].startswith(routes.FILES[name])
    assert "script-src 'self'" in said.headers["content-security-policy"]
    assert "unsafe" not in said.headers["content-security-policy"]
    assert said.headers["x-content-type-options"] == "nosniff"


def test_no_other_file_is_served(client):
    for name in ("routes.py", "__init__.py", "..%2froutes.py", "%2e%2e/app.py"):
        assert client.get(f"/page/{name}").status_code == 404, name
    assert {path.name for path in PAGE.iterdir() if path.suffix in (".html", ".css", ".js")} == set(routes.FILES)


class _Markup(HTMLParser):
    """What a strict policy does not let a page have."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag, attrs):
        """Scripts and styles come from files, handlers from scripts."""
        self.inside = tag
        for name, value in attrs:
            elsewhere = name in ("src", "href") and re.match(r"(?:https?:)?//", value or "")
            if name.startswith("on") or name == "style" or elsewhere:
                self.bad.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        """No text in a script or style element."""
        if self.inside in ("script", "style") and data.strip():
            self.bad.append(f"{self.inside}: {data}")

    def handle_endtag(self, tag):
        """Out of it."""
        self.inside = ""


def test_nothing_stands_inline_nothing_comes_from_elsewhere_and_no_text_becomes_markup():
    markup = _Markup()
    markup.feed((PAGE / "page.html").read_text(encoding="utf-8"))
    assert markup.bad == []
    for path in PAGE.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://", text
        )
        assert found == [], path.name
        assert len(text.splitlines()) < 250, path.name
    assert "url(" not in (PAGE / "page.css").read_text(encoding="utf-8")


def test_examples_are_questions_of_this_database_and_none_where_there_is_nothing_to_ask(sample, shop, lonely):
    for catalog, least in ((sample, 3), (shop, 2), (lonely, 0)):
        found = examples(catalog)
        assert len(found) >= least
        assert found == examples(catalog)
        assert all(question.endswith((".", "?")) and "{" not in question for question in found), found
        assert all(judge(question, catalog).status in ("none", "asks") for question in found), found
