"""Catalog and guard as tools, and the same through the official SDK's own client."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anyio
import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError, validate
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.memory import create_connected_server_and_client_session
from tests.serving.page.served import GivenDesk
from tests.serving.servers import Said, listening, write_run

from vgpt2.catalog.store import save
from vgpt2.serving.mcp_server import build_server
from vgpt2.serving.tools import TOOLS, Tools, input_schema

ROOT = Path(__file__).parents[2]
ANSWERS = ROOT / "tests" / "fixtures" / "serving" / "page.yaml"
HELD = "Which invoices of company 1 are on hold, by vendor?"


@pytest.fixture(scope="module")
def tools(sample):
    answers = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))
    made = Tools(sample, lambda: GivenDesk(sample, answers))
    yield made
    made.close()


def test_tables_of_a_question_are_found_with_their_schema(tools):
    found = tools.call("find_tables", {"question": "vendor invoices on hold", "count": 4})
    assert "APTH" in found["tables"]
    assert len(found["tables"]) <= 4
    assert found["schema"].startswith("Schema:\nAP")
    assert tools.call("find_tables", {"question": "zzz"}) == {"tables": [], "schema": ""}


def test_a_table_is_described_and_one_that_is_not_there_answered_with_the_nearest(tools):
    assert "VendorGroup" in tools.call("describe", {"name": "apvm"})["text"]
    assert "near are APVM" in tools.call("describe", {"name": "APVMM"})["text"]


def test_a_text_is_checked_and_rows_are_made_for_what_is_proved(tools):
    sql = "SELECT Vendor, Name FROM APVM WITH (NOLOCK) WHERE VendorGroup = 1"
    said = tools.call("check_sql", {"sql": sql, "rows": True})
    assert (said["status"], said["tables"][0]["name"], said["rows"]["columns"]) == ("valid", "APVM", ("Vendor", "Name"))
    said = tools.call("check_sql", {"sql": "DELETE FROM APVM", "rows": True})
    assert (said["status"], "rows" in said) == ("invalid", False)


def test_the_model_answers_behind_the_guard_and_without_one_there_is_no_such_tool(tools, sample):
    assert tools.call("ask", {"question": HELD})["status"] == "valid"
    assert "could be proved" in tools.call("ask", {"question": "nicknames"})["text"]
    alone = Tools(sample)
    assert alone.names == ["find_tables", "describe", "check_sql"]
    with pytest.raises(ValueError, match="no tool 'ask'"):
        alone.call("ask", {"question": HELD})


@pytest.mark.parametrize("name", TOOLS)
def test_arguments_have_a_schema_that_refuses_others(name):
    Draft202012Validator.check_schema(input_schema(name))
    for bad in ({}, {"x": 1}, {"question": "", "sql": "", "name": ""}):
        with pytest.raises(ValidationError):
            validate(bad, input_schema(name))


def test_without_the_package_one_line_says_what_to_install(sample, tmp_path):
    save(sample, tmp_path / "catalog.json")
    script = [sys.executable, str(ROOT / "scripts" / "serve_mcp.py"), "--catalog", str(tmp_path / "catalog.json")]
    missing = {"PYTHONPATH": str(tmp_path), "PATH": ""}
    # A package of that name that cannot be found: the first on the path says so to whoever looks for it.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'mcp' else find(name, *rest)\n"
    )
    done = subprocess.run(script, capture_output=True, text=True, env=missing, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install --require-hashes -r requirements-mcp.txt" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_upstream_of_make_mcp_answers_behind_the_guard(sample, tmp_path):
    """As the assistant starts it, without a model of its own; one that cannot be reached is an error and no end."""
    write_run(tmp_path, sample)
    files = ["--catalog", str(tmp_path / "catalog.json"), "--settings", str(tmp_path / "settings.json")]

    async def asked(url):
        script = [str(ROOT / "scripts" / "serve_mcp.py"), *files, "--upstream", url]
        server = StdioServerParameters(command=sys.executable, args=script)
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            return names, await session.call_tool("ask", {"question": "Which vendors are there?"})

    said = Said({"pieces": ["```sql\nSELECT Name ", "FROM APVM WITH (NOLOCK)\n```"]})
    with listening(said.app) as url:
        names, answer = anyio.run(asked, f"{url}#vista")
    assert names == list(TOOLS)
    assert answer.structuredContent["status"] == "valid"
    assert (said.asked[0]["model"], "APVM" in str(said.asked[0]["messages"])) == ("vista", True)
    _, answer = anyio.run(asked, "http://127.0.0.1:9/v1#vista")
    assert answer.isError and "cannot be reached" in answer.content[0].text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--upstream", "gpu-box:8000"], "--settings belongs to --model or --upstream"),
        (["--upstream", "gpu-box:8000", "--settings", "catalog.json"], "no address; give one as http://"),
        (["--model", "none", "--settings", "catalog.json"], "no model yet"),
        (["--settings", "catalog.json"], "--settings belongs to --model or --upstream"),
    ],
)
def test_what_cannot_be_asked_is_said_at_once(sample, tmp_path, words, says):
    save(sample, tmp_path / "catalog.json")
    script = [sys.executable, str(ROOT / "scripts" / "serve_mcp.py"), "--catalog", "catalog.json", *words]
    done = subprocess.run(script, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert (done.returncode, done.stdout, says in done.stderr) == (2, "", True), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_sdks_client_uses_the_tools_over_standard_input_and_output(sample, tmp_path):
    save(sample, tmp_path / "catalog.json")
    script = [str(ROOT / "scripts" / "serve_mcp.py"), "--catalog", str(tmp_path / "catalog.json")]

    async def run():
        server = StdioServerParameters(command=sys.executable, args=script)
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            about = await session.initialize()
            listed = await session.list_tools()
            found = await session.call_tool("find_tables", {"question": "vendor invoices on hold"})
            checked = await session.call_tool("check_sql", {"sql": "SELECT Nam FROM APVM"})
            bad = await session.call_tool("check_sql", {"sql": 1})
            other = await session.call_tool("ask", {"question": HELD})
            return about, listed, found, checked, bad, other

    about, listed, found, checked, bad, other = anyio.run(run)
    assert "Viewpoint Vista" in about.instructions
    assert [tool.name for tool in listed.tools] == ["find_tables", "describe", "check_sql"]
    assert all(tool.annotations.readOnlyHint for tool in listed.tools)
    assert "APTH" in found.structuredContent["tables"]
    assert checked.structuredContent["findings"][0]["nearest"] == "Name"
    assert (bad.isError, other.isError) == (True, True)


def test_the_sdks_client_asks_the_model(tools):
    async def run():
        async with create_connected_server_and_client_session(build_server(tools)) as session:
            return await session.call_tool("ask", {"question": HELD})

    answered = anyio.run(run)
    assert answered.structuredContent["status"] == "valid"
    assert "SELECT APTH.APTrans" in answered.structuredContent["text"]
