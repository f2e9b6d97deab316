"""One answer against the catalog: parsed, resolved and executed, never judged by keywords alone.

Seven outcomes. An answer that denies something real is a false refusal, whatever else it says. An answer that names
something that does not exist, in its SQL or its prose, is a hallucination. A refusal is right only where the catalog
(or the suite, for `no_path` and `ambiguous`) says that there is nothing to answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.asked import asks_what_is_given, demanded, respelled
from vgpt2.exam.grading.denied import asks_whether, denies_missing, denies_real, is_asked, last, names_asked
from vgpt2.exam.grading.empty_sums import with_null
from vgpt2.exam.grading.execution import Comparison, Rows, shown
from vgpt2.exam.grading.facts import missing_fact
from vgpt2.exam.grading.inventions import invented_in_prose, invented_in_sql, untrue_offer
from vgpt2.exam.grading.parameters import unasked
from vgpt2.exam.grading.query import Query
from vgpt2.exam.grading.readings import unnamed
from vgpt2.exam.model import Grade, Question
from vgpt2.records.answers.denials import hear
from vgpt2.records.answers.extract import Reading, read
from vgpt2.records.answers.mentions import Names
from vgpt2.records.facts import Fact
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.verdict import Verdict

# They join on ..., though no foreign key says so.
BUT = re.compile(r"\b(?:but|however|instead|though|still)\b", re.IGNORECASE)


class Grader:
    """Grades answers for one catalog. A context manager: it keeps two engines with different synthetic rows."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self.catalog = catalog
        self.names = Names.of(catalog)
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
        reading = read(response, known=names_asked(question))
        if (prose := respelled(question, reading.prose)) != reading.prose:
            reading.said = replace(hear(prose, names_asked(question)), stated=reading.said.stated)
        # "PREH is not in HR" is about its module.
        reading.said.denials = [
            denial for denial in reading.denials if denial.thing or denial.owner not in self.catalog.database.modules
        ]
        query = Query(check(reading.sql, self.catalog)) if reading.sql else None
        grade = self._outcome(question, reading, query)
        grade.sql = reading.sql
        grade.asks = reading.asks_back and not reading.sql and grade.outcome != "right"
        if query:
            house = (finding.rule for finding in query.verdict.findings if finding.kind == "house")
            grade.house = list(dict.fromkeys(house))
        if wants_sql:
            grade.parses = bool(query and (query.verdict.tree is not None or query.verdict.unread))
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
        denied = [denies_real(denial, question, self.catalog) for denial in reading.denials]
        if real := [text for text in denied if text]:
            return Grade("false_refusal", f"denies {real[0]}, which exists", judged="words")
        if question.gold.refuse:
            return self._refusal(question, reading, verdict)
        invented = invented_in_sql(verdict, self.catalog) or invented_in_prose(question, reading, self.names)
        if refuses := self._refuses(question, reading):
            # What is denied beside a fact that is stated is denied rightly: nothing of it exists.
            facts = self._facts(question, reading, verdict) if question.gold.facts and not invented else None
            return facts if facts and facts.right else Grade("false_refusal", refuses, judged="words")
        if invented and not (question.gold.sql and verdict and verdict.tree is None):
            return Grade("hallucinated_object", invented, judged="checker")
        return self._sql(question, reading, query) if question.gold.sql else self._facts(question, reading, verdict)

    # Refusals

    def _refuses(self, question: Question, reading: Reading) -> str:
        """In what an answer without SQL refuses a question that has an answer, or an empty string."""
        if reading.sql:
            return ""
        claims = {fact.claim for fact in question.gold.facts}
        if reading.no_path and not ("joins" in claims and BUT.search(reading.prose)):
            return "says that they cannot be joined; they can"
        asked = "missing" in claims or any(is_asked(denial, question, self.catalog) for denial in reading.denials)
        return "denies what was asked for, which exists" if reading.denials and not asked else ""

    def _refusal(self, question: Question, reading: Reading, verdict: Verdict | None) -> Grade:
        gold, said = question.gold, reading.said
        if verdict is not None:
            if invented := invented_in_sql(verdict, self.catalog):
                return Grade("hallucinated_object", f"answers with SQL: {invented}", judged="checker")
            if verdict.tree is None and not verdict.unread:
                fault = verdict.findings[0].message
                return Grade("invalid_sql", f"answers with SQL, which is none: {fault}", judged="checker")
        if invented := invented_in_prose(question, reading, self.names):
            return Grade("hallucinated_object", invented, judged="checker")
        reason = gold.reason or "missing"
        if gold.readings:
            return _asked_back(gold.readings, reading)
        refused = {
            "no_path": said.no_path and not reading.sql,
            "ambiguous": (said.asks_back and not asks_what_is_given(question, reading.prose))
            or (said.several and not reading.sql),
            "missing": any(denies_missing(denial, question, self.catalog) for denial in said.denials)
            or (said.no and not said.denials and asks_whether(question.question)),
        }[reason]
        # A reason why it cannot be answered: "Active is a flag; it cannot be added up".
        if refused or (said.impossible and not reading.sql):
            if untrue := untrue_offer(question, reading, self.catalog):
                return Grade("wrong", f"refuses rightly and {untrue}", judged="checker")
            why = "says that it does not exist" if reason == "missing" else f"says so: {reason}"
            return Grade("right_refusal", why, judged="words")
        missing = {last(name).lower() for name in gold.missing}
        if not reading.sql and missing & {word.lower() for word in re.findall(r"\w+", said.stated)}:
            return Grade("hallucinated_object", f"takes {', '.join(gold.missing)} for real", judged="words")
        why = f"does not say that {', '.join(gold.missing) or 'it'} cannot be answered ({gold.reason})"
        return Grade("wrong", why, judged="words")

    # Answers

    def _sql(self, question: Question, reading: Reading, query: Query | None) -> Grade:
        if query is None:
            if reading.said.no:
                return Grade("false_refusal", "says no to a question that has an answer", judged="words")
            return Grade("wrong", "no SQL in the answer", judged="words")
        if query.verdict.unread:
            return Grade("wrong", f"not followed here: {query.verdict.unknown_because}", judged="checker")
        if fault := query.invalid:
            return Grade("invalid_sql", f"{fault.rule}: {fault.message}", judged="checker")
        golds = [self.rows.query(gold).bound for gold in question.gold.sql]
        if given := unasked(question.question, golds, query.bound):
            return Grade("wrong", f"{given} stands where the question gives the value", judged="structure")
        found, same_form = Comparison(False, ""), False
        for gold in question.gold.sql:
            found = self.rows.compare(gold, query, question.ordered, question.gold.data, question.within)
            same_form = self.rows.query(gold).form == query.form
            if found.same:
                break
        else:
            found = self._with_empty_sums(question, query) or found
        ran = found.answer is not None and found.answer.status in ("rows", "error") and not same_form
        outcome, judged = "right" if found.same else "wrong", "rows" if ran else "structure"
        return Grade(outcome, found.why, rows=shown(found.answer), judged=judged)

    def _with_empty_sums(self, question: Question, query: Query) -> Comparison | None:
        """The comparison with a gold that gives NULL for the sum of nothing, where that says it is as good."""
        for gold in question.gold.sql:
            if other := with_null(self.rows.query(gold), question.question):
                found = self.rows.compare(other, query, question.ordered, question.gold.data, question.within)
                if found.same:
                    return found
        return None

    def _facts(self, question: Question, reading: Reading, verdict: Verdict | None) -> Grade:
        said, facts, tree = (
            reading.said,
            demanded(question, reading.said, self.names),
            verdict.tree if verdict else None,
        )
        if not asks_whether(question.question):
            said = replace(said, yes=False)
        if tree is None and reading.sql:
            # A call of a procedure names its parameters.
            said = replace(said, stated=f"{said.stated}\n{reading.sql}")
        lacks = [clause for fact in facts if (clause := missing_fact(fact, said, self.names, tree))]
        if not lacks:
            if untrue := untrue_offer(question, reading, self.catalog):
                return Grade("wrong", untrue, judged="checker")
            why = "states " + ", ".join(f"{fact.claim} of {fact.subject}" for fact in facts)
            return Grade("right", why, judged="facts")
        refused = said.no and not any(_may_be_no(fact) for fact in facts)
        return Grade("false_refusal" if refused else "wrong", lacks[0], judged="facts")


def _asked_back(readings: Sequence[Sequence[str]], reading: Reading) -> Grade:
    """The verdict on an answer to a question with two readings, which is to be asked back with both."""
    if reading.sql:
        return Grade("wrong", "answers one reading of two", judged="words")
    if not reading.asks_back:
        return Grade("wrong", "does not ask which of the two is meant", judged="words")
    if unsaid := unnamed(reading.prose, readings):
        return Grade("wrong", f"asks back without naming {unsaid[0]}", judged="words")
    return Grade("right_refusal", "asks back and names what it may mean", judged="words")


def _may_be_no(fact: Fact) -> bool:
    """Whether "no" is (part of) the right answer: a thing that is missing, a column that may be Yes or No."""
    return fact.claim == "missing" or bool(re.search(r"\bno\b", fact.value, re.IGNORECASE))
