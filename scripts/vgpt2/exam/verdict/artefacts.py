"""The form of a gate. `make reference` writes its JSON Schema.

The text below a key is what the schema says of it.
"""

from __future__ import annotations

from typing import Literal

# Not typing's: pydantic, which writes the schemas, reads that one from Python 3.12 on only.
from typing_extensions import TypedDict

from vgpt2.exam.artefacts import Interval

Verdict = Literal["promoted", "kept_earlier", "rejected"]


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


class EvidenceFigures(TypedDict):
    """Whether the gain is more than luck."""

    p: float
    """How often one of two models that are as good would gain that much: the larger of the two below."""
    by_question: float
    """Of the one-sided exact sign test (McNemar) over the questions."""
    by_table: float | None
    """Of the exact sign-flip test over the tables; None: too few tables."""
    level: float
    """What p must stay under."""
    enough: bool


class LevelFigures(TypedDict):
    """The level of a gate in its chain."""

    whole: float
    """The chance that the whole chain promotes a stage that is no better."""
    gates: int
    own: float
    """An equal share of the whole."""
    carried: float
    """What the gate before it handed on."""
    at: float
    """What this gate's p must stay under."""
    passes_on: float
    """What the next gate has beside its own; 0 where this one did not promote on evidence."""


class HarmFigures(TypedDict):
    """One thing that could be worse though more answers are right."""

    earlier: int
    new: int
    worse: int
    """Questions on which only the new one does it (or, of categories, that it lost)."""
    better: int
    of: int
    """Questions that were looked at."""
    p: float
    """Of the one-sided exact sign test."""
    level: float
    skipped: str
    """Why it was not compared; empty: it was."""
    broken: bool


class CategoryChange(TypedDict):
    """One category of two exams side by side."""

    questions: int
    earlier: int
    """Right answers of the earlier exam."""
    new: int
    gained: int
    lost: int
    p: float
    """Two-sided."""
    p_worse: float
    """One-sided: how often chance would bring so large a loss."""
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
    """Of the exact McNemar test, two-sided."""
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


class BaseOfModel(ExamOfModel):
    """The untouched model, and whether more questions are right than by it."""

    evidence: EvidenceFigures


class ModeFigures(TypedDict):
    """A further mode, in which the new model must not be significantly worse."""

    exam: str
    earlier: int
    new: int
    gained: list[str]
    lost: list[str]
    p: float
    p_worse: float
    """One-sided: how often chance would bring so large a loss."""
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
    base: BaseOfModel | None
    """The untouched model with retrieved schema; None: the gate was not asked to compare with it."""
    modes: dict[str, ModeFigures]
    evidence: EvidenceFigures
    level: LevelFigures
    harm: dict[str, HarmFigures]
    """false_refusal, hallucination, and small_categories where there are two at least."""
    questions: int
    suite_hash: str
