"""Whether a curated file is a good exam: every fault in it, and every gold that does not tell right from wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import CATEGORIES, Question
from vgpt2.exam.suite.curated import collect
from vgpt2.exam.suite.curated_golds import broken_rules
from vgpt2.exam.suite.shaping import Shaped, with_data
from vgpt2.records.answers.extract import last_sql


@dataclass(slots=True)
class Checked:
    """What a check found. `faults` and `warnings` are lines that name file and question.

    `golds` counts queries, `run` those that run on the synthetic rows, `both` those that return rows, and not only NULL
    and 0, on both data sets.
    """

    questions: list[Question]
    faults: list[str]
    warnings: list[str] = field(default_factory=list)
    golds: int = 0
    run: int = 0
    both: int = 0

    def figures(self) -> str:
        """The closing line."""
        counts = Counter(question.category for question in self.questions)
        named = ", ".join(f"{name} {counts[name]}" for name in CATEGORIES if counts[name])
        found = ", ".join(
            _count(len(lines), word) for lines, word in ((self.faults, "fault"), (self.warnings, "warning"))
        )
        golds = _count(self.golds, "gold query", "gold queries")
        return (
            f"{_count(len(self.questions), 'sound question')} ({named or 'none'}), {golds}: "
            f"{self.run} run, {self.both} return rows on both data sets; {found}"
        )


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def check_curated(path: Path, catalog: Catalog) -> Checked:
    """Prove every gold of a curated file, and look for golds that are right by luck.

    Raises:
        UserError: the file holds no list of questions.
    """
    with Grader(catalog) as grader:
        found = Checked(*collect(path, catalog, grader.rows))
        for question in found.questions:
            where = f"{path}: question {question.id}"
            found.faults += [f"{where}: {fault}" for fault in graded_wrong(question, grader)]
            found.warnings += [f"{where}: {warning}" for warning in weak(question, grader.rows)]
            results = [grader.rows.gold(sql) for sql in question.gold.sql]
            found.golds += len(results)
            found.run += sum(all(result.status == "rows" for result in pair) for pair in results)
            found.both += sum(all(result.says_something for result in pair) for pair in results)
    return found


def reference_answers(question: Question) -> list[str]:
    """Answers that are right by definition: each gold query in its fence, or the gold's own words."""
    return [_fenced(sql) for sql in question.gold.sql] or [question.gold.answer]


def _fenced(sql: str) -> str:
    return f"```sql\n{sql}\n```"


def graded_wrong(question: Question, grader: Grader) -> Iterator[str]:
    """Where the grader and the file disagree: a gold that is not right, a query to be mended that is."""
    pasted = last_sql(question.question) if question.category == "error_correction" else ""
    if pasted and grader.grade(question, _fenced(pasted)).right:
        yield "the query that is to be mended is as good as its gold"
    for number, answer in enumerate(reference_answers(question), 1):
        grade = grader.grade(question, answer)
        if not grade.right:
            yield f"its own answer {number} is graded {grade.outcome}: {grade.why}"


def weak(question: Question, rows: Rows, shaped: Shaped | None = None) -> Iterator[str]:
    """What makes a question a bad judge of answers, a clause each; `shaped`: its data sets, where they were made."""
    gold = question.gold
    if question.category == "hallucination" and not question.twin:
        yield "has no twin; a question about what does not exist needs one in the same words about what does"
    if gold.refuse and gold.reason != "missing" and not question.tables:
        yield f"nothing proves its {gold.reason}; name in 'between' what it is about"
    for number, sql in enumerate(gold.sql, 1):
        which = f"gold {number}" if len(gold.sql) > 1 else "its gold"
        for rule in broken_rules(rows.query(sql).verdict):
            yield f"{which} {rule}"
        results = rows.gold(sql)
        if failed := [result for result in results if result.status != "rows"]:
            yield f"{which} cannot be run here, so answers are compared by structure only: {failed[0].message}"
        elif not any(result.rows for result in results):
            yield f"{which} returns no rows here, so answers are compared by structure only"
        elif not all(result.says_something for result in results):
            yield f"{which} returns no rows, or only NULL and 0, on one of the two data sets"
    for mutant in (shaped or with_data(question, rows)).alive:
        yield f"its gold cannot be told from the same query {mutant.how}: no rows were found on which they differ"
