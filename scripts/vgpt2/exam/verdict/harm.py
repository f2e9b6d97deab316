"""What a better model may still do worse: a kind of question, refusing what exists, inventing what does not.

Each is a test of its own, one-sided and exact, and none of them is corrected for their number: they guard against harm,
where a false alarm keeps a model that was good enough, and a miss lets one go on that is worse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vgpt2.exam.artefacts import QuestionResult
from vgpt2.exam.verdict.artefacts import CategoryChange, HarmFigures
from vgpt2.exam.verdict.evidence import by_chance
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.statistics import rounded
from vgpt2.settings import GateSettings

# Categories of fewer questions are judged together as well: alone, each would have to be lost nearly whole.
SMALL = 10
# A model that refuses no more than this share of what it should refuse does not refuse at all.
HARDLY = 0.1
WORDS = {
    "false_refusal": "it refuses more of what exists than {earlier}",
    "hallucination": "it invents more than {earlier}",
    "small_categories": "the small categories together ({names}) are significantly worse",
}


@dataclass(slots=True, frozen=True)
class Harm:
    """One thing that could be worse: on how many of the questions looked at it is (`worse`) and the other way round
    (`better`), how often chance would bring that (`p`), and the level that p must not be under.

    `skipped`: why it was not looked at; empty: it was.
    """

    name: str
    words: str
    earlier: int
    new: int
    worse: int
    better: int
    of: int
    level: float
    skipped: str = ""

    @property
    def p(self) -> float:
        """Of the one-sided exact test."""
        return by_chance(self.worse, self.better)

    @property
    def broken(self) -> bool:
        """Whether it is shown to be worse."""
        return not self.skipped and self.worse > self.better and self.p < self.level

    def __str__(self) -> str:
        counts = f"{self.new} of {self.of} questions, {self.earlier} before"
        return f"{self.words}: {counts}; worse on {self.worse}, better on {self.better} (p = {self.p:.2g})"

    def to_json(self) -> HarmFigures:
        """As a gate's file holds it."""
        return {
            "earlier": self.earlier,
            "new": self.new,
            "worse": self.worse,
            "better": self.better,
            "of": self.of,
            "p": rounded(self.p),
            "level": self.level,
            "skipped": self.skipped,
            "broken": self.broken,
        }


def harms(earlier: Exam, new: Exam, categories: dict[str, CategoryChange], settings: GateSettings) -> dict[str, Harm]:
    """Every harm that is looked for beside the single categories, by name."""
    found = [_more_refusals(earlier, new, settings), _more_inventions(earlier, new, settings)]
    return {harm.name: harm for harm in [*found, *_small_categories(categories, settings)]}


def worse_categories(categories: dict[str, CategoryChange], settings: GateSettings) -> Iterator[str]:
    """A clause for each category that is significantly worse."""
    for name, test in categories.items():
        if test["lost"] > test["gained"] and test["p_worse"] < settings.significance:
            yield (
                f"{name} is significantly worse: {test['new']} of {test['questions']} right, {test['earlier']} "
                f"before (p = {test['p_worse']:.2g})"
            )


def _small_categories(categories: dict[str, CategoryChange], settings: GateSettings) -> Iterator[Harm]:
    small = {name: test for name, test in categories.items() if test["questions"] < SMALL}
    if len(small) < 2:
        return

    yield Harm(
        "small_categories",
        WORDS["small_categories"].format(names=", ".join(small)),
        sum(test["earlier"] for test in small.values()),
        sum(test["new"] for test in small.values()),
        sum(test["lost"] for test in small.values()),
        sum(test["gained"] for test in small.values()),
        sum(test["questions"] for test in small.values()),
        settings.significance,
    )


def _more_refusals(earlier: Exam, new: Exam, settings: GateSettings) -> Harm:
    """Refusing what exists, over the questions that can be answered.

    A model that cannot refuse, the untouched base above all, refuses little that exists either; for one that has
    learned it, that is no measure. Who can is told by the questions that should be refused. The profile's limit holds
    in any case.
    """
    rows = earlier.questions
    able = [key for key, row in rows.items() if row.get("answerable", True)]
    should = [key for key, row in rows.items() if not row.get("answerable", True)]
    before, after = (_count(exam, should, "right_refusal") for exam in (earlier, new))
    learned = before <= HARDLY * len(should) < after
    skipped = ""
    if learned:
        skipped = f"of {len(should)} questions to be refused {earlier.name} refuses {before}, {new.name} {after}"
    return _paired("false_refusal", earlier, new, able, "false_refusal", settings.harm, skipped)


def _more_inventions(earlier: Exam, new: Exam, settings: GateSettings) -> Harm:
    """Inventing what does not exist, over the questions to which the earlier model said something that could hold an
    invention: who says nothing invents nothing."""
    keys = [key for key, row in earlier.questions.items() if _says_something(row)]
    return _paired("hallucination", earlier, new, keys, "hallucinated_object", settings.harm)


def _says_something(row: QuestionResult) -> bool:
    """Whether an answer could be looked at for inventions: SQL that can be read where SQL was asked for, or words."""
    asked_for_sql = bool(row.get("golds"))
    return row["outcome"] not in ("empty", "invalid_sql") and (not asked_for_sql or bool(row.get("sql")))


def _count(exam: Exam, keys: list[str], outcome: str) -> int:
    rows = exam.questions
    return sum(rows[key]["outcome"] == outcome for key in keys)


def _paired(
    name: str, earlier: Exam, new: Exam, keys: list[str], outcome: str, level: float, skipped: str = ""
) -> Harm:
    before, after = earlier.questions, new.questions
    pairs = [(before[key]["outcome"] == outcome, after[key]["outcome"] == outcome) for key in keys]
    return Harm(
        name,
        WORDS[name].format(earlier=earlier.name),
        sum(old for old, _ in pairs),
        sum(now for _, now in pairs),
        sum(now and not old for old, now in pairs),
        sum(old and not now for old, now in pairs),
        len(pairs),
        level,
        skipped,
    )
