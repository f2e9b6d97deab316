"""Two questions in the same words: one about what is false, refused, and its twin about what is true, answered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from vgpt2.catalog.model import Table
from vgpt2.files import digest
from vgpt2.records.facts import Fact
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.answers import Answer, Subject
from vgpt2.synthesis.negatives.forms import Form
from vgpt2.synthesis.plain.saying import terse
from vgpt2.synthesis.query import Filter
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.streams import with_words
from vgpt2.synthesis.typos import with_typo
from vgpt2.tsql.dialect import parse
from vgpt2.tsql.skeleton import skeleton

Pair = tuple[Example, Example]


@dataclass(slots=True)
class Asked:
    """What the two questions differ in: `false` fills the wording of the refused one, `true` that of the twin.

    `slots` fill both; `subject` is what the twin is about, `refusal` the answer to the other. `denied`: a fact that
    says `missing`, `unjoined` of two tables, or `several` of a column's owners; `reason`: as the exam knows it,
    `missing`, `no_path` or `ambiguous`; `way`: how the false name was made; `also`: further facts that bear it out.
    """

    intent: str
    forms: Sequence[Form]
    subject: Subject
    refusal: str
    false: dict[str, str]
    true: dict[str, str]
    slots: dict[str, str]
    denied: Fact
    way: str
    reason: str = "missing"
    also: tuple[Fact, ...] = ()


def ask(ctx: Context, rng: random.Random, asked: Asked) -> Pair | None:
    """Ask the same about what is false and what is true, in a form that the real thing can answer."""
    order = list(asked.forms)
    rng.shuffle(order)
    answers = ((form, form.answer(ctx, asked.subject)) for form in order)
    form, answer = next(((form, answer) for form, answer in answers if answer), (None, None))
    if form is None or answer is None:
        return None
    number, template = rng.choice(form.wordings(ctx.side))
    template = spoken_template(ctx, rng, template)
    families = [f"{asked.intent}/{form.name}/{digest([asked.slots, said])}" for said in (asked.false, asked.true)]
    subject = asked.subject
    twin = Example(
        kind="negative",
        intent=asked.intent,
        question=template.format(**asked.slots, **asked.true),
        answer=answer.text,
        family=families[1],
        wording=f"{asked.intent}/{number}",
        sql=answer.sql,
        tables=tuple(table.qualified for table in (subject.table, subject.other) if table),
        objects=shown_objects(subject, answer),
        facts=answer.facts,
        twin=families[0],
        source=asked.way,
        module=subject.table.module,
        slots=proof_of(answer.sql) if answer.sql else {},
    )
    refused = twin.with_(
        question=template.format(**asked.slots, **asked.false),
        answer=asked.refusal,
        family=families[0],
        polarity="refuse",
        sql="",
        facts=(asked.denied, *asked.also),
        twin=families[1],
        slots={
            "missing": [asked.denied.subject] if asked.reason == "missing" else [],
            "reason": asked.reason,
            "false": asked.false,
            "true": asked.true,
        },
    )
    return refused, twin


def spoken_template(ctx: Context, rng: random.Random, template: str) -> str:
    """A wording as it is asked, with words around it or a slip of the finger: alike in both questions of a pair."""
    template = template if terse(template) else with_words(ctx, template, rng)
    return with_typo(template, (), rng) if ctx.side == "train" and not ctx.plain else template


def company_of(ctx: Context, rng: random.Random, table: Table) -> tuple[tuple[Filter, ...], str]:
    """The company filter of a table, and how a question says it."""
    filters, said = Speech(ctx, rng).company(table)
    return tuple(filters), said


def proof_of(sql: str) -> dict[str, object]:
    """What the meta of a record says of a query that is proved (see `pairs`)."""
    return {"skeleton": skeleton(parse(sql)), "proof": ["parses", "resolves", "rules"]}


def shown_objects(subject: Subject, answer: Answer) -> tuple[str, ...]:
    """The columns that both prompts show: those of the answer, so that they look alike."""
    names = [subject.column.name] if subject.column else []
    names += [subject.near] if subject.near else []
    return tuple(dict.fromkeys((*answer.objects, *(f"{subject.table.qualified}.{name}" for name in names))))
