"""Questions with two readings as proved examples: the question that is asked back, what the user says then, and the
same question with the missing word.

That there are two readings is proved twice: the words lead to both and to no third thing (`catalog/alike.py`), and the
queries of the two return different rows on made-up data.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

from vgpt2.catalog.model import Catalog
from vgpt2.files import digest
from vgpt2.records.facts import prove
from vgpt2.records.held_out import HeldOut
from vgpt2.records.prompt import conversation
from vgpt2.records.proof import Prover
from vgpt2.sqltext.names import PLAIN_NAME
from vgpt2.synthesis.ambiguous.model import Reading, Unclear
from vgpt2.synthesis.ambiguous.readings import Readings
from vgpt2.synthesis.ambiguous.texts import Kind, asks
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import REPLY, Example
from vgpt2.synthesis.negatives.answers import Answer, shown_by
from vgpt2.synthesis.negatives.asked import proof_of, shown_objects, spoken_template
from vgpt2.synthesis.negatives.forms import Form
from vgpt2.synthesis.wordings import once

# How often each kind comes up in turn. A kind of which so many tries in a row bring nothing new has ended.
KINDS: tuple[Kind, ...] = ("two_columns", "two_tables", "no_company", "two_columns", "two_states", "no_period")
MISSES = 150

# The question that is asked back; the user's next turn with its answer; the clear question with its answer.
Triple = tuple[Example, Example, Example]


def stream(
    catalog: Catalog, seed: int, side: str = "train", held_out: HeldOut | None = None, plain: bool = False
) -> Iterator[Triple]:
    """Triples of all kinds in turn, no question twice, until the catalog has no more.

    Args:
        side: `train` or `exam`: which wordings are used.
        held_out: what training leaves to the suite.
        plain: see `Context`.
    """
    maker = _Maker(Context.of(catalog, seed, side, plain), held_out or HeldOut())
    asked: set[str] = set()
    misses: Counter[Kind] = Counter()
    turns: Counter[Kind] = Counter()
    alive = list(KINDS)
    while alive:
        for kind in list(alive):
            triple = maker.triple(kind, turns[kind])
            turns[kind] += 1
            keys = {text for one in triple for text in (one.question, one.family)} if triple else set()
            if triple and not keys & asked:
                asked |= keys
                misses[kind] = 0
                yield triple
                continue
            misses[kind] += 1
            if misses[kind] >= MISSES:
                alive = [other for other in alive if other != kind]


class _Maker:
    """Makes the triple of one turn; the same turn gives the same triple."""

    def __init__(self, ctx: Context, held_out: HeldOut) -> None:
        self.ctx, self.held_out = ctx, held_out
        self.prover = Prover(ctx.catalog, ctx.seed)
        usable = [table for table in ctx.catalog.queryable if PLAIN_NAME.match(table.name) and shown_by(ctx, table)]
        self.readings = Readings(ctx, ctx.asked(usable, "ambiguous"))

    def triple(self, kind: Kind, turn: int) -> Triple | None:
        """The triple of this kind and turn, proved and free of what is held out, or None."""
        rng = self.ctx.rng("ambiguous", kind, turn)
        unclear = self.readings.make(kind, rng, turn)
        if unclear is None or not all(prove(fact, self.ctx.catalog) for fact in unclear.facts):
            return None
        forms = [form for form in unclear.forms if self._fits(form, unclear)]
        rng.shuffle(forms)
        for form in forms:
            answers = [form.answer(self.ctx, one.subject) for one in unclear.readings]
            first, second = answers
            if first and second and self._two(first.sql, second.sql):
                made = self._examples(rng, unclear, form, (first, second))
                return None if any(example.held_by(self.held_out) for example in made) else made
        return None

    def _fits(self, form: Form, unclear: Unclear) -> bool:
        names = form.slots.split()
        given = {name for name, text in unclear.slots.items() if text or name == "co"}
        if unclear.slot not in names or not set(names) <= given | {unclear.slot}:
            return False
        subjects = [reading.subject for reading in unclear.readings]
        # A price is no amount, whatever it is the sum of.
        return form.name != "said_total" or all(one.column in self.ctx.roles(one.table).amounts for one in subjects)

    def _two(self, first: str, second: str) -> bool:
        """Whether both queries hold, and return different rows."""
        if not (first and second and self.prover.verdict(first).clean and self.prover.verdict(second).clean):
            return False
        return self.prover.different_rows(first, second) is True

    def _examples(self, rng: random.Random, unclear: Unclear, form: Form, answers: tuple[Answer, Answer]) -> Triple:
        number, template = rng.choice(form.wordings(self.ctx.side))
        template = spoken_template(self.ctx, rng, template)
        question = _filled(template, unclear, unclear.open)
        back = _asked_back(unclear)
        meant = rng.choice((0, 1))
        # A clear question names one company or one month; two things are told apart by their names alike.
        clear = 0 if unclear.asked_for else 1 - meant
        twin = _filled(template, unclear, unclear.readings[clear].full)
        reply = conversation(_reply(self.ctx, rng, unclear, meant), [(question, back)])
        name = f"{unclear.kind}/{form.name}/{_identity(unclear, form)}"
        objects = [name for pair in zip(unclear.readings, answers, strict=True) for name in _objects(*pair)]
        base = Example(
            kind="ambiguous",
            intent=unclear.kind,
            question=question,
            answer=back,
            family=f"{name}/ask",
            wording=f"{unclear.kind}/{number}",
            polarity="ask",
            tables=unclear.tables,
            objects=tuple(dict.fromkeys(objects)),
            facts=unclear.facts,
            twin=f"{name}/clear",
            module=unclear.readings[0].subject.table.module,
            slots={"readings": [answer.sql for answer in answers], "named": _named(unclear)},
        )
        return base, _answered(base, reply, answers[meant], REPLY), _answered(base, twin, answers[clear], "clear")


def _objects(reading: Reading, answer: Answer) -> list[str]:
    """What a prompt must show of a reading, its conditions among it."""
    filters, _ = reading.subject.company
    return [*shown_objects(reading.subject, answer), *(condition.ref.qualified for condition in filters)]


def _answered(base: Example, question: str, answer: Answer, turn: str) -> Example:
    return base.with_(
        question=question,
        answer=answer.text,
        family=f"{base.family.rpartition('/')[0]}/{turn}",
        polarity="answer",
        sql=answer.sql,
        facts=answer.facts,
        twin=base.family,
        source=turn,
        slots=proof_of(answer.sql),
    )


def _asked_back(unclear: Unclear) -> str:
    # In the order of the prompt (`records/left_open.py`); which is meant is told by nothing.
    first, second = unclear.readings
    slots = {"a": first.said, "A": first.name, "b": second.said, "B": second.name, "word": unclear.word}
    return (unclear.back or asks().asks[unclear.kind]).format(**slots)


def _reply(ctx: Context, rng: random.Random, unclear: Unclear, place: int) -> str:
    choice = unclear.kind in ("two_tables", "two_columns")
    replies = asks().replies.of_two if choice else asks().replies.of_open
    meant = unclear.readings[place]
    slots = {"said": meant.said, "name": meant.name, "place": ("first", "second")[place]}
    text = rng.choice(replies.of(ctx.side)).format(**slots)
    return text[:1].upper() + text[1:] if rng.random() < 0.5 else text


def _filled(template: str, unclear: Unclear, said: str) -> str:
    """A wording with what is said in the open slot; a company between commas may stand at the end."""
    return once(re.sub(r",(?=[,?.!:])", "", template.format(**unclear.slots | {unclear.slot: said})))


def _identity(unclear: Unclear, form: Form) -> str:
    """The same for questions of a form that differ by their company or month only."""
    said = sorted((name, unclear.slots.get(name, "")) for name in form.slots.split() if name not in ("co", "when"))
    left_open = "" if unclear.slot == "co" else unclear.open
    return digest([unclear.tables, said, left_open, [reading.name for reading in unclear.readings]])


def _named(unclear: Unclear) -> list[list[str]]:
    """By what an answer names each reading: any of these, each a name, a phrase, or a word that the other lacks."""
    if unclear.asked_for:
        return [list(unclear.asked_for)]
    return [[reading.name.rpartition(".")[2], reading.said, *reading.words] for reading in unclear.readings]
