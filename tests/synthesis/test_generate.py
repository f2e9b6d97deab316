"""Streams of examples: proved, spread out, the same each time, apart from what the suite holds."""

import difflib
import re
from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.lookup import columns_to_name
from vgpt2.catalog.plain_words import PlainWords
from vgpt2.errors import UserError
from vgpt2.records.facts import prove
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.synthesis import sft_set
from vgpt2.synthesis.categories import CATEGORIES, category_of
from vgpt2.synthesis.generate import KINDS, examples, fits, negative_kinds, stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.sft_set import sft_examples
from vgpt2.synthesis.wordings import sql_wordings, text_wordings
from vgpt2.tsql.check.check import check


def some(catalog, kind, count, side="train", **more):
    """As `streamed`; where something is held out or counted, from a stream of its own."""
    if more.keys() & {"held_out", "dropped"}:
        return list(islice(stream(catalog, kind, 1, side, **more), count))
    return streamed(catalog, kind, 1, count, side, **more)


def test_every_intent_has_wordings_for_training_and_others_for_the_exam():
    assert len(all_intents()) >= 25
    for name, wordings in {**sql_wordings(), **text_wordings()}.items():
        train, exam = wordings.train, wordings.exam
        assert len(set(train)) >= 6, name
        assert len(set(exam)) >= 3, name
        assert not {normalise(text) for text in train} & {normalise(text) for text in exam}, name
    assert {intent.name for intent in all_intents()} == set(sql_wordings())


def test_nearly_all_that_is_built_proves_out(sample):
    dropped = Counter()
    made = some(sample, "sql", 1200, dropped=dropped)
    assert len(made) == 1200
    assert dropped.total() <= 6, dropped
    assert all(check(example.sql, sample).clean for example in made[::7])
    assert len({example.family for example in made}) == 1200


def test_a_small_sample_shows_every_intent_and_many_tables(sample):
    made = some(sample, "sql", 200)
    assert {example.intent for example in made} == {intent.name for intent in all_intents()}
    assert len({example.tables[0] for example in made}) >= 60
    assert len({example.module for example in made}) >= 10


def test_in_the_long_run_every_table_and_nearly_every_column_occurs(sample):
    made = [*some(sample, "sql", 6000), *some(sample, "schema", 6000)]
    seen = {name for example in made for name in example.objects}
    wanted = list(sample.queryable)
    assert {table.qualified for table in wanted} <= seen
    columns = {f"{table.qualified}.{column.name}" for table in wanted for column in table.columns}
    internal = {name for name in columns if name.endswith((".KeyID", ".UniqueAttchID"))}
    assert len(columns - seen - internal) <= 0.01 * len(columns)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_examples(sample, kind):
    made = some(sample, kind, 60)
    # Of a catalog of which nothing is worked out yet.
    assert made == list(islice(stream(replace(sample), kind, 1), 60))
    assert made != streamed(sample, kind, 2, 60)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exam_has_wordings_of_its_own(sample, kind):
    train = {example.wording for example in some(sample, kind, 150)}
    exam = {example.wording for example in some(sample, kind, 150, "exam")}
    assert train and exam and not train & exam


def test_training_leaves_alone_what_the_suite_holds(sample):
    exam = [example for example in some(sample, "sql", 200, "exam") if len(example.tables) == 2]
    pair = tuple(sorted(exam[0].tables))
    family = some(sample, "sql", 1)[0].family
    held = HeldOut(pairs=frozenset({pair}), families=frozenset({family}))
    made = some(sample, "sql", 400, held_out=held)
    assert not any(set(pair) <= set(example.tables) for example in made)
    assert family not in {example.family for example in made}


@pytest.mark.parametrize("kind", ["schema", "document", "correction"])
def test_every_stated_fact_is_true(sample, kind):
    for side in ("train", "exam"):
        for example in some(sample, kind, 400, side):
            assert all(prove(fact, sample) for fact in example.facts), example


def windows(text, width):
    """All parts of a text of about so many letters."""
    return [text[at : at + width + more] for at in range(len(text)) for more in (-1, 0, 1)]


def named(example, sample):
    """The tables of an example that its question names, by name or in words."""
    found = []
    for name in example.tables:
        table = sample.by_qualified[name]
        called = PlainWords.of(sample).table(table) or table.name
        # A slip of the finger may be in the words, never in a name.
        near = difflib.get_close_matches(called, windows(example.question, len(called)), 1, 0.85)
        if table.name in example.question or near:
            found.append(name)
    return found


def test_a_question_names_its_tables_and_the_answer_is_in_the_examples_form(sample):
    for example in some(sample, "sql", 300):
        # "Responding firm" and not project firms; of "order lines per customer" the order goes without saying.
        found = named(example, sample)
        assert example.tables[0] in found, example
        assert 2 * len(found) >= len(example.tables), (found, example)
        assert "\n" not in example.sql
        assert example.answer.endswith(f"```sql\n{example.sql}\n```")
        assert example.answer.index("\n") < 700
        assert "  " not in example.question and "{" not in example.question


