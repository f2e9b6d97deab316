"""One answer against the catalog: parsed, resolved and executed, never judged by keywords alone.

Seven outcomes. An answer that denies something real is a false refusal, whatever else it says. An answer that names
something that does not exist, in its SQL or its prose, is a hallucination. A refusal is right only where the catalog
(or the suite, for `no_path` and `ambiguous`) says that there is nothing to answer.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace

from sqlglot import exp

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.execution import Comparison, Rows, shown
from vgpt2.exam.grading.facts import missing_fact
from vgpt2.exam.grading.inventions import invented_in_prose, invented_in_sql
from vgpt2.exam.grading.mentions import Names
from vgpt2.exam.grading.query import Query
from vgpt2.exam.model import Grade, Question
from vgpt2.records.answers.extract import Denial, Reading, read
from vgpt2.records.facts import Fact
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.verdict import Verdict
from vgpt2.tsql.dialect import TsqlError, parse


WHETHER = re.compile(
    r"(?:\A|[.;:!?\n-]\s+|,\s+(?:so\s+)?|\b(?:and|but|or|so)\s+)(?:is|isn't|are|was|were|does|doesn't|do|did|has|hasn't|have|can|could|will)\b"
    r"|\bwhether\b|\bright\?|\bexist\b[^.]*\?",
    re.IGNORECASE,
)


class Grader:
    """Grades answers for one catalog. A context manager: it keeps two engines with different synthetic rows."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self.catalog = catalog
        self.names = Names(catalog)
        self.rows = Rows(catalog, seed, guarded=True)
        self._stack = ExitStack()

    def __enter__(self) -> Grader:
        self._stack.enter_context(self.rows)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def grade(self, question: Question, response: str) -> Grade:
        """The verdict on one answer; every text gets one."""
        wants_sql = bool(question.gold.sql)
        if not response.strip():
            return Grade("empty", "no answer", parses=False if wants_sql else None)
        reading = read(response, _parses)
        # "PREH is not in HR" is about its module.
        reading.said.denials = [
            denial for denial in reading.denials if denial.thing or denial.owner not in self.catalog.database.modules
        ]
        query = Query(check(reading.sql, self.catalog)) if reading.sql else None
        grade = self._outcome(question, reading, query)
        grade.sql = reading.sql
        if query:
            house = (finding.rule for finding in query.verdict.findings if finding.kind == "house")
            grade.house = list(dict.fromkeys(house))
        if wants_sql:
            grade.parses = bool(query and query.verdict.tree is not None)
            self._explain(question, query, grade)
        return grade

    def _explain(self, question: Question, query: Query | None, grade: Grade) -> None:
        """The parts that are as in the closest gold, and that gold's rows."""
        golds, closest, best = question.gold.sql, question.gold.sql[0], -1
        if query and query.form:
            for gold in golds:
                parts = self.rows.parts(gold, query)
                if sum(parts.values()) > best:
                    closest, grade.parts, best = gold, parts, sum(parts.values())
            if grade.outcome == "right":
                # Right rows are right in any form.
                grade.parts = dict.fromkeys(grade.parts, True)
            grade.parts["house"] = not grade.house
        grade.gold_rows = shown(self.rows.gold_on(closest, 0))

    def _outcome(self, question: Question, reading: Reading, query: Query | None) -> Grade:
        verdict = query.verdict if query else None
        denied = [self._denies_real(denial, question) for denial in reading.denials]
        if real := [text for text in denied if text]:
            return Grade("false_refusal", f"denies {real[0]}, which exists")
        if question.gold.refuse:
            return self._refusal(question, reading, verdict)
        if reading.no_path and not reading.sql:
            return Grade("false_refusal", "says that they cannot be joined; they can")
        claims = {fact.claim for fact in question.gold.facts}
        asked = "missing" in claims or any(self._is_asked(denial, question) for denial in reading.denials)
        if reading.denials and not reading.sql and not asked:
            return Grade("false_refusal", "denies what was asked for, which exists")
        invented = invented_in_sql(verdict, self.catalog) or invented_in_prose(question, reading, self.names)
        if question.gold.sql and not (verdict and verdict.tree is None) and invented:
            return Grade("hallucinated_object", invented)
        if question.gold.sql:
            return self._sql(question, reading, query)
        if invented:
            return Grade("hallucinated_object", invented)
        return self._facts(question, reading, verdict.tree if verdict else None)

    # Refusals

    def _denies_real(self, denial: Denial, question: Question) -> str:
        """The real object that a denial denies, or an empty string."""
        if not denial.name:
            return ""
        catalog = self.catalog
        # "APTX does not exist in Viewpoint Vista": what follows "in" need not be a table.
        said_owner = denial.owner if find_table(catalog, denial.owner) else ""
        if denial.thing != "column" and not said_owner:
            thing = find_table(catalog, denial.name) or find_program(catalog, denial.name)
            if thing:
                return f"{getattr(thing, 'kind', 'trigger')} {thing.name}"
        if denial.thing in ("table", "program"):
            return ""
        owner, _, column = denial.name.rpartition(".")
        owners = [said_owner or owner] if said_owner or owner else question.tables
        if not owners and denial.thing == "column" and column not in {_last(name) for name in question.gold.missing}:
            owners = [table.qualified for table in catalog.queryable]
        for table in owners:
            if found := find_column(catalog, f"{table}.{column}"):
                return f"column {found[1].name} of {catalog.sql_name(found[0])}"
        return ""

    def _is_asked(self, denial: Denial, question: Question) -> bool:
        """Whether a denial is of a name that the question brought in and that indeed does not exist: an answer to a
        question with a mistake in it may say so."""
        asked = [word for word in re.findall(r"\w+", question.question) if word.lower() == _last(denial.name).lower()]
        # "There is no table apth", where APTH was asked for.
        return bool(asked) and not any(find_table(self.catalog, word) for word in asked)

    def _refusal(self, question: Question, reading: Reading, verdict: Verdict | None) -> Grade:
        gold = question.gold
        missing = {_last(name).lower() for name in gold.missing}
        if verdict is not None:
            if invented := invented_in_sql(verdict, self.catalog):
                return Grade("hallucinated_object", f"answers with SQL: {invented}")
            if verdict.tree is None:
                return Grade("invalid_sql", f"answers with SQL, which is none: {verdict.findings[0].message}")
        if invented := invented_in_prose(question, reading, self.names):
            return Grade("hallucinated_object", invented)
        said = {
            "no_path": reading.no_path,
            "ambiguous": reading.asks_back,
            "missing": any(not denial.name or _last(denial.name).lower() in missing for denial in reading.denials)
            or (reading.said.no and not reading.denials and asks_whether(question.question)),
        }[gold.reason or "missing"]
        # A reason why it cannot be answered: "Active is a flag; it cannot be added up".
        said = said or (reading.said.impossible and not reading.sql)
        if said and not (gold.reason == "no_path" and reading.sql):
            return Grade(
                "right_refusal",
                "says that it does not exist" if gold.reason == "missing" else f"says so: {gold.reason}",
            )
        words = {word.lower() for word in re.findall(r"\w+", reading.said.stated)}
        if gold.reason == "missing" and not reading.sql and missing & words:
            return Grade("hallucinated_object", f"takes {', '.join(gold.missing)} for real")
        return Grade("wrong", f"does not say that {', '.join(gold.missing) or 'it'} cannot be answered ({gold.reason})")

    # Answers

    def _sql(self, question: Question, reading: Reading, query: Query | None) -> Grade:
        if query is None:
            if reading.said.no:
                return Grade("false_refusal", "says no to a question that has an answer")
            return Grade("wrong", "no SQL in the answer")
        if fault := query.invalid:
            return Grade("invalid_sql", f"{fault.rule}: {fault.message}")
        found = Comparison(False, "")
        for gold in question.gold.sql:
            found = self.rows.compare(gold, query, question.ordered)
            if found.same:
                break
        return Grade("right" if found.same else "wrong", found.why, rows=shown(found.answer))

    def _facts(self, question: Question, reading: Reading, tree: exp.Expr | None) -> Grade:
        said = reading.said
        if not asks_whether(question.question):
            said = replace(said, yes=False)
        lacks = [
            clause for fact in question.gold.facts if (clause := missing_fact(fact, said, self.names, tree))
        ]
        if not lacks:
            return Grade(
                "right", "states " + ", ".join(f"{fact.claim} of {fact.subject}" for fact in question.gold.facts)
            )
        if said.no and not any(_may_be_no(fact) for fact in question.gold.facts):
            return Grade("false_refusal", lacks[0])
        return Grade("wrong", lacks[0])


def _may_be_no(fact: Fact) -> bool:
    """Whether "no" is (part of) the right answer: a thing that is missing, a column that may be Yes or No."""
    return fact.claim == "missing" or bool(re.search(r"\bno\b", fact.value, re.IGNORECASE))


def asks_whether(question: str) -> bool:
    """Whether a question is one that "yes" or "no" answers."""
    return bool(WHETHER.search(question))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _parses(sql: str) -> bool:
    try:
        parse(sql)
    except TsqlError:
        return False
    return True
