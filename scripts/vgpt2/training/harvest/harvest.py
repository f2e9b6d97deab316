"""A harvest from end to end: ask fresh questions, grade the answers, make pairs or rows, and look at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.audit.model import Context, Row
from vgpt2.audit.shortcuts import shortcut_answers
from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.grade import Grader
from vgpt2.files import write_json
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Record
from vgpt2.records.proof import Prover
from vgpt2.records.store import RecordFile, write_records
from vgpt2.settings import HarvestSettings, Settings
from vgpt2.synthesis.preferences.harvest import about_path
from vgpt2.synthesis.preferences.sources import Sources
from vgpt2.training.harvest.choosing import Own, edit_distance, even_refusals, pairs, rows
from vgpt2.training.harvest.judging import judge
from vgpt2.training.harvest.questions import fresh_questions
from vgpt2.training.harvest.sampling import Sampler, head_of, opened, sample


@dataclass(slots=True, frozen=True)
class Apart:
    """What the questions are apart from: families of any dataset, and preference records with their queries' shapes."""

    families: frozenset[str] = frozenset()
    records: tuple[Record, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Apart:
        """From datasets of this pipeline."""
        families: set[str] = set()
        records: list[Record] = []
        for path in paths:
            for record in RecordFile(path):
                families.add(record.meta.family)
                if "chosen" in record.row or "kto_tag" in record.row:
                    records.append(record)
        return cls(frozenset(families), tuple(records))


def answers_path(output: Path) -> Path:
    """`harvest_dpo.jsonl` has the answers that it is made of in `harvest_dpo.answers.jsonl`."""
    return output.with_suffix(".answers.jsonl")


def harvest(
    stage: str,
    sampler: Sampler,
    catalog: Catalog,
    run: Settings,
    held_out: HeldOut,
    apart: Apart,
    output: Path,
    wanted: HarvestSettings,
    aside: bool = False,
) -> dict[str, Any]:
    """Write the records of `stage` (dpo or kto) to `output` and what became of the answers beside it (`about_path`);
    returns the latter.

    Args:
        wanted: how many questions and answers, instead of the profile's own.
        aside: as in `sampling.opened`.

    Raises:
        UserError: the answers on file are another model's; the sampler failed.
    """
    profile = run.profile
    prover = Prover(catalog, run.seed)
    head = head_of(sampler, wanted.temperature, run.seed)
    opened(answers_path(output), head, aside)
    outcomes: Counter[str] = Counter()
    with Grader(catalog, run.seed) as grader:
        sources = Sources(catalog, profile.data, run.seed, held_out, prover, apart.records)
        asked = fresh_questions(sources, grader.rows, stage, wanted.count, apart.families)
        given = sample(sampler, asked, wanted.answers, head, answers_path(output), profile.exam.batch_size)
        judged = list(judge(asked, given, grader, prover, outcomes))
    made = pairs(judged, wanted.least_edit) if stage == "dpo" else rows(judged)
    made = even_refusals(made, profile.data.refusals_in_preferences)
    looked = Context(prover, profile.audit)
    made, left_out = not_told_by_words(made, stage, looked)
    write_records(output, [one.record for one in made])
    about = head | {
        "stage": stage,
        "questions": len(asked),
        "answers": outcomes.total(),
        "outcomes": dict(sorted(outcomes.items())),
        "none_right": sum(not one.right for one in judged),
        "none_wrong": sum(not one.wrong for one in judged),
        "records": len(made),
        "with_gold": sum(one.gold for one in made),
        "told_by_words": left_out,
    }
    write_json(about_path(output), about)
    return about


def not_told_by_words(made: Sequence[Own], stage: str, context: Context) -> tuple[list[Own], int]:
    """The records, without those by which words alone would tell good from bad, and how many these are.

    A model that writes otherwise than the gold (an untrained one) is told by its words, not by what it gets wrong, and
    such a set would not pass the audit: then records with the gold's answer go, those first whose sides differ most,
    and if that is not enough, all.
    """
    golds = sorted((one for one in made if one.gold), key=lambda one: edit_distance(one.good, one.bad))

    def with_golds(count: int) -> list[Own]:
        left_out = {one.record.id for one in golds[count:]}
        return [one for one in made if one.record.id not in left_out]

    if not _told(made, stage, context):
        return list(made), 0
    if _told(with_golds(0), stage, context):
        return [], len(made)
    untold, told = 0, len(golds)
    while told - untold > 1:
        middle = (untold + told) // 2
        if _told(with_golds(middle), stage, context):
            told = middle
        else:
            untold = middle
    return with_golds(untold), len(golds) - untold


def _told(made: Sequence[Own], stage: str, context: Context) -> bool:
    rows = [Row("", number, 0, one.record.row, stage, one.record.meta) for number, one in enumerate(made)]
    return not all(rule.ok for rule in shortcut_answers(rows, context))
