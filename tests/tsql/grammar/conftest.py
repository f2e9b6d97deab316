"""Microsoft's own parser, where it lies beside the clone: it says what is T-SQL."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from vgpt2.tsql.grammar.recognise import Stop, recogniser

ROOT = Path(__file__).parents[3]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "tsql"

# A text: whether it is one SELECT, and nothing else.
Witness = Callable[[list[str]], list[bool]]


def beside(name: str) -> Path | None:
    """A file or folder in the folders beside the clone."""
    return next((path for depth in ("", "*/", "*/*/") for path in ROOT.parent.glob(f"{depth}{name}")), None)


@pytest.fixture(scope="session")
def batches() -> Callable[[list[str]], list[list[list[str]] | None]]:
    """Asks the parser what a text is: the statements of each of its batches, None where it is no T-SQL; skipped where
    there is no parser."""
    program = beside("tools/tsql-parser/tsql-parser")
    if program is None:
        pytest.skip("Microsoft's parser does not lie beside the clone")

    def ask(texts: list[str]) -> list[list[list[str]] | None]:
        lines = "".join(json.dumps(text) + "\n" for text in texts)
        done = subprocess.run([program], input=lines, capture_output=True, text=True, check=True)
        said = map(json.loads, done.stdout.splitlines())
        return [one["batches"] if one["valid"] else None for one in said]

    return ask


@pytest.fixture(scope="session")
def witness(batches) -> Witness:
    """Asks the parser whether a text is one SELECT and nothing else; skipped where there is none."""
    return lambda texts: [one == [["SelectStatement"]] for one in batches(texts)]


def taken(text: str) -> bool:
    """Whether the grammar takes a text."""
    return not isinstance(recogniser().read(text), Stop)


def unexplained(text: str, we_take: bool) -> bool:
    """Whether a difference has no reason in differences.yaml."""
    side = "take" if we_take else "refuse"
    return not any(entry["we"] == side and entry["pattern"].search(text) for entry in DIFFERENCES)


DIFFERENCES = yaml.safe_load((FIXTURES / "differences.yaml").read_text(encoding="utf-8"))
for _entry in DIFFERENCES:
    _entry["pattern"] = re.compile(_entry["pattern"])


@pytest.fixture(scope="session")
def queries() -> list[str]:
    """Right queries: the fixture's, and where present those of the corpora."""
    texts = [line for line in (FIXTURES / "valid.sql").read_text(encoding="utf-8").splitlines() if line[:2] != "--"]
    selects = beside("corpora/tsql-values/selects.jsonl")
    if selects is not None:
        lines = map(json.loads, selects.read_text(encoding="utf-8").splitlines())
        texts += [line["sql"] for line in lines if line["valid"] and line["batches"] == [["SelectStatement"]]]
    return [text for text in texts if len(text) < 1500]
