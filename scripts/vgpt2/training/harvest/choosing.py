"""Of a question's right and wrong answers one pair, or one row: of like length, and not all but the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from vgpt2.files import digest
from vgpt2.records.answers.answers import refuses
from vgpt2.records.model import Record
from vgpt2.synthesis.preferences.sets import DESIRABLE
from vgpt2.training.harvest.judging import Judged, Wrong

# The longer answer is at most so many times as long as the shorter one.
LENGTHS = 1.5
# Of the records so many more may refuse on one side than on the other: the audit lets the shares differ by 0.1.
EVEN = 0.05
TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(slots=True, frozen=True)
class Own:
    """A record of a model's own answer; `gold`: its good side is the gold's answer, not the model's."""

    record: Record
    gold: bool

    @property
    def good(self) -> str:
        """The answer that training makes more likely, or nothing."""
        row = self.record.row
        return row["chosen"] if "chosen" in row else row["output"] if row["kto_tag"] else ""

    @property
    def bad(self) -> str:
        """The answer that training makes less likely, or nothing."""
        row = self.record.row
        return row["rejected"] if "rejected" in row else "" if row["kto_tag"] else row["output"]


def edit_distance(one: str, other: str) -> float:
    """How much of the longer text is another one: words and signs put in, left out or replaced, as a share of its own.

    >>> edit_distance("SELECT a FROM t", "SELECT b FROM t")
    0.25
    """
    first, second = TOKEN.findall(one), TOKEN.findall(other)
    edits = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    changed = sum(max(end - start, to - at) for kind, start, end, at, to in edits if kind != "equal")
    return changed / max(len(first), len(second), 1)


def alike_in_length(one: str, other: str) -> bool:
    """Whether the longer text is at most LENGTHS times as long as the other."""
    shorter, longer = sorted((len(one), len(other)))
    return longer <= LENGTHS * shorter


def pairs(judged: Iterable[Judged], least_edit: float) -> list[Own]:
    """A pair for each question that has one: a right and a wrong answer; where none was right, the gold's.

    Of the possible pairs of a question one whose wrong side returns other rows comes first (rules alone teach a style),
    then the one that brings the sum of all lengths of the chosen sides nearest to that of the rejected ones.

    Args:
        least_edit: pairs that differ less (`edit_distance`) are not made.
    """
    made: list[Own] = []
    surplus = 0  # characters by which the chosen sides are longer so far
    for item in judged:
        best: tuple[tuple[bool, int], str, Wrong] | None = None
        for good in item.right or (item.fresh.example.answer,):
            for wrong in item.wrong:
                if not alike_in_length(good, wrong.answer) or edit_distance(good, wrong.answer) < least_edit:
                    continue
                rank = (wrong.worse != "different_rows", abs(surplus + len(good) - len(wrong.answer)))
                if best is None or rank < best[0]:
                    best = rank, good, wrong
        if best:
            _, good, wrong = best
            surplus += len(good) - len(wrong.answer)
            made.append(Own(_pair(item, good, wrong), gold=not item.right))
    return made


def rows(judged: Iterable[Judged]) -> list[Own]:
    """A row a question, of those that have one. Of each intent, as it is answered or refused, so many are desirable as
    among all KTO rows: else the question would tell the label. Where none was right, the gold's answer is the desirable
    one."""
    made: list[Own] = []
    counts: dict[tuple[str, str], Counter[bool]] = {}
    total: Counter[bool] = Counter()
    for item in judged:
        example = item.fresh.example
        near = [one for one in item.wrong if alike_in_length(one.answer, example.answer)]
        mine = counts.setdefault((example.intent, example.polarity), Counter())
        # The first of an intent is what all of them lack.
        wants_good = _lacks_good(mine if mine.total() else total)
        if wants_good:
            right = [answer for answer in item.right if alike_in_length(answer, example.answer)]
            made.append(Own(_row(item, right[0] if right else example.answer), gold=not right))
        elif near:
            by_rows = [one for one in near if one.worse == "different_rows"]
            made.append(Own(_row(item, (by_rows or near)[0].answer, (by_rows or near)[0]), gold=False))
        else:
            continue
        mine[wants_good] += 1
        total[wants_good] += 1
    return made


def _lacks_good(counts: Counter[bool]) -> bool:
    return counts[True] + 1 <= counts[False] * DESIRABLE / (1 - DESIRABLE) + 1e-9


def even_refusals(made: Sequence[Own], share: float) -> list[Own]:
    """The records without those that would make refusing oftener right than wrong, or wrong than right; either is at
    most `share`."""
    good = [one for one in made if one.good and refuses(one.good)]
    bad = [one for one in made if one.bad and refuses(one.bad)]
    plain = len(made) - len(good) - len(bad)
    most, spare = round(share * plain), round(EVEN * plain)
    kept = {
        one.record.id for mine, others in ((good, bad), (bad, good)) for one in mine[: min(most, len(others) + spare)]
    }
    refusing = {one.record.id for one in (*good, *bad)}
    return [one for one in made if one.record.id in kept or one.record.id not in refusing]


def _pair(item: Judged, good: str, wrong: Wrong) -> Record:
    row = item.fresh.record.row
    values = {"instruction": row["instruction"], "input": row["input"], "chosen": good, "rejected": wrong.answer}
    return _record(item, "dpo", values | {"system": row["system"]}, wrong)


def _row(item: Judged, answer: str, wrong: Wrong | None = None) -> Record:
    row = item.fresh.record.row
    values = {"instruction": row["instruction"], "input": row["input"], "output": answer, "kto_tag": wrong is None}
    return _record(item, "kto", values | {"system": row["system"]}, wrong)


def _record(item: Judged, stage: str, values: dict[str, Any], wrong: Wrong | None) -> Record:
    meta = replace(item.fresh.record.meta, id=f"{stage}-{digest(values)}", twin="", source="harvest")
    if wrong:
        meta.defect, meta.worse, meta.gold = wrong.defect, wrong.worse, item.fresh.example.sql
        if stage == "kto":
            meta.polarity = "refuse" if refuses(wrong.answer) else "answer"
    return Record({"id": meta.id, **values}, meta)
