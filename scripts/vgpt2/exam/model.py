"""The exam's types: a question with its gold, the grade of one answer, and the suite file that holds the questions."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from vgpt2.errors import UserError, did_you_mean
from vgpt2.exam.artefacts import ShownRows
from vgpt2.exam.tolerance import EXACT, Tolerance
from vgpt2.files import read_jsonl, write_jsonl
from vgpt2.records.facts import Fact
from vgpt2.tsql.rows.held import DataSet, Held

CATEGORIES = ("schema", "sql", "hallucination", "join", "error_correction", "business", "ambiguous")
# How many questions of each the suites have.
FULL = dict(zip(CATEGORIES, (80, 130, 100, 50, 50, 50, 40), strict=True))
MIDDLE = dict(zip(CATEGORIES, (25, 40, 30, 15, 15, 15, 10), strict=True))
QUICK = dict(zip(CATEGORIES, (8, 13, 10, 5, 5, 5, 4), strict=True))
OUTCOMES = (
    "right",
    "wrong",
    "invalid_sql",
    "hallucinated_object",
    "false_refusal",
    "right_refusal",
    "empty",
)
RIGHT = frozenset(("right", "right_refusal"))
# By what an answer is judged: its rows beside the gold's, the form of its query, the facts that it states, the words in
# which it refuses or asks back, or the checker, for SQL or names that this database does not have.
JUDGED = ("rows", "structure", "facts", "words", "checker")
REASONS = ("missing", "no_path", "ambiguous")


@dataclass(slots=True, frozen=True)
class Gold:
    """What a right answer holds: one of the three.

    `sql`: queries, any of which is right. `facts`: all of them must be stated. `refuse`: the question cannot be
    answered, for `reason` (`missing`: the names in `missing` do not exist; `no_path`: those tables cannot be joined;
    `ambiguous`: it must be asked back; `readings`: by what an answer names each of the two things that it may mean, of
    which any will do). `executable`: the SQL runs on the synthetic rows. `answer`: one right answer
    as a person reads it. `data`: the data sets on which it differs from its mutants (`exam.suite.shaping`).
    """

    sql: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    refuse: bool = False
    reason: str = ""
    missing: tuple[str, ...] = ()
    executable: bool = True
    answer: str = ""
    data: tuple[DataSet, ...] = ()
    readings: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def from_json(cls, value: dict) -> Gold:
        """The inverse of `dataclasses.asdict`."""
        return cls(
            tuple(value.get("sql", ())),
            tuple(Fact(**fact) for fact in value.get("facts", ())),
            value.get("refuse", False),
            value.get("reason", ""),
            tuple(value.get("missing", ())),
            value.get("executable", True),
            value.get("answer", ""),
            tuple({name: Held.from_json(held) for name, held in one.items()} for one in value.get("data", ())),
            tuple(tuple(names) for names in value.get("readings", ())),
        )


@dataclass(slots=True, frozen=True)
class Question:
    """One question of a suite.

    `tables`: the qualified tables that an answer needs (the schema of mode `gold_schema`). `twin`: the id of the
    question in the same wording whose answer is of the other polarity. `ordered`: the order of rows counts. `kind`,
    `intent`, `family`, `wording`: as in `synthesis.model.Example`; `curated` questions have their id as family.
    `within`: how far the values of an answer may be from the gold's.
    """

    id: str
    category: str
    question: str
    gold: Gold
    tables: tuple[str, ...] = ()
    ordered: bool = False
    twin: str = ""
    kind: str = ""
    intent: str = ""
    family: str = ""
    wording: str = ""
    within: Tolerance = EXACT

    @property
    def answerable(self) -> bool:
        """Whether there is something to answer; the false-refusal rate is over these."""
        return not self.gold.refuse

    @classmethod
    def from_json(cls, value: dict) -> Question:
        """The inverse of `dataclasses.asdict`."""
        plain = {key: item for key, item in value.items() if key not in ("gold", "tables", "within")}
        return cls(
            gold=Gold.from_json(value["gold"]),
            tables=tuple(value.get("tables", ())),
            within=Tolerance.from_json(value.get("within", {})),
            **plain,
        )


@dataclass(slots=True)
class Grade:
    """The verdict on one answer: an outcome of OUTCOMES, and why in a sentence.

    `judged`: by what (`JUDGED`); empty where there was nothing to judge. `sql`: the query that counts in the answer;
    `parses`: whether it is one SELECT (None where no SQL was asked for);
    `house`: slugs of the house rules that it breaks, scored apart. `parts`: which of `tables`, `joins`, `filters`,
    `grouping` and `house` are as in the gold that is closest; empty without a query. `gold_rows` and `rows`: what gold
    and answer returned on the first data set (`execution.shown`), None where that was not run. `asks`: it asks back
    instead of answering.
    """

    outcome: str
    why: str
    sql: str = ""
    parses: bool | None = None
    house: list[str] = field(default_factory=list)
    parts: dict[str, bool] = field(default_factory=dict)
    gold_rows: ShownRows | None = None
    rows: ShownRows | None = None
    judged: str = ""
    asks: bool = False

    @property
    def right(self) -> bool:
        """Whether it counts as right."""
        return self.outcome in RIGHT


def write_suite(path: str | Path, questions: list[Question]) -> None:
    """Write a suite, one question a line."""
    write_jsonl(path, map(_to_json, questions))


def _to_json(question: Question) -> dict:
    """As `dataclasses.asdict`, which copies each value of each row on its own: that took as long as all the rest."""
    row = asdict(replace(question, gold=replace(question.gold, data=())))
    row["gold"]["data"] = [
        {name: {"columns": held.columns, "rows": held.rows} for name, held in one.items()} for one in question.gold.data
    ]
    return row


def read_suite(path: str | Path) -> list[Question]:
    """Read a suite that `write_suite` wrote.

    Raises:
        UserError: missing, broken, empty, a duplicate id, or an unknown category.
    """
    rows = read_jsonl(path)
    if not rows:
        raise UserError(f"{path}: an empty suite; run build_suite.py again")
    questions = []
    for number, row in enumerate(rows, 1):
        try:
            questions.append(Question.from_json(row))
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path}:{number}: not a question of a suite ({error}); run build_suite.py again") from None
    for question in questions:
        check_category(question.category, f"{path}: question {question.id}")
    twice = [key for key, count in Counter(question.id for question in questions).items() if count > 1]
    if twice:
        raise UserError(f"{path}: the id {twice[0]!r} occurs twice; every question needs its own")
    return questions


def check_category(category: str, where: str) -> None:
    """Raises: UserError where `category` is none of CATEGORIES."""
    if category not in CATEGORIES:
        raise UserError(f"{where}: unknown category {category!r}{did_you_mean(category, CATEGORIES)}")
