"""Negatives: questions about what does not exist, refused, each with a twin of the same wording about what does.

Both sides of a pair carry the same schema in their prompt (the real thing, and for the refused side what is nearest to
the invented one), so that neither the wording nor the prompt's shape tells them apart: only the catalog does.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.files import digest
from vgpt2.records.facts import Fact
from vgpt2.records.held_out import HeldOut
from vgpt2.sqltext.names import PLAIN_NAME
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.forms import (
    COLUMN_FORMS,
    COLUMN_ONLY_FORMS,
    JOIN_FORMS,
    KINDS,
    TABLE_FORMS,
    Answer,
    Form,
    Subject,
    fact_name,
    like,
    shown_by,
)
from vgpt2.synthesis.negatives.invented import Inventor, nearest_column
from vgpt2.synthesis.negatives.queries import QueryPairs
from vgpt2.synthesis.negatives.refusals import in_other_table, no_column, no_join, no_table, which_table
from vgpt2.synthesis.negatives.shared_names import SharedNames
from vgpt2.synthesis.questions import Speech, listed
from vgpt2.tsql.dialect import parse
from vgpt2.tsql.skeleton import skeleton

Pair = tuple[Example, Example]
# Two tables that a chain of so many joins leads from one to the other are near enough to be asked about together.
FAR = 3
MISSES = 400  # so many failed tries in a row end a stream


def stream(
    catalog: Catalog,
    seed: int,
    side: str = "train",
    held_out: HeldOut | None = None,
    kinds: Sequence[str] = KINDS,
    plain: bool = False,
) -> Iterator[Pair]:
    """Pairs of a refusal and its answered twin, kinds in turn, no question twice, until the catalog has no more.

    Args:
        side: `train` or `exam`: which wordings are used.
        held_out: what training leaves to the suite.
        plain: see `Context`.
    """
    maker = _Maker(Context(catalog, seed, side, plain), held_out or HeldOut())
    asked: set[str] = set()
    misses, turns = 0, Counter()
    for kind in cycle(kinds):
        if misses == MISSES:
            return
        pair = maker.pair(kind, turns[kind])
        turns[kind] += 1
        questions = {example.question for example in pair} if pair else set()
        if not pair or questions & asked:
            misses += 1
            continue
        misses = 0
        asked |= questions
        yield pair


def _proof(sql: str) -> dict:
    """What the meta of a record says of a query that `_proved` passes."""
    return {"skeleton": skeleton(parse(sql)), "proof": ["parses", "resolves", "rules"]}


@dataclass(slots=True)
class _Asked:
    """What the two questions differ in: `false` fills the wording of the refused one, `true` that of the twin."""

    intent: str
    forms: Sequence[Form]
    false: dict[str, str]
    true: dict[str, str]
    slots: dict[str, str]
    denied: Fact  # `missing`; `unjoined` of two tables, `several` of a column's owners
    way: str
    reason: str = "missing"  # or `no_path`, `ambiguous`, as the exam knows them


class _Maker:
    """Makes the pair of one turn; the same turn gives the same pair."""

    def __init__(self, ctx: Context, held_out: HeldOut) -> None:
        self.ctx = ctx
        self.catalog = ctx.catalog
        self.held_out = held_out
        self.inventor = Inventor(ctx.catalog)
        usable = [table for table in ctx.catalog.queryable if PLAIN_NAME.match(table.name) and shown_by(ctx, table)]
        self.tables = ctx.interleaved(usable, "negatives")
        self.joins = ctx.joins("negatives")
        self._far_of: dict[str, list[Table]] = {}
        self.queries = QueryPairs(ctx, self.inventor, held_out)
        self.names = SharedNames(ctx, self.tables)
        self._makers: dict[str, Callable[[random.Random, int], Pair | None]] = {
            "invented_table": self.invented_table,
            "invented_column": self.invented_column,
            "wrong_table_column": self.wrong_table_column,
            "no_path_join": self.no_path_join,
            "ambiguous": self.ambiguous,
            "query_table": self.queries.table,
            "query_column": self.queries.column,
        }

    def pair(self, kind: str, turn: int) -> Pair | None:
        """The pair of this kind and turn, proved and free of what is held out, or None."""
        pair = self._makers[kind](self.ctx.rng("negative", kind, turn), turn) if self.tables else None
        if pair is None or any(example.held_by(self.held_out) for example in pair):
            return None
        return pair if self._proved(pair[1]) else None

    def _proved(self, twin: Example) -> bool:
        if not twin.sql:
            return True
        from vgpt2.tsql.check.check import check

        return check(twin.sql, self.catalog).clean

    def _table(self, turn: int) -> Table:
        return self.tables[turn % len(self.tables)]

    def invented_table(self, rng: random.Random, turn: int) -> Pair | None:
        """A table that does not exist, beside the real one that its name was made from."""
        table = self._table(turn)
        made, way = self.inventor.table(rng, table, self.ctx.table_words(table))
        if not made:
            return None
        shown = shown_by(self.ctx, table)
        columns = rng.sample(shown, min(2, len(shown)))
        subject = Subject(
            table,
            columns=tuple(column.name for column in table.columns if column in columns),
            company=self._company(rng, table),
        )
        name = like(self.ctx, table, made)
        real = self.catalog.sql_name(table)
        refusal = no_table(name, real)
        slots = {"cols": listed(subject.columns), "co": subject.company[1]}
        asked = _Asked("invented_table", TABLE_FORMS, {"T": name}, {"T": real}, slots, Fact("missing", name), way)
        return self._pair(asked, rng, subject, refusal)

    def invented_column(self, rng: random.Random, turn: int) -> Pair | None:
        """A column that does not exist, of a real table, beside the real column that its name was made from."""
        table = self._table(turn)
        column = rng.choice(shown_by(self.ctx, table))
        made, way = self.inventor.column(rng, table, column, self.ctx.words(table).get(column.name, ""))
        if not made:
            return None
        near = nearest_column(made, way, column.name, [other.name for other in shown_by(self.ctx, table)])
        subject = Subject(table, column, company=self._company(rng, table), near=near)
        name = self.catalog.sql_name(table)
        refusal = no_column(name, made, near)
        missing = Fact("missing", fact_name(self.ctx, table, made))
        slots = {"T": name, "co": subject.company[1]}
        asked = _Asked("invented_column", COLUMN_FORMS, {"C": made}, {"C": column.name}, slots, missing, way)
        return self._pair(asked, rng, subject, refusal)

    def wrong_table_column(self, rng: random.Random, turn: int) -> Pair | None:
        """A real column asked of a table that does not have it; the twin asks it of the table that has it."""
        table = self._table(turn)
        column = rng.choice(shown_by(self.ctx, table))
        others = self._without(table, column)
        if not others:
            return None
        other = rng.choice(others)
        company, said = self._company(rng, table)
        # The company filter is said alike for both; a table without that column would make it another question.
        if bool(self._company(rng, other)[1]) != bool(said):
            return None
        subject = Subject(table, column, company=(company, said), other=other)
        wrong, right = self.catalog.sql_name(other), self.catalog.sql_name(table)
        refusal = in_other_table(wrong, column.name, right)
        missing = Fact("missing", fact_name(self.ctx, other, column.name))
        slots = {"C": column.name, "co": said}
        asked = _Asked("wrong_table_column", COLUMN_FORMS, {"T": wrong}, {"T": right}, slots, missing, "real")
        return self._pair(asked, rng, subject, refusal)

    def no_path_join(self, rng: random.Random, turn: int) -> Pair | None:
        """Two real tables that no short chain of joins connects; the twin joins the first one to a near one."""
        if not self.joins:
            return None
        join = self.joins[turn % len(self.joins)]
        ends = [self.ctx.table(join.left), self.ctx.table(join.right)]
        rng.shuffle(ends)
        table, partner = ends
        far = self._far(table)
        if not far:
            return None
        stranger = rng.choice(far)
        company = self._company(rng, table)
        if not all(shown_by(self.ctx, one) for one in (table, partner, stranger)):
            return None
        shown = [rng.choice(shown_by(self.ctx, one)).name for one in (table, partner, stranger)]
        subject = Subject(table, columns=(shown[0], shown[1]), company=company, other=partner)
        names = [self.catalog.sql_name(one) for one in (table, stranger, partner)]
        refusal = no_join(names[0], names[1])
        slots = {"T": names[0], "a": shown[0], "co": company[1]}
        false, true = {"U": names[1], "b": shown[2]}, {"U": names[2], "b": shown[1]}
        unjoined = Fact("unjoined", "+".join(fact_name(self.ctx, one) for one in (table, stranger)))
        asked = _Asked("no_path_join", JOIN_FORMS, false, true, slots, unjoined, "far", "no_path")
        pair = self._pair(asked, rng, subject, refusal)
        if pair is None:
            return None
        objects = (table.qualified, stranger.qualified)
        return pair[0].with_(tables=objects, objects=objects), pair[1]

    def ambiguous(self, rng: random.Random, turn: int) -> Pair | None:
        """A column that several tables have, and no word of which is meant; the twin's column is in one table alone."""
        if not self.names.shared or not self.names.alone:
            return None
        owners = self.names.shared[turn % len(self.names.shared)]
        table, column = rng.choice(self.names.alone)
        company = self._company(rng, table)
        alike = [one for one, _ in owners if bool(self._company(rng, one)[1]) == bool(company[1])]
        if len(alike) < 2:
            return None
        shown, name = rng.sample(alike, 2), owners[0][1].name
        tables = [self.catalog.sql_name(one) for one in shown]
        subject = Subject(table, column, company=company)
        several = Fact("several", name, ", ".join(tables))
        slots = {"co": company[1]}
        asked = _Asked(
            "ambiguous", COLUMN_ONLY_FORMS, {"C": name}, {"C": column.name}, slots, several, "shared", "ambiguous"
        )
        pair = self._pair(asked, rng, subject, which_table(name, tables))
        if pair is None:
            return None
        # Both prompts show the owner of the one column and two of the other's.
        objects = [*pair[1].objects, *(one.qualified for one in shown), *(f"{one.qualified}.{name}" for one in shown)]
        both = {"tables": (table.qualified, *(one.qualified for one in shown)), "objects": tuple(objects)}
        return pair[0].with_(**both), pair[1].with_(**both)

    def _pair(self, asked: _Asked, rng: random.Random, subject: Subject, refusal: str) -> Pair | None:
        """Ask the same about what is false and what is true, in a form that the real thing can answer."""
        order = list(asked.forms)
        rng.shuffle(order)
        answers = ((form, form.answer(self.ctx, subject)) for form in order)
        form, answer = next(((form, answer) for form, answer in answers if answer), (None, None))
        if form is None or answer is None:
            return None
        intent, slots, denied = asked.intent, asked.slots, asked.denied
        number, template = rng.choice(form.wordings(self.ctx.side))
        wording = f"{intent}/{number}"
        families = [f"{intent}/{form.name}/{digest([slots, values])}" for values in (asked.false, asked.true)]
        tables = [subject.table.qualified]
        if subject.other:
            tables.append(subject.other.qualified)
        shared = {
            "kind": "negative",
            "intent": intent,
            "wording": wording,
            "tables": tuple(tables),
            "source": asked.way,
            "module": subject.table.module,
        }
        refused = Example(
            question=template.format(**slots, **asked.false),
            answer=refusal,
            family=families[0],
            polarity="refuse",
            objects=self._shown_objects(subject, answer),
            facts=(denied,),
            twin=families[1],
            slots={
                "missing": [denied.subject] if asked.reason == "missing" else [],
                "reason": asked.reason,
                "false": asked.false,
                "true": asked.true,
            },
            **shared,
        )
        twin = Example(
            question=template.format(**slots, **asked.true),
            answer=answer.text,
            family=families[1],
            sql=answer.sql,
            objects=self._shown_objects(subject, answer),
            facts=answer.facts,
            twin=families[0],
            slots=_proof(answer.sql) if answer.sql else {},
            **shared,
        )
        return refused, twin

    @staticmethod
    def _shown_objects(subject: Subject, answer: Answer) -> tuple[str, ...]:
        """The columns that both prompts show: those of the answer, so that they look alike."""
        names = [subject.column.name] if subject.column else []
        names += [subject.near] if subject.near else []
        return tuple(dict.fromkeys((*answer.objects, *(f"{subject.table.qualified}.{name}" for name in names))))

    def _company(self, rng: random.Random, table: Table):
        filters, said = Speech(self.ctx, rng).company(table)
        return tuple(filters), said

    def _without(self, table: Table, column: Column) -> list[Table]:
        """Tables of the same module that lack this column, whatever its case."""
        lacking = [
            other
            for other in self.tables
            if other.module == table.module
            and other.name != table.name
            and all(known.name.lower() != column.name.lower() for known in other.columns)
        ]
        return sorted(lacking, key=lambda other: other.qualified)

    def _far(self, table: Table) -> list[Table]:
        """Tables that no chain of at most FAR joins leads to and that share no key column with this one."""
        if table.qualified in self._far_of:
            return self._far_of[table.qualified]
        near, queue = {table.qualified}, deque([(table.qualified, 0)])
        while queue:
            name, steps = queue.popleft()
            for join in self.catalog.joins_of(name) if steps < FAR else ():
                other = join.right if join.left == name else join.left
                if other not in near:
                    near.add(other)
                    queue.append((other, steps + 1))
        keys = set(table.key)
        far = [one for one in self.tables if one.qualified not in near and one.key and not keys & set(one.key)]
        self._far_of[table.qualified] = sorted(far, key=lambda one: one.qualified)
        return self._far_of[table.qualified]
