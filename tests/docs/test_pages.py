"""The pages: every path, function and anchor that they name is there, and their examples are as they say."""

import ast
import importlib
import json
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import Question
from vgpt2.records.prompt import fenced
from vgpt2.settings import read_yaml
from vgpt2.tsql.check.check import check

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# Pages that name files of the code; the others name files of runs and of users.
OF_THE_CODE = ["CONTRIBUTING.md", "docs/architecture.md", "docs/reference/README.md"]
# Where a path of a page may begin.
BEGINNINGS = (ROOT, ROOT / "scripts" / "vgpt2", ROOT / "docs" / "reference")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?(?:::[\w.]+)?")


def code_spans(text):
    """What stands in backticks, outside of fenced blocks; with line breaks made good."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()) for span in re.findall(r"(?<!`)`([^`]+)`(?!`)", text)]


def is_path(span):
    """Whether a span names a file or a folder of this project: not one of a run, no pattern, no command."""
    name = span.partition("::")[0]
    # JSON without a folder is a run's: settings.json.
    known = Path(name).suffix in (".py", ".md", ".toml", ".yaml", ".txt", ".sql", ".sh")
    return bool(PATH.fullmatch(span)) and ("/" in name or known) and not name.startswith("runs/")


def fault(span):
    """What is wrong with a path, a function behind `::`, or a dotted name of the library; empty: nothing."""
    if re.fullmatch(r"vgpt2(\.\w+)+", span):
        return "" if resolves(span) else f"{span}: no such module or name"
    if not is_path(span):
        return ""
    name, _, symbol = span.partition("::")
    file = next((start / name for start in BEGINNINGS if (start / name).exists()), None)
    if file is None:
        return f"{span}: no such file"
    return "" if not symbol or symbol.partition(".")[0] in names_in(file) else f"{span}: no such name in {name}"


def resolves(dotted):
    """Whether this is a module of the library, or a name in one."""
    module, _, name = dotted.rpartition(".")
    try:
        return hasattr(importlib.import_module(module), name) or bool(importlib.import_module(dotted))
    except ImportError:
        return False


@cache
def names_in(file):
    """The functions, classes, constants and imported names at the top of a file."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)} | {getattr(node, "name", "")}
        if isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
    return found


def anchors(text):
    """The anchors that GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def under(heading, text=ARCHITECTURE):
    """A section of the page on architecture."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("page", OF_THE_CODE)
def test_every_path_and_name_in_it_is_there(page):
    spans = code_spans((ROOT / page).read_text(encoding="utf-8"))
    assert sum(is_path(span) or span.startswith("vgpt2.") for span in spans) >= 3
    assert [found for found in map(fault, spans) if found] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if not link.startswith(("http://", "https://")):
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("exam/nowhere.py", "exam/nowhere.py: no such file"),
        ("exam/ask.py::answer_them", "exam/ask.py::answer_them: no such name in exam/ask.py"),
        ("vgpt2.exam.model.Questions", "vgpt2.exam.model.Questions: no such module or name"),
        ("tests/synthesis/nowhere/", "tests/synthesis/nowhere/: no such file"),
    ],
)
def test_what_is_not_there_is_found(span, said):
    assert fault(span) == said


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md", "docs/reference/README.md"])
def test_the_readme_links_the_pages(name):
    assert f"]({name})" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_page_is_in_the_site_and_on_its_first_page():
    site = (ROOT / "automation" / "tools" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert set(re.findall(r"^ +- ([\w/-]+\.md)$", site, re.MULTILINE)) == pages
    linked = re.findall(r"\]\(([\w/-]+\.md)\)", (ROOT / "docs" / "README.md").read_text(encoding="utf-8"))
    assert set(linked) | {"README.md"} == pages


def test_every_target_of_make_that_they_name_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in OF_THE_CODE:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert set(re.findall(r"(?:`|^)make ([a-z][a-z-]+)\b", text, re.MULTILINE)) <= targets, page


def test_the_shares_that_the_page_on_the_data_gives_are_those_of_the_defaults():
    text = (ROOT / "docs" / "why-the-data.md").read_text(encoding="utf-8")
    said = re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)` \(([\d.]+)\)", text)
    assert len(said) >= 8
    for key, value in said:
        given = read_yaml(ROOT / "automation" / "configs" / "profiles" / "_defaults.yaml")
        for name in key.split("."):
            given = given[name]
        assert given == float(value), key


# ---- The picture ---------------------------------------------------------------------------------------------------


def test_its_layers_are_those_of_the_contract_in_the_same_order():
    with (ROOT / "pyproject.toml").open("rb") as handle:
        contracts = tomllib.load(handle)["tool"]["importlinter"]["contracts"]
    (wanted,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    arrows = re.findall(r"^ +(.+) --> (.+)$", ARCHITECTURE, re.MULTILINE)
    drawn = [arrows[0][0], *(below for _, below in arrows)]
    assert [above for above, _ in arrows] == drawn[:-1]
    assert [layer.split(" & ") for layer in drawn] == [layer.split(" : ") for layer in wanted]


def test_every_room_is_in_its_table_and_says_what_it_holds():
    library = ROOT / "scripts" / "vgpt2"
    rows = dict(re.findall(r"^\| `([\w/.]+)` \| (.*) \|$", ARCHITECTURE, re.MULTILINE))
    folders = {f"{path.parent.relative_to(library)}/" for path in library.rglob("__init__.py")} - {"./"}
    assert set(rows) == folders | {path.name for path in library.glob("*.py")} - {"__init__.py"}
    assert all(len(text) > 10 for text in rows.values())


# ---- The examples --------------------------------------------------------------------------------------------------


def blocks(text):
    """The JSON blocks of a section."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]


def test_the_record_is_one_that_the_catalog_proves(sample):
    (row,) = blocks(under("One training record"))
    assert list(row) == ["id", "instruction", "input", "output", "system"]
    (sql,) = re.findall(r"```sql\n(.*)\n```", row["output"])
    assert check(sql, sample).clean
    named = re.findall(r"^(\w+)\(", row["input"], re.MULTILINE)
    assert named == ["GLBD", "GLFP"] and all(sample.find(name) for name in named)


def test_the_answers_have_the_outcomes_that_the_page_gives_them(sample):
    section = under("One exam question")
    (row,) = blocks(section)
    question = Question.from_json(row)
    given = re.findall(r"^\| `(.+)` \| (\w+) \|$", section, re.MULTILINE)
    assert len({outcome for _, outcome in given}) == len(given) == 5
    with Grader(sample) as grader:
        graded = [
            (text, grader.grade(question, fenced(text) if text.startswith("SELECT") else text).outcome)
            for text, _ in given
        ]
    assert graded == given