def test_house_rules_show_only_where_the_database_has_them(shop):
    made = some(shop, "sql", 100)
    assert made
    assert not any("NOLOCK" in example.sql or "company" in example.question for example in made)
    assert all(check(example.sql, shop).clean for example in made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_catalog_with_one_table_ends_by_itself(lonely, kind):
    made = some(lonely, kind, 500)
    assert len(made) < 500
    if kind in ("sql", "schema"):
        assert made


def test_categories(sample):
    found = {category_of(example) for kind in KINDS for example in some(sample, kind, 120)}
    assert found == set(CATEGORIES) - {"hallucination"}


def test_the_sft_set_has_the_shares_of_the_mix(sample, cpu):
    made = [*sft_examples(sample, cpu, 1)]
    total = cpu.sft - 2 * cpu.negatives
    counts = Counter(example.kind for example in made)
    assert len(made) == total
    assert counts["schema"] == round(total * cpu.mix["schema"])
    assert counts["correction"] == round(total * cpu.mix["correction"])
    assert counts["ambiguous"] == round(total * cpu.mix["ambiguous"]) // 3 * 3
    assert all(fits(example, cpu) for example in made)


def test_where_it_is_asked_for_every_column_occurs_in_the_place_of_the_last_queries(shop, cpu, monkeypatch):
    monkeypatch.setattr(sft_set, "MOST_COVERING", 0.5)
    chosen = {"sft": 8, "negatives": 0, "mix": {"sql": 1.0}, "intents": {"sql": ["sum", "group_count"]}}
    data = cpu.model_copy(update=chosen)
    plain, covering = ([*sft_examples(shop, data, 1, cover=cover)] for cover in (False, True))
    queries = [example for example in covering if example.kind == "sql"]
    assert len(plain) == len(covering) == 8
    assert len(queries) >= 4
    assert queries == plain[: len(queries)]
    named = {name for example in covering for name in example.objects}
    assert not {f"{table}.{name}" for table, names in columns_to_name(shop).items() for name in names} - named


def test_a_set_that_is_too_small_for_every_column_says_what_occurs_nowhere(sample, cpu):
    said = []
    data = cpu.model_copy(update={"sft": 100, "negatives": 0, "intents": {"sql": ["count"]}, "mix": {"sql": 1.0}})
    made = [*sft_examples(sample, data, 1, cover=True, warn=said.append)]
    assert len(made) == 100
    assert sum(example.kind == "schema" for example in made) == round(100 * sft_set.MOST_COVERING)
    (text,) = said
    assert re.match(r"1,\d{3} columns occur in no record \(dbo\.\w+\.\w+, .*\.\.\.\): make a larger set", text)


def test_what_a_catalog_cannot_fill_is_said_and_filled_with_sql(shop, cpu):
    said = []
    made = [*sft_examples(shop, cpu, 1, warn=said.append)]
    assert any(text.startswith("document: 0 of") for text in said)
    assert Counter(example.kind for example in made)["sql"] > 50


def test_a_size_that_no_catalog_fills_ends_with_what_there_is_and_repeats_nothing(shop, cpu):
    said = []
    data = cpu.model_copy(update={"sft": 5_000, "negatives": 0, "intents": {"sql": ["count"]}, "mix": {"sql": 1.0}})
    made = [*sft_examples(shop, data, 1, warn=said.append)]
    assert said == [f"sql: {len(made):,} of 5,000: the catalog has no more with these intents"]
    assert len({example.question for example in made}) == len({example.sql for example in made}) == len(made)


def test_intents_can_be_chosen(sample, cpu):
    chosen = cpu.model_copy(update={"sft": 120, "negatives": 0, "intents": {"sql": ["count", "join_list"]}})
    made = [example for example in sft_examples(sample, chosen, 1) if example.kind == "sql"]
    assert {example.intent for example in made} == {"count", "join_list"}


def test_an_intent_that_is_named_twice_comes_twice_as_often(sample):
    made = Counter(example.intent for example in some(sample, "sql", 60, intents=["count", "join_list", "join_list"]))
    assert made == {"count": 20, "join_list": 40}


def test_an_unknown_intent_is_named_with_the_nearest(sample):
    with pytest.raises(UserError, match=r"data\.intents\.sql: no intent 'join_lst'; did you mean 'join_list'"):
        some(sample, "sql", 1, intents=["join_lst"])


def test_an_unknown_kind_of_negative_is_named_too(cpu):
    with pytest.raises(UserError, match=r"data\.intents\.negative: .*'invented_tabel'; did you mean 'invented_table'"):
        negative_kinds(cpu.model_copy(update={"intents": {"negative": ["invented_tabel"]}}))


def test_all_kinds_come_in_the_proportions_of_the_mix(sample, cpu):
    counts = Counter(example.kind for example in islice(examples(sample, cpu, 1), 400))
    # Questions with two readings are of the SFT set alone.
    every = sum(cpu.mix[kind] for kind in KINDS)
    for kind in KINDS:
        assert abs(counts[kind] - 400 * cpu.mix[kind] / every) <= 4, counts
