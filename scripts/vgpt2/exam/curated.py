"""Curated questions: the JSON file that a database's YAML names as `curated_suite`, written by hand.

A list of objects; one for each question:

    {"id": "ap-open", "category": "business", "question": "whats still open for vendor 12 in co 1?",
     "sql": "SELECT ...", "ordered": false}
    {"category": "schema", "question": "key of APTH?",
     "facts": [{"claim": "key", "subject": "APTH", "value": "APCo, Mth, APTrans"}]}
    {"category": "hallucination", "question": "...", "refuse": {"reason": "missing", "missing": ["APTX"]}}

`category`: schema, sql, hallucination, join, error_correction or business. Exactly one of `sql` (a query or a list of
queries, any of which is right), `facts` (claims of `records.facts.prove`, all of which must be stated) and `refuse`
(`reason`: missing, no_path or ambiguous; `missing`: the names that do not exist). Optional: `id` (unique), `ordered`
(the order of rows counts), `twin` (the id of the twin), `tables` (needed tables; with `sql` they are read from it).
Every gold is proved against the catalog when the suite is built.
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.catalog.lookup import exists, find_column, find_program, find_table
from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError, did_you_mean
from vgpt2.exam.execution import Rows
from vgpt2.exam.model import REASONS, Gold, Question, check_category
from vgpt2.files import read_json
from vgpt2.records.facts import Fact, prove

KEYS = ("id", "category", "question", "sql", "facts", "refuse", "ordered", "twin", "tables")


def read_curated(path: Path, catalog: Catalog, rows: Rows) -> list[Question]:
    """The questions of a curated file, each gold proved.

    Raises:
        UserError: a fault in the file, or a gold that does not hold; with the question's id.
    """
    values = read_json(path)
    if not isinstance(values, list) or not values:
        raise UserError(f"{path}: expected a list of questions; see the head of scripts/vgpt2/exam/curated.py")
    questions: list[Question] = []
    for number, value in enumerate(values, 1):
        where = f"{path}: question {value.get('id', number) if isinstance(value, dict) else number}"
        questions.append(_question(value, number, where, catalog, rows))
    ids = [question.id for question in questions]
    twice = next((item for item in ids if ids.count(item) > 1), None)
    if twice:
        raise UserError(f"{path}: the id {twice!r} occurs twice; every question needs its own")
    lost = next((question for question in questions if question.twin and question.twin not in ids), None)
    if lost:
        raise UserError(f"{path}: question {lost.id}: no question has the id {lost.twin!r} of its twin")
    return questions


def _question(value: object, number: int, where: str, catalog: Catalog, rows: Rows) -> Question:
    if not isinstance(value, dict):
        raise UserError(f"{where}: expected an object")
    for key in value:
        if key not in KEYS:
            raise UserError(f"{where}: unknown key '{key}'{did_you_mean(key, KEYS)}")
    for key in ("category", "question"):
        if not isinstance(value.get(key), str) or not value[key].strip():
            raise UserError(f"{where}: '{key}' is missing or empty")
    check_category(value["category"], where)
    if sum(key in value for key in ("sql", "facts", "refuse")) != 1:
        raise UserError(f"{where}: give exactly one of 'sql', 'facts' and 'refuse'")
    identity = value.get("id") or f"curated-{number:03}"
    gold, tables = _gold(value, where, catalog, rows)
    return Question(
        id=identity,
        category=value["category"],
        question=value["question"],
        gold=gold,
        tables=tuple(value.get("tables", ())) or tables,
        ordered=bool(value.get("ordered", False)),
        twin=value.get("twin", ""),
        kind="curated",
        intent="curated",
        family=f"curated/{identity}",
        wording=f"curated/{identity}",
    )


def _gold(value: dict, where: str, catalog: Catalog, rows: Rows) -> tuple[Gold, tuple[str, ...]]:
    if "sql" in value:
        queries = tuple([value["sql"]] if isinstance(value["sql"], str) else value["sql"])
        return prove_sql(queries, where, catalog, rows)
    if "facts" in value:
        try:
            facts = tuple(Fact(**fact) for fact in value["facts"])
        except TypeError:
            raise UserError(f"{where}: a fact has 'claim', 'subject' and 'value'") from None
        for fact in facts:
            if not prove(fact, catalog):
                raise UserError(
                    f"{where}: the catalog does not bear out {fact.claim} of {fact.subject} = {fact.value!r}"
                )
        tables = [found.qualified for fact in facts for found in _tables_of(fact, catalog)]
        answer = "; ".join(f"{fact.claim} of {fact.subject}: {fact.value or 'yes'}" for fact in facts)
        return Gold(facts=facts, answer=answer), tuple(dict.fromkeys(tables))
    refuse = value["refuse"] if isinstance(value["refuse"], dict) else {}
    reason, missing = refuse.get("reason", "missing"), tuple(refuse.get("missing", ()))
    if reason not in REASONS:
        raise UserError(f"{where}: unknown reason {reason!r}{did_you_mean(str(reason), REASONS)}")
    if reason == "missing" and not missing:
        raise UserError(f"{where}: 'missing' names what does not exist")
    if real := next((name for name in missing if exists(catalog, name)), None):
        raise UserError(f"{where}: {real} does exist, so refusing would be wrong")
    answer = f"{', '.join(missing)} does not exist" if missing else reason
    return Gold(refuse=True, reason=reason, missing=missing, answer=answer), ()


def _tables_of(fact: Fact, catalog: Catalog) -> list:
    if fact.claim == "joins":
        found = [find_table(catalog, part) for part in fact.subject.split("+")]
    elif find_program(catalog, fact.subject):
        found = []
    else:
        column = find_column(catalog, fact.subject)
        found = [column[0] if column else find_table(catalog, fact.subject)]
    return [table for table in found if table]


def prove_sql(queries: tuple[str, ...], where: str, catalog: Catalog, rows: Rows) -> tuple[Gold, tuple[str, ...]]:
    """Gold queries as a gold, with the tables of the first: each is clean, and all return the same rows.

    Raises:
        UserError: a query is not clean, or not the same as the first one.
    """
    from vgpt2.tsql.check import check

    tables: tuple[str, ...] = ()
    for sql in queries:
        verdict = check(sql, catalog)
        if not verdict.clean:
            fault = verdict.findings[0].message if verdict.findings else verdict.unknown_because
            raise UserError(f"{where}: its SQL is not clean: {fault}")
        tables = tables or verdict.tables
    executable = rows.executable(queries[0])
    for other in queries[1:] if executable else ():
        same, why = rows.compare(queries[0], other, False)
        if not same:
            raise UserError(f"{where}: its golds differ: {why}")
    return Gold(sql=queries, executable=executable, answer=queries[0]), tables
