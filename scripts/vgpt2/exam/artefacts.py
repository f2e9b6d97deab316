"""The form of an exam result. `make reference` writes its JSON Schema.

A suite's row is `exam.model.Question`, a gate is in `exam.verdict.artefacts`. The text below a key is what the schema
says of it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field

# Not typing's: pydantic, which writes the schemas, reads that one from Python 3.12 on only.
from typing_extensions import TypedDict

Interval = Annotated[list[float], Field(min_length=2, max_length=2)]


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


class Opinion(TypedDict):
    """What a judge says of an answer; the grade does not hear it."""

    verdict: str
    """right, wrong or unclear."""
    why: str
    """Its own words."""


class JudgeFigures(TypedDict):
    """How often a judge of answers in prose says what the grade says."""

    model: str
    of: int
    """Answers that it read."""
    same: int
    only_judge: int
    """Right to the judge alone."""
    only_grade: int
    unclear: int


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
    judged: str
    """By what: rows, structure, facts, words or checker; empty for an empty answer."""
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
    """The query that counts in the answer."""
    answerable: bool
    """Whether there is something to answer; the others are to be refused."""
    parses: bool | None
    """Whether the query is one SELECT; None where no SQL was asked for."""
    house: list[str]
    """House rules that it breaks."""
    parts: dict[str, bool]
    """Which parts are as in the closest gold: tables, joins, filters, grouping, house."""
    gold_rows: ShownRows | None
    rows: ShownRows | None
    note: NotRequired[str]
    """Why the answer was not bounded, or not to its end, where it was to be."""
    asks: NotRequired[bool]
    """Whether it asks back instead of answering."""
    agreed: NotRequired[list[int]]
    """How many of several answers say the same as this one (0: none is proved), and of how many."""
    again: NotRequired[bool]
    """None of several answers was proved, and this one, asked for with what was found, is."""
    judge: NotRequired[Opinion]
    """A second opinion beside the grade, where one was asked for."""


class Summary(TypedDict):
    """What the grades of an exam add up to."""

    outcomes: dict[str, int]
    """How often each outcome occurs, those that never do too."""
    judged: dict[str, int]
    """How many answers were judged by rows, structure, facts, words and the checker."""
    rates: dict[str, RateFigures]
    """right, hallucination, false_refusal (of the answerable), right_refusal (of the others), syntax, house, asked_back
    (of the questions with two readings), false_ask (of the answerable)."""
    categories: dict[str, CategoryFigures]
    house: dict[str, int]
    """House rules that answers break, with how often."""
    parts: dict[str, Part]
    questions: list[QuestionResult]


class TokenFigures(TypedDict):
    """How long the answers are."""

    tokens: int
    """Of the answers."""
    prompt_tokens: int


class DecodingFigures(TokenFigures):
    """What the answers took, whenever they were asked."""

    seconds: float
    tokens_per_second: float


class AskingFigures(DecodingFigures):
    """The same, and how many were asked now."""

    asked: int
    notes: dict[str, str]
    """By question why its answer is not bounded, or not to its end, where it was to be."""
    agreed: dict[str, list[int]]
    """By question how many of its answers say the same, and of how many."""
    again: set[str]
    """The questions that were asked again, with what was found, and then answered."""


class Agreement(TypedDict):
    """The questions on whose answer so many agree."""

    agreed: int
    of: int
    again: bool
    """None was proved, and the answer is that to the question asked again."""
    questions: int
    right: int


class ExamTimes(TypedDict):
    """How long an exam took (`exam/*.times.json`): what may differ between two exams of the same answers."""

    asked: int
    """Questions asked in this run; the other answers were there."""
    seconds: float
    """Of all answers, whenever they were asked."""
    tokens_per_second: float
    grading_seconds: float


class ExamResult(TokenFigures, Summary):
    """The exam of one model on one suite in one mode (`exam/*.json`)."""

    format: Literal[2]
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
    catalog: str
    """A hash of the catalog."""
    grader: str
    """A hash of the code that graded, and of the packages that it runs SQL with."""
    only_failed: str
    """The earlier result whose failed questions these are; empty: the whole suite."""
    mode: str
    """What the prompts show: schema, gold_schema or memory."""
    settings: dict[str, Any]
    """What else changes an answer; the keys are those of the profile and of the backend."""
    versions: dict[str, str]
    """Packages, and Python's own."""
    notes: NotRequired[dict[str, int]]
    """Why answers were not bounded where they were to be, with how often."""
    agreement: NotRequired[list[Agreement]]
    """Where several answers were asked for: how many are right by how many agree, most agreeing first."""
    judge: NotRequired[JudgeFigures]
    """Where a judge was asked for."""
    answers_of: NotRequired[str]
    """The result whose answers these are: the same weights under another path."""
