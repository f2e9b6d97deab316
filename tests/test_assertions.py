"""No test without an assertion: each has one of its own, or calls a helper that has one."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
FILES = sorted(TESTS.rglob("test_*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def asserts(function: ast.AST) -> bool:
    """Whether it asserts itself: `assert`, `pytest.raises(...)`, `pytest.fail(...)`, `mock.assert_called()`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, node.func.value
            of_pytest = isinstance(owner, ast.Name) and owner.id == "pytest"
            if name.startswith("assert_") or (of_pytest and name in ("raises", "warns", "fail")):
                return True
    return False


def called(function: ast.AST) -> set[str]:
    """The names of the functions that it calls."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


@cache
def functions(file: Path) -> list[Function]:
    """Every function of this file, methods too."""
    return [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, Function)]


@cache
def helpers(file: Path) -> set[str]:
    """The functions of this file that are no tests and assert something."""
    found = (function for function in functions(file) if not function.name.startswith("test_"))
    return {function.name for function in found if asserts(function)}


def without_assertion(path: Path, shared: Iterable[Path] = ()) -> list[str]:
    """The tests of a file that assert nothing, neither themselves nor in a function of this file or of `shared`."""
    known = helpers(path).union(*map(helpers, shared))
    tests = [function for function in functions(path) if function.name.startswith("test_")]
    return [test.name for test in tests if not asserts(test) and not called(test) & known]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_every_test_asserts_something(path):
    above = [folder / "conftest.py" for folder in path.parents if folder.is_relative_to(TESTS)]
    beside = [file for file in path.parent.glob("*.py") if not file.name.startswith("test_")]
    shared = {file for file in (*above, *beside) if file.exists()}
    assert without_assertion(path, shared) == []


def test_one_that_asserts_nothing_is_found(tmp_path):
    file = tmp_path / "test_it.py"
    file.write_text(
        """
def check(value):
    assert value

def prepare(value):
    return value

def through(value):
    check(value)

def test_own():
    assert 1

def test_raises():
    with pytest.raises(ValueError):
        prepare(1)

def test_helper():
    check(1)

def test_nothing():
    prepare(1)

class TestMore:
    def test_too_deep(self):
        through(1)
"""
    )
    assert without_assertion(file) == ["test_nothing", "test_too_deep"]
