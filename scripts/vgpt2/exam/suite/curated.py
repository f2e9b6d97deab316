"""Curated questions: the JSON file that a database's YAML names as `curated_suite`, written by hand.

The format, with an example of each kind, is in docs/curated-questions.md. Every gold is proved against the catalog and
the executor as the file is read; `build_suite.py --check` lists every fault, and what makes a gold weak.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vgpt2.catalog.lookup import find_table
from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError, did_you_mean
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import FULL, Gold, Question, check_category
from vgpt2.exam.suite.curated_file import curated_file as curated_file
from vgpt2.exam.suite.curated_golds import NotBorneOut, prove_facts, prove_refusal, prove_sql
from vgpt2.exam.tolerance import Tolerance
from vgpt2.files import read_json
from vgpt2.records.text import normalise

KEYS = ("id", "category", "question", "sql", "facts", "refuse", "ordered", "readings", "twin", "tables", "within")
# The category of a question that names none.
BY_GOLD = {"sql": "business", "facts": "schema", "refuse": "hallucination"}
ORDER_BY = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
KINDS = {"id": str, "twin": str, "ordered": bool, "readings": bool, "tables": list, "within": dict}
WORD = {str: "a text", bool: "true or false", list: "a list of tables", dict: "an object"}
FORMAT = "docs/curated-questions.md"


def read_curated(path: Path, catalog: Catalog, rows: Rows) -> list[Question]:
    """The questions of a curated file, each gold proved.

    Raises:
        UserError: the first fault in the file, with the question's id, and how many more there are.
    """
    questions, faults = collect(path, catalog, rows)
    _refuse(faults)
    return _paired(questions)


def read_borne_out(path: Path, catalog: Catalog, rows: Rows) -> tuple[list[Question], list[str]]:
    """The questions of a curated file that this database bears out; and a line for each that is left out, because its
    gold does not hold here or its twin is left out.

    Raises:
        UserError: a mistake in the file itself, as `read_curated` says it.
    """
    questions, faults, left_out = _collect(path, catalog, rows)
    _refuse(faults)
    for question in questions:
        if question.twin in left_out:
            left_out[question.id] = f"{path}: question {question.id}: its twin {question.twin} is left out"
    return _paired([question for question in questions if question.id not in left_out]), list(left_out.values())


def _refuse(faults: list[str]) -> None:
    if faults:
        more = f" ({len(faults) - 1} more; build_suite.py --check lists them)" if len(faults) > 1 else ""
        raise UserError(faults[0] + more)


def _paired(questions: list[Question]) -> list[Question]:
    by_id = {question.id: question for question in questions}
    return [_with_tables(question, by_id.get(question.twin)) for question in questions]


def collect(path: Path, catalog: Catalog, rows: Rows) -> tuple[list[Question], list[str]]:
    """The questions of a curated file that hold, and a line for each fault, what this database does not bear out too.

    Raises:
        UserError: the file holds no list of questions.
    """
    questions, faults, left_out = _collect(path, catalog, rows)
    return questions, [*left_out.values(), *faults]


def read_own(path: Path, catalog: Catalog, rows: Rows) -> tuple[list[Question], dict[str, str]]:
    """The questions of a file that is asked alone, whatever their number, and a line by id for each that this database
    does not bear out. House rules do not bind them, a category is told by the gold where none is given, and a twin that
    is left out is no longer one.

    Raises:
        UserError: a mistake in the file itself, as `read_curated` says it.
    """
    questions, faults, left_out = _collect(path, catalog, rows, own=True)
    _refuse(faults)
    kept = [question for question in questions if question.id not in left_out]
    ids = {question.id for question in kept}
    return _paired([question if question.twin in ids else replace(question, twin="") for question in kept]), left_out


def _collect(
    path: Path, catalog: Catalog, rows: Rows, own: bool = False
) -> tuple[list[Question], list[str], dict[str, str]]:
    values = read_json(path)
    if not isinstance(values, list) or not values:
        raise UserError(f"{path}: expected a list of questions; see {FORMAT}")
    questions: list[Question] = []
    faults: list[str] = []
    left_out: dict[str, str] = {}
    ids = [_identity(value, number) for number, value in enumerate(values, 1)]
    for identity, value in zip(ids, values, strict=True):
        try:
            questions.append(_question(value, identity, f"{path}: question {identity}", catalog, rows, own))
        except NotBorneOut as error:
            left_out[identity] = error.message
        except UserError as error:
            faults.append(error.message)
    faults += [f"{path}: the id {key!r} occurs twice; every question needs its own" for key in _twice(ids)]
    faults += [f"{path}: question {fault}" for fault in (*_repeated(questions), *_unpaired(questions, set(ids)))]
    for category, wanted in FULL.items() if not own else ():
        count = sum(question.category == category for question in questions)
        if count > wanted:
            faults.append(f"{path}: {count} questions of {category}; the suite has room for {wanted}")
    return questions, faults, left_out


def _with_tables(question: Question, twin: Question | None) -> Question:
    """What does not exist has no table: a refused question is about those of its twin, so that both show one schema."""
    return question if question.tables or twin is None else replace(question, tables=twin.tables)


def _identity(value: object, number: int) -> str:
    given = value.get("id") if isinstance(value, dict) else None
    return str(given or f"curated-{number:03}")


def _twice(items: list[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def _repeated(questions: list[Question]) -> Iterator[str]:
    """Questions that are the same but for case, spacing and punctuation at the ends."""
    first: dict[str, Question] = {}
    for question in questions:
        same = first.setdefault(normalise(question.question), question)
        if same is not question and same.id != question.id:
            yield f"{question.id}: asks the same as {same.id}"


def _unpaired(questions: list[Question], ids: set[str]) -> Iterator[str]:
    """Twins that are not there, do not point back, or have the same kind of answer."""
    by_id = {question.id: question for question in questions}
    for question in questions:
        if question.twin and question.twin not in ids:
            yield f"{question.id}: no question has the id {question.twin!r} of its twin"
            continue
        twin = by_id.get(question.twin)
        if twin and twin.twin != question.id:
            yield f"{question.id}: its twin {twin.id} does not name it as its twin"
        elif twin and twin.gold.refuse == question.gold.refuse and question.id < twin.id:
            how = "refused" if twin.gold.refuse else "answered"
            yield f"{question.id}: it and its twin {twin.id} are both {how}; one of twins is refused, one answered"


def _question(value: object, identity: str, where: str, catalog: Catalog, rows: Rows, own: bool = False) -> Question:
    if not isinstance(value, dict):
        raise UserError(f"{where}: expected an object")
    for key in value:
        if key not in KEYS:
            raise UserError(f"{where}: unknown key '{key}'{did_you_mean(key, KEYS)}")
    if own and "category" not in value:
        value = {"category": next((BY_GOLD[key] for key in BY_GOLD if key in value), "business"), **value}
    for key in ("category", "question"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise UserError(f"{where}: '{key}' is missing or empty")
    check_category(value["category"], where)
    if sum(key in value for key in ("sql", "facts", "refuse")) != 1:
        raise UserError(f"{where}: give exactly one of 'sql', 'facts' and 'refuse'")
    for key, kind in (
        ("id", str),
        ("twin", str),
        ("ordered", bool),
        ("readings", bool),
        ("tables", list),
        ("within", dict),
    ):
        if key in value and not isinstance(value[key], kind):
            raise UserError(f"{where}: '{key}' should be {WORD[kind]}")
    gold, tables = _gold(value, where, catalog, rows, own)
    named = [(name, find_table(catalog, str(name))) for name in value.get("tables", ())]
    if unknown := [name for name, table in named if table is None]:
        raise NotBorneOut(f"{where}: 'tables' names {unknown[0]!r}, which the catalog does not have")
    return Question(
        id=identity,
        category=value["category"],
        question=value["question"],
        gold=gold,
        tables=tuple(table.qualified for _, table in named if table) or tables,
        ordered=bool(value.get("ordered", False)),
        twin=value.get("twin", ""),
        within=_within(value.get("within", {}), where),
        kind="curated",
        intent="curated",
        family=f"curated/{identity}",
        wording=f"curated/{identity}",
    )


def _within(value: dict, where: str) -> Tolerance:
    kinds: dict[str, type] = {"places": int, "percent": bool, "months": bool}
    for key, item in value.items():
        if key not in kinds:
            raise UserError(f"{where}: unknown key 'within.{key}'{did_you_mean(key, kinds)}")
        if type(item) is not kinds[key]:
            raise UserError(f"{where}: 'within.{key}' should be {'a number' if key == 'places' else 'true or false'}")
    return Tolerance(**value)


def _gold(value: dict, where: str, catalog: Catalog, rows: Rows, own: bool) -> tuple[Gold, tuple[str, ...]]:
    if "sql" in value:
        queries = [value["sql"]] if isinstance(value["sql"], str) else value["sql"]
        if not isinstance(queries, list) or not queries or not all(isinstance(sql, str) for sql in queries):
            raise UserError(f"{where}: 'sql' should be a query or a list of queries")
        if value.get("ordered") and not all(ORDER_BY.search(sql) for sql in queries):
            raise UserError(f"{where}: 'ordered', but a gold has no ORDER BY")
        return prove_sql(tuple(queries), where, rows, bool(value.get("readings")), own)
    if "facts" in value:
        return prove_facts(value["facts"], where, catalog)
    return prove_refusal(value["refuse"], where, catalog)
