"""Faulty SQL in the question, the fault in a sentence and the mended SQL in the answer.

Each fault is one small change to a proved query; the checker must find it, so that no record calls right SQL wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.files import digest
from vgpt2.records.prompt import fenced
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.defects.case import Case
from vgpt2.synthesis.defects.edits import one_line
from vgpt2.synthesis.defects.faults import FAULTS
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.wordings import text_wordings
from vgpt2.tsql.dialect import parse

# A kind of fault ends when so many queries in a row did not take it.
MOST_MISSES = 400


def correct(ctx: Context, intent: str, example: Example, number: int) -> Example | None:
    """The question to mend this example's SQL after one fault of this kind, or None where the fault does not fit."""
    from vgpt2.tsql.check.check import check

    case = Case(example, parse(example.sql), ctx, ctx.rng("correction", intent, number))
    # Question and answer must differ in the fault alone.
    if one_line(case.tree) != example.sql:
        return None
    kind = FAULTS[intent]
    fault = kind.make(case)
    wrong = one_line(case.tree)
    if not fault or wrong == example.sql:
        return None
    verdict = check(wrong, ctx.catalog)
    # Findings of another kind would be faults that the answer does not name.
    if not verdict.rules or not set(verdict.rules) <= kind.rules:
        return None
    texts = text_wordings()["fix"].of(ctx.side)
    place, template = texts[number % len(texts)]
    company = f" for company {fault.company}" if fault.company else ""
    return example.with_(
        kind="correction",
        intent=intent,
        question=template.format(sql=wrong, company=company),
        answer=fenced(example.sql, fault.said),
        family=digest([intent, wrong]),
        wording=f"fix/{place}",
        facts=fault.facts,
        source="correction",
    )


def correction_examples(ctx: Context, intent: str, queries: Iterator[Example]) -> Iterator[Example]:
    """Corrections of one kind, made from a stream of SQL examples until the stream ends or takes no more of it."""
    number, misses = 0, 0
    for example in queries:
        made = correct(ctx, intent, example, number)
        misses = 0 if made else misses + 1
        if made:
            number += 1
            yield made
        if misses > MOST_MISSES:
            return


def possible_faults(ctx: Context) -> list[str]:
    """The kinds of faults that are faults in this database."""
    database = ctx.catalog.database
    found = [intent for intent, kind in FAULTS.items() if getattr(database.house_rules, kind.house_rule, True)]
    return [intent for intent in found if intent != "fix_case" or database.case_sensitive]
