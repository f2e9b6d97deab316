"""What `make test` installs is there: no test may pass it over where it is missing, which nobody would see."""

from __future__ import annotations

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from vgpt2.supply.locks import canonical, locked

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "tests").rglob("*.py"))


def asked_for(text: str) -> set[str]:
    """The modules whose absence a test makes something of: `importorskip("a.b")`, `find_spec("a")`."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args)
    named = {
        call.args[0].value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("importorskip", "find_spec")
        and isinstance(call.args[0], ast.Constant)
    }
    return {name.partition(".")[0] for name in named if isinstance(name, str)}


@pytest.fixture(scope="module")
def installed():
    """The modules of the packages that the locks of the chain and of its tests name."""
    names = locked([ROOT / "requirements.txt", ROOT / "requirements-test.txt"])
    return {module for module, owners in packages_distributions().items() if {*map(canonical, owners)} & names.keys()}


def test_no_test_passes_over_what_the_locks_install(installed):
    assert {"mcp", "langchain_openai", "llamafactory", "pytest"} <= installed
    passed_over = {path.name: asked_for(path.read_text(encoding="utf-8")) & installed for path in FILES}
    assert {name: modules for name, modules in passed_over.items() if modules} == {}


def test_one_that_does_is_found():
    text = 'from importlib.util import find_spec\npytest.importorskip("mcp.server")\nfind_spec("langchain_openai")\n'
    assert asked_for(text) == {"mcp", "langchain_openai"}


def test_what_tests_need_comes_in_the_versions_of_the_chain():
    """It goes into the same folder: another version would change a user's own."""
    own, more = locked([ROOT / "requirements.txt"]), locked([ROOT / "requirements-test.txt"])
    assert [name for name in own.keys() & more.keys() if not {*more[name]} <= {*own[name]}] == []
    # and what the tests of a part need in those of its users
    for extra in ("mcp", "tensorboard"):
        part = locked([ROOT / f"requirements-{extra}.txt"])
        assert [name for name in part if more.get(name) != part[name]] == []
