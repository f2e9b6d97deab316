"""Builds the suite: what training must leave alone is chosen first, then every gold is proved.

500 questions in six categories, a stratified 50 of them as the quick suite. Held out are pairs of joined tables,
question families and wordings, never a single table: every table and column may occur in training.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import CATEGORIES, FULL, QUICK, Gold, Question
from vgpt2.records.answers.extract import last_sql
from vgpt2.records.facts import prove
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.categories import category_of
from vgpt2.synthesis.documents import documents, schema_questions
from vgpt2.synthesis.generate import chosen_intents, fits, negative_kinds, stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.pairs import stream as negative_pairs

HELD_OUT_SHARE = 0.15
MIN_HELD_OUT = 4
# What an answer means is not to be told by names and values: no schema question of these.
UNGRADED = ("table_meaning", "column_meaning")
GRADED_CLAIMS = frozenset(
    ("exists", "key", "type", "module", "columns", "joins", "values", "reads", "parameters", "event")
)
# So many candidates in a row without a new question end a category.
MISSES = 3000


def hold_out_pairs(catalog: Catalog, seed: int) -> frozenset[tuple[str, str]]:
    """A seeded share of the catalog's joined pairs, at least four where there are enough.

    A table keeps at least one of its joins for training; a pair whose table has no other join is not taken.
    """
    pairs = sorted({tuple(sorted((join.left, join.right))) for join in catalog.joins if join.left != join.right})
    left = Counter(table for pair in pairs for table in pair)
    wanted = min(len(pairs) // 2, max(MIN_HELD_OUT, round(len(pairs) * HELD_OUT_SHARE)))
    random.Random(f"{seed}/held_out").shuffle(pairs)
    taken: list[tuple[str, str]] = []
    for pair in pairs:
        if len(taken) < wanted and all(left[table] > 1 for table in pair):
            taken.append(pair)
            left.subtract(pair)
    return frozenset(taken)


def build(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    rows: Rows,
    curated: Sequence[Question] = (),
    counts: dict[str, int] | None = None,
) -> tuple[list[Question], HeldOut]:
    """The full suite and what it holds out. A catalog that cannot fill a category gives fewer, never one twice.

    Args:
        curated: questions written by hand; they count among the category's number.
        counts: questions of each category; default FULL.
    """
    counts = counts or FULL
    pairs = hold_out_pairs(catalog, seed)
    asked = {normalise(question.question) for question in curated}
    questions = list(curated)
    for category in CATEGORIES:
        room = counts[category] - sum(question.category == category for question in curated)
        makers = {"hallucination": _twins}
        make = makers.get(category, _plain)
        questions += make(catalog, data, seed, rows, pairs, category, room, asked)
    order = {category: place for place, category in enumerate(CATEGORIES)}
    questions.sort(key=lambda question: order[question.category])
    return questions, held_out_of(catalog, pairs, questions)


def held_out_of(catalog: Catalog, pairs: frozenset[tuple[str, str]], questions: Sequence[Question]) -> HeldOut:
    """What training leaves alone: the pairs, and families, wordings and texts of the questions. The pairs of curated
    joins are not added: they are often the only natural ones."""
    return HeldOut(
        pairs,
        frozenset(question.family for question in questions),
        frozenset(question.wording for question in questions),
        frozenset(normalise(question.question) for question in questions),
    )


def _plain(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    rows: Rows,
    pairs: frozenset[tuple[str, str]],
    category: str,
    room: int,
    asked: set[str],
) -> list[Question]:
    found: list[Question] = []
    misses = 0
    for example in _candidates(catalog, data, seed, category):
        if len(found) >= room or misses > MISSES:
            break
        misses += 1
        text = normalise(example.question)
        if text in asked or category_of(example) != category or not fits(example, data):
            continue
        if category == "join" and not any(pair in pairs for pair in combinations(sorted(set(example.tables)), 2)):
            continue
        gold = prove_example(example, catalog, rows)
        if gold is None:
            continue
        asked.add(text)
        misses = 0
        found.append(to_question(example, gold, category, f"{category}-{len(found) + 1:03}"))
    return found


def _candidates(catalog: Catalog, data: DataSettings, seed: int, category: str) -> Iterator[Example]:
    """Questions of a category, of the intents that the profile teaches."""

    def ask(kind: str, allowed: Container[str]) -> Iterator[Example]:
        names = [name for name in chosen_intents(kind, data.intents.get(kind, ())) if name in allowed]
        # No names would mean all of them.
        return stream(catalog, kind, seed, "exam", intents=names, plain=data.compact) if names else iter(())

    groups = {"sql": "sql", "join": "join", "business": "business"}
    if category in groups:
        queries = ask("sql", {intent.name for intent in all_intents() if intent.group == groups[category]})
        return _two_to_one(queries, ask("document", documents.INTENTS)) if category == "business" else queries
    if category == "schema":
        return ask("schema", set(schema_questions.INTENTS) - set(UNGRADED))
    return ask("correction", _faults(catalog))


def _faults(catalog: Catalog) -> list[str]:
    """The faults that change what a query returns, or whether it runs, in this database. A broken convention does not:
    the faulty query would itself be graded right."""
    rules = catalog.database.house_rules
    possible = {
        "fix_column": True,
        "fix_table": True,
        "fix_group": True,
        "fix_case": catalog.database.case_sensitive,
        "fix_company": rules.company_filter,
        "fix_key": rules.whole_keys_in_joins,
    }
    return [name for name, possible in possible.items() if possible]


def _two_to_one(first: Iterator[Example], second: Iterator[Example]) -> Iterator[Example]:
    """Two of the first, one of the second, in turn, until both have ended."""
    ends = 0
    while ends < 3:
        ends = 0
        for source in (first, first, second):
            example = next(source, None)
            if example is None:
                ends += 1
            else:
                yield example


def _twins(
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    rows: Rows,
    pairs: frozenset[tuple[str, str]],
    category: str,
    room: int,
    asked: set[str],
) -> list[Question]:
    """Pairs of a question about what does not exist and one in the same wording about what does."""
    found: list[Question] = []
    pairs_of_kinds = negative_pairs(catalog, seed, "exam", kinds=negative_kinds(data), plain=data.compact)
    for refused, answered in pairs_of_kinds:
        if len(found) + 2 > room:
            break
        texts = {normalise(refused.question), normalise(answered.question)}
        if texts & asked or len(texts) < 2 or not (fits(refused, data) and fits(answered, data)):
            continue
        gold = prove_example(answered, catalog, rows)
        if gold is None:
            continue
        asked |= texts
        number = len(found) // 2 + 1
        ids = f"{category}-{number:03}-no", f"{category}-{number:03}-yes"
        refusal = Gold(
            refuse=True,
            reason=refused.slots["reason"],
            missing=tuple(refused.slots["missing"]),
            answer=refused.answer,
        )
        found.append(replace(to_question(refused, refusal, category, ids[0]), twin=ids[1]))
        found.append(replace(to_question(answered, gold, category, ids[1]), twin=ids[0]))
    return found


def to_question(example: Example, gold: Gold, category: str, identity: str) -> Question:
    """An example of the synthesis as a question of the suite."""
    return Question(
        id=identity,
        category=category,
        question=example.question,
        gold=gold,
        tables=example.tables,
        ordered=example.ordered,
        kind=example.kind,
        intent=example.intent,
        family=example.family,
        wording=example.wording,
    )


def prove_example(example: Example, catalog: Catalog, rows: Rows) -> Gold | None:
    """The gold of an answered example, or None where it does not hold or could not be graded.

    SQL is clean and, where it can run here, says something on both data sets; a faulty query in the question is not as
    good as its gold. Facts hold, and are of claims that can be read by names and values.
    """
    from vgpt2.tsql.check.check import check

    if example.sql:
        if not check(example.sql, catalog).clean:
            return None
        executable = rows.executable(example.sql)
        if executable and not rows.says_something(example.sql):
            return None
        if example.kind == "correction" and _no_fault(example, catalog, rows):
            return None
        return Gold(sql=(example.sql,), executable=executable, answer=example.answer)
    # What a form shows is graded by its column, which another fact names.
    facts = tuple(fact for fact in example.facts if fact.claim != "shows")
    gradable = GRADED_CLAIMS | ({"describes"} if example.intent == "table_for" else set())
    if not facts or not all(fact.claim in gradable and prove(fact, catalog) for fact in facts):
        return None
    return Gold(facts=facts, answer=example.answer)


def _no_fault(example: Example, catalog: Catalog, rows: Rows) -> bool:
    """Whether the query to be mended would itself be graded right: then only a convention is broken."""
    from vgpt2.tsql.check.check import check

    faulty = last_sql(example.question)
    verdict = check(faulty, catalog) if faulty else None
    if verdict is None:
        return True
    if any(finding.kind != "house" for finding in verdict.findings):
        return False
    return rows.compare(example.sql, faulty, example.ordered)[0]


def quick_suite(questions: Sequence[Question], seed: int, counts: dict[str, int] | None = None) -> list[Question]:
    """A stratified part: of each category its number, intents in turn, twins together."""
    counts = counts or QUICK
    chosen: set[str] = set()
    for category in CATEGORIES:
        rng = random.Random(f"{seed}/quick/{category}")
        room = counts[category]
        for group in _in_turn([question for question in questions if question.category == category], rng):
            if len(group) <= room:
                chosen.update(question.id for question in group)
                room -= len(group)
    return [question for question in questions if question.id in chosen]


def _in_turn(questions: Iterable[Question], rng: random.Random) -> Iterator[list[Question]]:
    """Questions (twins as one group) of each intent in turn, shuffled within an intent."""
    by_id = {question.id: question for question in questions}
    by_intent: dict[str, list[list[Question]]] = defaultdict(list)
    done: set[str] = set()
    for question in by_id.values():
        if question.id in done:
            continue
        group = [question, *([by_id[question.twin]] if question.twin in by_id else [])]
        done.update(item.id for item in group)
        by_intent[question.intent].append(group)
    lists = [by_intent[intent] for intent in sorted(by_intent)]
    rng.shuffle(lists)
    for groups in lists:
        rng.shuffle(groups)
    while any(lists):
        for groups in lists:
            if groups:
                yield groups.pop()
