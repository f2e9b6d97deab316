"""The form of the files that exams leave: an exam result and a gate. `make reference` writes their JSON Schemas.

A suite's row is `exam.model.Question`. The text below a key is what its schema says of it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field

# Not typing's: pydantic, which writes the schemas, reads that one from Python 3.12 on only.
from typing_extensions import TypedDict

Interval = Annotated[list[float], Field(min_length=2, max_length=2)]
Verdict = Literal["promoted", "kept_earlier", "rejected"]


class RateFigures(TypedDict):
    """A share with its 95 % Wilson interval, all as fractions of one."""

    count: int
    of: int
    rate: float
    interval: Interval


class Part(TypedDict):
    """How many of the queries have this part as their gold has it."""

    right: int
    of: int


class CategoryFigures(TypedDict):
    """One category of an exam."""

    questions: int
    right: int
    rate: float
    interval: Interval
    outcomes: dict[str, int]
    """Outcomes that occur, with how often."""


class ShownRows(TypedDict):
    """The first rows and columns that a query returned on the first data set, as text."""

    columns: list[str]
    rows: list[list[str]]
    count: int
    """Of all rows."""


class QuestionResult(TypedDict):
    """One question of an exam, with all that a reader needs to follow its verdict."""

    id: str
    category: str
    outcome: str
    """right, wrong, invalid_sql, hallucinated_object, false_refusal, right_refusal or empty."""
    response: str
    """The answer as the model gave it."""
    why: str
    """The verdict in a sentence."""
    question: str
    table: str
    """The first table that an answer needs, qualified; empty where there is none."""
    prompt: str
    """The user's side of the prompt; empty for recorded answers."""
    gold: str
    """The first gold query, or a right answer as a person reads it."""
    golds: list[str]
    """All gold queries."""
    sql: str
    """The query found in the answer."""
    house: list[str]
    """House rules that it breaks."""
    parts: dict[str, bool]
    """Which parts are as in the closest gold: tables, joins, filters, grouping, house."""
    gold_rows: ShownRows | None
    rows: ShownRows | None


class Summary(TypedDict):
    """What the grades of an exam add up to."""

    outcomes: dict[str, int]
    """How often each outcome occurs, those that never do too."""
    rates: dict[str, RateFigures]
    """right, hallucination, false_refusal (of the answerable), right_refusal (of the others), syntax, house."""
    categories: dict[str, CategoryFigures]
    house: dict[str, int]
    """House rules that answers break, with how often."""
    parts: dict[str, Part]
    questions: list[QuestionResult]


class DecodingFigures(TypedDict):
    """What the answers took, whenever they were asked."""

    seconds: float
    tokens: int
    """Of the answers."""
    prompt_tokens: int
    tokens_per_second: float


class AskingFigures(DecodingFigures):
    """The same, and how many were asked now."""

    asked: int
    """Questions asked in this run; the other answers were there."""


class ExamResult(AskingFigures, Summary):
    """The exam of one model on one suite in one mode (`exam/*.json`)."""

    format: Literal[1]
    model: str
    """The model's folder, or the endpoint."""
    lineage: list[dict[str, str]]
    """The stages that made the model, the base first: stage, model, and how a checkpoint was chosen."""
    fingerprint: str
    """Changes when the model's answers may."""
    template_hash: str
    """Of the chat template; empty where it is not known."""
    suite_hash: str
    """Two exams can be compared where it is the same."""
    only_failed: str
    """The earlier result whose failed questions these are; empty: the whole suite."""
    mode: str
    """What the prompts show: schema, gold_schema or memory."""
    settings: dict[str, Any]
    """What else changes an answer; the keys are those of the profile and of the backend."""
    versions: dict[str, str]
    """Packages, and Python's own."""
    grading_seconds: float
    answers_of: NotRequired[str]
    """The result whose answers these are: the same weights under another path."""


class DifferenceFigures(TypedDict):
    """How much higher the new share of right answers is, with its 95 % bootstrap interval over tables."""

    value: float
    """-1 to 1."""
    interval: Interval | None
    """None: too few clusters, or no question differs."""
    clusters: int


class DetectableFigures(TypedDict):
    """The smallest net gain or loss that the suite shows with this power."""

    questions: int | None
    """None: the suite can show no difference at all."""
    points: float | None
    """The same in percentage points."""
    of: int
    power: float
    share: float
    """Of the questions on which the two are taken to differ."""
    assumed: bool
    """Whether that share was assumed, not observed."""


class CategoryChange(TypedDict):
    """One category of two exams side by side."""

    questions: int
    earlier: int
    """Right answers of the earlier exam."""
    new: int
    gained: int
    lost: int
    p: float
    detectable: int | None
    """The smallest net gain or loss that shows, in questions."""


class Changed(TypedDict):
    """A question that one of two exams got right and the other did not."""

    id: str
    category: str
    change: Literal["gained", "lost"]
    question: str
    earlier: str
    """The outcome in the earlier exam."""
    new: str


class SidesFigures(TypedDict):
    """Two exams side by side."""

    gained: list[str]
    """Ids of the questions that only the new one got right."""
    lost: list[str]
    p: float
    """Of the exact McNemar test."""
    difference: DifferenceFigures
    detectable: DetectableFigures
    categories: dict[str, CategoryChange]
    changed: list[Changed]


class ExamOfModel(TypedDict):
    """An exam that a verdict is about."""

    exam: str
    """Its file."""
    model: str
    right: int


class ModeFigures(TypedDict):
    """A further mode, in which the new model must not be significantly worse."""

    exam: str
    earlier: int
    new: int
    gained: list[str]
    lost: list[str]
    p: float
    difference: DifferenceFigures


class Compared(TypedDict):
    """One of several exams that were compared."""

    label: str
    exam: str
    model: str
    right: int
    questions: int


class Comparison(TypedDict):
    """An exam against the best of those before it."""

    earlier: str
    """A label."""
    new: str
    gained: int
    lost: int
    p: float
    p_holm: float
    """Corrected for the number of comparisons."""
    difference: DifferenceFigures


class Override(TypedDict):
    """A stage that was promoted though the rules would not have it, and why."""

    stage: str
    why: str


class Several(TypedDict, total=False):
    """What is there where more than two exams were compared."""

    exams: list[Compared]
    comparisons: list[Comparison]
    best: str
    """A label."""
    note: str
    """What so many comparisons are worth."""


class Gate(SidesFigures, Several):
    """The verdict on a stage (`gates/*.json`): is its model better than the last promoted one."""

    verdict: Verdict
    reasons: list[str]
    """Why, in sentences."""
    model: str
    """The model that the next stage starts from."""
    exam: str
    """Its exam, relative to the gate's folder."""
    lineage: list[dict[str, str]]
    """The stages that made it, the base first."""
    by_rules: Verdict
    """What the verdict would be without the override."""
    override: str
    """Why it was promoted in any case; empty: the rules decided."""
    overrides: list[Override]
    """This one and those before it."""
    earlier: ExamOfModel
    new: ExamOfModel
    base: ExamOfModel | None
    """The untouched model with retrieved schema; None: the gate was not asked to compare with it."""
    modes: dict[str, ModeFigures]
    questions: int
    suite_hash: str
