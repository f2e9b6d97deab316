"""run_pipeline.ps1 is parsed, not run: the same steps as make, in a dialect that 5.1 and 7 share."""

from __future__ import annotations

import shlex
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "run_pipeline.ps1").read_bytes()


@cache
def tree():
    """The parsed script."""
    import tree_sitter
    import tree_sitter_powershell

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language())).parse(TEXT).root_node


def nodes(node):
    """A node and all below it."""
    yield node
    for child in node.children:
        yield from nodes(child)


def steps() -> list[dict[str, str]]:
    """The literal table `$Steps`, row by row."""
    table = next(n for n in nodes(tree()) if n.type == "assignment_expression" and n.text.startswith(b"$Steps ="))
    rows = []
    for literal in (n for n in nodes(table) if n.type == "hash_literal_expression"):
        entries = [n for n in nodes(literal) if n.type == "hash_entry"]
        pairs = [entry.text.decode().split("=", 1) for entry in entries]
        rows.append({key.strip(): value.strip(" ;'") for key, value in pairs})
    return rows


def test_it_parses_and_is_ascii():
    assert not tree().has_error
    assert TEXT.isascii()


def test_it_uses_nothing_that_only_version_7_has():
    for operator in ("&&", "||", "??", "?:"):
        assert operator not in {n.type for n in nodes(tree())}
        assert operator.encode() not in TEXT
    assert b"2>" not in TEXT
    assert TEXT.startswith(b"#Requires -Version 5.1")


@pytest.fixture(scope="module")
def filled() -> dict[str, str]:
    """What stands for the names in braces."""
    return {
        "Run": "RUNS/r",
        "Suite": "RUNS/r/suite/quick.jsonl",
        "Curated": "",
        "ScriptsOption": "",
        "UnreadOption": "",
        "ChooseOption": "",
        "TeacherOption": "",
        "ExtraOption": "",
        "ExtraFiles": "",
    }


def fill(text: str, names: dict[str, str]) -> list[str]:
    """Words of the table, names replaced."""
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return text.split()


def test_its_steps_are_those_of_make_in_order_with_the_same_arguments(chain, filled):
    chain.make("all")
    made = [shlex.split(line.replace(str(chain.run), "RUNS/r")) for line in chain.log.read_text().splitlines()]
    names = {**filled, "Source": chain.variables["SOURCE"], "Database": chain.variables["DATABASE"]}
    assert [[row["Script"], *fill(row["Arguments"], names)] for row in steps()] == made


def test_its_inputs_and_needs_are_the_prerequisites_of_make(made, filled):
    database = made.make("-pnq", "all").stdout.replace(str(made.run), "RUNS/r")
    rules = {}
    for line in database.splitlines():
        targets, colon, needed = line.partition(": ")
        if colon and targets.startswith("RUNS/r/") and "=" not in targets:
            aged, _, existing = needed.partition("|")
            for target in targets.removesuffix(" &").split():
                rules[target] = (set(aged.split()), set(existing.split()))
    names = {**filled, "Source": made.variables["SOURCE"], "Database": made.variables["DATABASE"]}
    for row in steps():
        for output in fill(row["Outputs"], names):
            assert rules[output] == (set(fill(row["Inputs"], names)), set(fill(row["Needs"], names))), output


def test_every_input_is_made_by_an_earlier_step(filled):
    there = {"RUNS/r/settings.json", "RUNS/r/source.stamp", "{Database}"}
    for row in steps():
        assert set(fill(row["Inputs"] + " " + row["Needs"], filled)) <= there
        there |= set(fill(row["Outputs"], filled))


def test_a_mistake_is_one_line_and_an_exit_code():
    tried = [n for n in nodes(tree()) if n.type == "try_statement" and n.parent.parent == tree()]
    assert len(tried) == 1
    assert tree().children[-1].children[-1] == tried[0]
    caught = tried[0].text[tried[0].text.rindex(b"catch {") :]
    assert b'[Console]::Error.WriteLine("error: $($_.Exception.Message)")' in caught
    assert b"exit $script:ExitCode" in caught


def test_the_messages_of_the_four_gates_are_there():
    for message in (b"Missing input", b"Missing output", b"Out-of-date output", b"Up to date"):
        assert message in TEXT
