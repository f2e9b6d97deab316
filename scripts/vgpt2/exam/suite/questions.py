"""Questions of the suite, each with a gold that is proved: made by the synthesis, in the exam's wordings."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import Gold, Question
from vgpt2.exam.suite.shaping import Mutations, with_data
from vgpt2.records.answers.extract import last_sql
from vgpt2.records.facts import prove
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.ambiguous.stream import stream as ambiguous_triples
from vgpt2.synthesis.categories import category_of
from vgpt2.synthesis.documents import documents, schema_questions
from vgpt2.synthesis.generate import chosen_intents, fits, negative_kinds, stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.pairs import stream as negative_pairs

Kind = Literal["sql", "schema", "document", "correction"]
# What an answer means is not to be told by names and values: no schema question of these.
UNGRADED = ("table_meaning", "column_meaning")
GRADED_CLAIMS = frozenset(
    ("exists", "key", "type", "module", "columns", "joins", "values", "reads", "parameters", "event")
)
# So many candidates in a row without a new question end a category.
MISSES = 3000


@dataclass(slots=True)
class Source:
    """What questions are made from.

    `rows` proves a gold by running it. `pairs`: the joined tables that training leaves alone; a join question is about
    one of them. `asked`: the normalised texts of all questions so far, to which each new one adds its own. `mutations`:
    where the mutants of the golds are counted; None: no data sets are made, and none is looked at.
    """

    catalog: Catalog
    data: DataSettings
    seed: int
    rows: Rows
    pairs: frozenset[tuple[str, str]]
    asked: set[str]
    mutations: Mutations | None = None

    def judged(self, question: Question) -> Question | None:
        """The question with the data sets that tell its gold from the gold's mutants; None where none does."""
        if self.mutations is None or not question.gold.sql:
            return question
        shaped = with_data(question, self.rows, self.seed)
        if shaped.alive:
            return None
        self.mutations.add(shaped)
        return shaped.question


def questions_of(source: Source, category: str, room: int) -> list[Question]:
    """At most `room` new questions of a category; fewer where the catalog has no more."""
    if category == "ambiguous":
        return _asked_back(source, category, room)
    return _twins(source, category, room) if category == "hallucination" else _plain(source, category, room)


def _plain(source: Source, category: str, room: int) -> list[Question]:
    found: list[Question] = []
    misses = 0
    for example in _candidates(source, category):
        if len(found) >= room or misses > MISSES:
            break
        misses += 1
        text = normalise(example.question)
        if text in source.asked or category_of(example) != category or not fits(example, source.data):
            continue
        pairs = combinations(sorted(set(example.tables)), 2)
        if category == "join" and not any(pair in source.pairs for pair in pairs):
            continue
        gold = prove_example(example, source.catalog, source.rows)
        if gold is None:
            continue
        question = source.judged(to_question(example, gold, category, f"{category}-{len(found) + 1:03}"))
        if question is None:
            continue
        source.asked.add(text)
        misses = 0
        found.append(question)
    return found


def _candidates(source: Source, category: str) -> Iterator[Example]:
    """Questions of a category, of the intents that the profile teaches."""
    catalog, data = source.catalog, source.data

    def ask(kind: Kind, allowed: Container[str]) -> Iterator[Example]:
        names = [name for name in chosen_intents(kind, data.intents.get(kind, ())) if name in allowed]
        # No names would mean all of them.
        return stream(catalog, kind, source.seed, "exam", intents=names, plain=data.compact) if names else iter(())

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


def _twins(source: Source, category: str, room: int) -> list[Question]:
    """Pairs of a question about what does not exist and one in the same wording about what does."""
    found: list[Question] = []
    data = source.data
    pairs = negative_pairs(source.catalog, source.seed, "exam", kinds=negative_kinds(data), plain=data.compact)
    for refused, answered in pairs:
        if len(found) + 2 > room:
            break
        texts = {normalise(refused.question), normalise(answered.question)}
        if texts & source.asked or len(texts) < 2 or not (fits(refused, data) and fits(answered, data)):
            continue
        gold = prove_example(answered, source.catalog, source.rows)
        if gold is None:
            continue
        number = len(found) // 2 + 1
        ids = f"{category}-{number:03}-no", f"{category}-{number:03}-yes"
        twin = source.judged(to_question(answered, gold, category, ids[1]))
        if twin is None:
            continue
        source.asked |= texts
        refusal = Gold(
            refuse=True,
            reason=refused.slots["reason"],
            missing=tuple(refused.slots["missing"]),
            answer=refused.answer,
        )
        found.append(replace(to_question(refused, refusal, category, ids[0]), twin=ids[1]))
        found.append(replace(twin, twin=ids[0]))
    return found


def _asked_back(source: Source, category: str, room: int) -> list[Question]:
    """Pairs of a question with two readings and the same with the missing word; none where training has none."""
    found: list[Question] = []
    data = source.data
    triples = ambiguous_triples(source.catalog, source.seed, "exam", plain=data.compact)
    for asked, _, clear in triples if data.mix.get("ambiguous") and room > 1 else ():
        texts = {normalise(asked.question), normalise(clear.question)}
        if texts & source.asked or not (fits(asked, data) and fits(clear, data)):
            continue
        gold = prove_example(clear, source.catalog, source.rows)
        number = len(found) // 2 + 1
        ids = f"{category}-{number:03}-ask", f"{category}-{number:03}-clear"
        twin = source.judged(to_question(clear, gold, category, ids[1])) if gold else None
        if twin is None:
            continue
        source.asked |= texts
        readings = tuple(map(tuple, asked.slots["named"]))
        back = Gold(refuse=True, reason="ambiguous", answer=asked.answer, readings=readings)
        found.append(replace(to_question(asked, back, category, ids[0]), twin=ids[1]))
        found.append(replace(twin, twin=ids[0]))
        if len(found) + 2 > room:
            break
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
    if example.sql:
        if not rows.query(example.sql).verdict.clean:
            return None
        if any(result.status == "error" for result in rows.gold(example.sql)):
            return None
        executable = rows.executable(example.sql)
        if executable and not rows.says_something(example.sql):
            return None
        if example.kind == "correction" and _no_fault(example, rows):
            return None
        return Gold(sql=(example.sql,), executable=executable, answer=example.answer)
    # What a form shows is graded by its column, which another fact names.
    facts = tuple(fact for fact in example.facts if fact.claim != "shows")
    gradable = GRADED_CLAIMS | ({"describes"} if example.intent == "table_for" else set())
    if not facts or not all(fact.claim in gradable and prove(fact, catalog) for fact in facts):
        return None
    return Gold(facts=facts, answer=example.answer)


def _no_fault(example: Example, rows: Rows) -> bool:
    """Whether the query to be mended would itself be graded right: then only a convention is broken."""
    faulty = last_sql(example.question)
    if not faulty:
        return True
    query = rows.query(faulty)
    return not query.invalid and rows.compare(example.sql, query, example.ordered).same
