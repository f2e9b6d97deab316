"""Streams of proved queries: one intent over all tables or joins, several in turn, each question once."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vgpt2.catalog.sql_traits import traits
from vgpt2.files import digest, fingerprint
from vgpt2.records.dedupe.near import query_key
from vgpt2.records.held_out import HeldOut
from vgpt2.records.prompt import fenced
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import Draft, Intent, all_intents
from vgpt2.synthesis.intents.asked import is_asked
from vgpt2.synthesis.intents.counted.companies import with_companies
from vgpt2.synthesis.intents.counted.filled import with_filled
from vgpt2.synthesis.intents.counted.kept_by import reads_what_none_has
from vgpt2.synthesis.intents.counted.leavers import with_leavers
from vgpt2.synthesis.intents.counted.named_states import with_named_states
from vgpt2.synthesis.intents.counted.owed import with_owed
from vgpt2.synthesis.intents.counted.state_amounts import with_state_amounts
from vgpt2.synthesis.intents.counted.voids import with_voids
from vgpt2.synthesis.intents.extras import with_extras
from vgpt2.synthesis.intents.kinds import with_kind
from vgpt2.synthesis.intents.model import sits_out, spelled
from vgpt2.synthesis.intents.sense import makes_sense
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.plain.saying import briefly, chatty, of_one, of_rows, plainly, terse, unconditioned
from vgpt2.synthesis.plan import explained
from vgpt2.synthesis.query import Query
from vgpt2.synthesis.render import render
from vgpt2.synthesis.typos import with_typo
from vgpt2.synthesis.wordings import fill, templates
from vgpt2.tsql.check.check import checker_of

if TYPE_CHECKING:
    from vgpt2.tsql.run.execute import Engine

# How often a query that returns no rows is tried again with other literals.
TRIES = 3
# A table or join is left by an intent after so many of its turns in a row that brought nothing new: the last few would
# cost as much as all before them.
FRUITLESS = 8
# An intent none of whose first queries reads as many tables as asked has none such.
LOOK = 6
# Of the questions, so many more get a terse wording; of all others, so many are chatty.
TERSE, CHATTY = 0.36, 0.48
LITERAL = re.compile(r"'(?:[^']|'')*'|(?<![\w.\]])\d+(?:\.\d+)?")


def query_stream(ctx: Context, held_out: HeldOut, tables: int = 0) -> Iterator[Example]:
    """The queries of all intents in turn, not run on any rows, each once; `tables`: only those of so many tables."""
    sources = [sql_examples(ctx, intent, None, Counter()) for intent in all_intents()]
    if tables:
        sources = [_of_tables(source, tables) for source in sources]
    return each_once(in_turn(sources), ctx.side, held_out)


def _of_tables(examples: Iterator[Example], tables: int) -> Iterator[Example]:
    """Those that read so many tables; none where the first few read others: proving them costs all the time."""
    had = False
    for looked, example in enumerate(examples, 1):
        if len(example.tables) == tables:
            had = True
            yield example
        elif not had and looked == LOOK:
            return


def each_once(examples: Iterable[Example], side: str, held: HeldOut) -> Iterator[Example]:
    """Each family once, and in training no query that is another one but for its literals."""
    families: set[bytes] = set()
    queries: set[bytes] = set()
    for example in examples:
        family = fingerprint(example.family)
        if family in families or (side == "train" and example.held_by(held)):
            continue
        key = query_key(example.kind, example.slots.get("skeleton", ""), example.objects)
        query = fingerprint(key) if key else b""
        if side == "train" and query in queries:
            continue
        families.add(family)
        if query:
            queries.add(query)
        yield example


def in_turn(sources: Iterable[Iterator[Example]]) -> Iterator[Example]:
    """One of each in turn; those that have ended drop out."""
    alive = list(sources)
    while alive:
        kept = []
        for source in alive:
            example = next(source, None)
            if example is not None:
                kept.append(source)
                yield example
        alive = kept


def sql_examples(
    ctx: Context, intent: Intent, engine: Engine | None, dropped: Counter, label: str = "sql", first: int = 0
) -> Iterator[Example]:
    """Examples of one intent over all tables or joins in turn, each until nothing new comes up; none where the server
    of the database has not what its queries are made of.

    Args:
        first: the number of the first turn: each has other columns, conditions and literals.
    """
    if not all(map(checker_of(ctx.catalog).lookup.has, intent.needs)):
        return
    subjects = intent.subjects(ctx, f"{label}/{intent.name}")
    wordings = templates(intent.name, ctx.side)
    shapes: set[bytes] = set()
    made, number = 0, first - 1
    fruitless = dict.fromkeys(range(len(subjects)), 0)
    while fruitless:
        number += 1
        place = number % len(subjects)
        if place not in fruitless or sits_out(ctx, subjects[place], f"{label}/{intent.name}/{number}"):
            continue
        best = None
        for attempt in range(TRIES if engine else 1):
            rng = ctx.rng(label, intent.name, number, attempt)
            draft = subjects[place](rng, number // len(subjects))
            draft = with_kind(ctx, draft) if draft and makes_sense(ctx, draft.query) else None
            draft = with_owed(ctx, draft) if draft else None
            draft = with_companies(ctx, draft) if draft else None
            odd = ("seldom", label, intent.name, number, attempt)
            if draft is None or not is_asked(ctx, draft.query, ctx.rng(*odd)):
                break
            if ctx.side == "train" and not ctx.plain:
                more = with_extras(ctx, draft, rng)
                draft = more if makes_sense(ctx, more.query) and is_asked(ctx, more.query, ctx.rng(*odd)) else draft
            draft = with_named_states(ctx, with_voids(ctx, with_filled(ctx, draft)))
            draft = with_state_amounts(ctx, with_leavers(ctx, draft)) if draft else None
            if draft is None or reads_what_none_has(ctx, draft.query):
                break
            sql = render(draft.query, ctx.catalog)
            # Looked at before the proof, which costs a hundred times as much.
            if _shape(sql) in shapes:
                continue
            chosen = _said(ctx, draft, wordings, made, rng)
            example = _proved(ctx, intent, draft, sql, *chosen, engine, dropped)
            if example:
                best = best or example
                if not engine or "rows" in example.slots["proof"]:
                    best = example
                    break
        if best is None or (engine and intent.rows and "rows" not in best.slots["proof"]):
            fruitless[place] += 1
            if fruitless[place] == FRUITLESS:
                del fruitless[place]
            continue
        shapes.add(_shape(best.sql))
        fruitless[place], made = 0, made + 1
        yield best


def _said(
    ctx: Context, draft: Draft, wordings: list[tuple[str, str]], made: int, rng: random.Random
) -> tuple[str, str]:
    """The wording that a question gets, and its template; without talk of rows where no table is named."""
    wording, template = wordings[made % len(wordings)]
    short = [(name, text) for name, text in wordings if terse(text)]
    if short and rng.random() < TERSE:
        wording, template = rng.choice(short)
    template = template if spelled(ctx, draft) else plainly(template)
    return wording, template if draft.phrases.get("where", "all") else unconditioned(template)


def _asked(ctx: Context, draft: Draft, template: str, rng: random.Random) -> str:
    """The question: a terse one goes on tersely, of the others some have words around them."""
    phrases = of_rows(draft.phrases)
    template = of_one(template, phrases)
    if terse(template):
        question = fill(template, phrases)
        return f"{question}; {briefly(draft.more)}" if draft.more else question
    return with_words(ctx, fill(template, phrases, draft.more), rng)


def with_words(ctx: Context, question: str, rng: random.Random, fact: bool = False) -> str:
    """A question, in a share of the cases with words around it; `fact`: it is one for a single fact."""
    if rng.random() >= CHATTY:
        return question
    return chatty(question, "exam" if ctx.side == "exam" else "train", rng, short=ctx.plain, fact=fact)


def _shape(sql: str) -> bytes:
    """The same for queries that differ in literals only."""
    return fingerprint(LITERAL.sub("?", sql))


def _proved(
    ctx: Context,
    intent: Intent,
    draft: Draft,
    sql: str,
    wording: str,
    template: str,
    engine: Engine | None,
    dropped: Counter,
) -> Example | None:
    from vgpt2.tsql.check.check import check
    from vgpt2.tsql.run.prepare import prepare
    from vgpt2.tsql.skeleton import skeleton

    verdict = check(sql, ctx.catalog)
    if not verdict.clean:
        dropped[f"{intent.name}/{verdict.rules[0] if verdict.rules else verdict.status}"] += 1
        return None
    proof = ["parses", "resolves", "rules"]
    if engine:
        result = engine.run(prepare(verdict.binding) if verdict.binding else sql)
        if result.status == "error":
            dropped[f"{intent.name}/does_not_run"] += 1
            return None
        if result.status == "rows":
            proof += ["runs", "rows"] if result.says_something else ["runs"]
    query: Query = draft.query
    tables = tuple(query.tables())
    objects = (*tables, *query.columns())
    question = _asked(ctx, draft, template, ctx.rng("chatty", sql))
    plan, facts = explained(ctx, query, draft.action, question)
    if ctx.side == "train" and not ctx.plain:
        names = {name.rpartition(".")[2] for name in objects}
        question = with_typo(question, names, ctx.rng("typo", sql))
    return Example(
        kind="sql",
        intent=intent.name,
        question=question,
        answer=fenced(sql, plan),
        family=digest([intent.name, sql]),
        wording=wording,
        sql=sql,
        tables=tables,
        objects=objects,
        facts=facts,
        ordered=draft.ordered,
        source="synthesis",
        module=ctx.table(tables[0]).module,
        slots={"skeleton": skeleton(verdict.parsed), "proof": proof, "traits": sorted(traits(verdict.parsed))},
    )
