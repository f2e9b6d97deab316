"""Negatives and their twins: the same wording about what does not exist and about what does."""

import re
from collections import Counter, defaultdict
from itertools import islice
from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.records.answers.answers import denied, find_sql, refuses
from vgpt2.records.facts import prove
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.synthesis.negatives.forms import KINDS
from vgpt2.synthesis.negatives.invented import existing_names
from vgpt2.synthesis.negatives.pairs import stream
from vgpt2.tsql.check.check import check

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/audit"
INTENTS = {
    "invented_table", "invented_column", "wrong_table_column", "no_path_join", "ambiguous", "unheard_table",
    "unheard_column",
}  # fmt: skip
# Ways of making up what the business would have; the others are slips.
TEMPTING = {"record", "attribute", "business", "master", "column_word"}


@pytest.fixture(scope="module", params=["vista", "shop"])
def catalog(request):
    return store.load(FIXTURES / f"{request.param}.json")


@pytest.fixture(scope="module")
def pairs(catalog):
    return list(islice(stream(catalog, 1), 120))


def test_every_kind_comes_up(pairs):
    assert INTENTS <= {refusal.intent for refusal, _ in pairs} <= INTENTS | {"others_column"}
    assert len({refusal.source for refusal, _ in pairs}) >= 6  # ways of making names up


def test_what_is_invented_exists_nowhere_in_any_case(catalog, pairs):
    taken = existing_names(catalog)
    for refusal, _ in pairs:
        if refusal.intent.startswith("invented"):
            (name,) = refusal.slots["missing"]
            assert name.rpartition(".")[2].lower() not in taken
            assert name.rpartition(".")[2] in refusal.question


def test_most_inventions_are_what_the_business_would_have(pairs):
    ways = [refusal.source for refusal, _ in pairs if refusal.intent.startswith(("invented", "unheard"))]
    assert sum(way in TEMPTING for way in ways) > 0.6 * len(ways)


def test_what_is_asked_in_words_is_called_so_nowhere_near(catalog, pairs):
    asked = [pair for pair in pairs if pair[0].intent in ("unheard_table", "unheard_column", "others_column")]
    assert len(asked) >= 20
    names = {table.name for table in catalog.tables}
    for refusal, twin in asked:
        missing, unsaid = refusal.facts
        assert (missing.claim, unsaid.claim) == ("missing", "unsaid")
        for example in (refusal, twin):
            assert not names & set(re.findall(r"[A-Z]\w*[A-Z]\w*", example.question))


def test_a_refusal_is_one_line_that_names_what_is_missing_and_something_real(catalog, pairs):
    for refusal, _ in pairs:
        assert "\n" not in refusal.answer
        assert refuses(refusal.answer)
        assert not refusal.sql
        assert refusal.facts
        assert all(prove(fact, catalog) for fact in refusal.facts)
        if refusal.intent not in ("no_path_join", "ambiguous"):
            assert denied(refusal.answer)
            real = {table.name for table in catalog.tables} | {c.name for t in catalog.tables for c in t.columns}
            assert any(name in refusal.answer for name in real)


def test_its_twin_asks_the_same_of_something_real_and_is_answered_truly(catalog, pairs):
    for refusal, twin in pairs:
        assert (refusal.wording, refusal.kind) == (twin.wording, twin.kind)
        assert (refusal.twin, twin.twin) == (twin.family, refusal.family)
        assert refusal.question != twin.question
        assert not refuses(twin.answer)
        assert bool(twin.sql) == bool(find_sql(twin.answer))
        if twin.sql:
            assert check(twin.sql, catalog).clean
        else:
            assert twin.facts
            assert all(prove(fact, catalog) for fact in twin.facts)


def test_the_questions_of_a_pair_differ_in_the_names_alone(pairs):
    for refusal, twin in pairs:
        false, true = refusal.slots["false"], refusal.slots["true"]
        swapped = refusal.question
        for slot in false:
            swapped = swapped.replace(false[slot], true[slot])
        assert normalise(swapped) == normalise(twin.question) or refusal.intent == "no_path_join"


def test_both_prompts_need_as_many_tables_and_show_the_same_columns(pairs):
    for refusal, twin in pairs:
        assert len(refusal.tables) == len(twin.tables)
        if refusal.intent != "no_path_join":
            assert refusal.tables == twin.tables
            assert refusal.objects == twin.objects


def test_an_ambiguous_question_is_about_a_column_of_several_tables_and_its_twin_about_a_column_of_one(catalog, pairs):
    owners = defaultdict(set)
    for table in catalog.queryable:
        for column in table.columns:
            owners[column.name.lower()].add(catalog.sql_name(table))
    for refusal, twin in (pair for pair in pairs if pair[0].intent == "ambiguous"):
        column, alone = refusal.slots["false"]["C"], refusal.slots["true"]["C"]
        assert len(owners[column.lower()]) >= 3
        assert len(owners[alone.lower()]) == 1
        assert sum(f" {name} " in refusal.answer.replace(",", " ") for name in owners[column.lower()]) == 2
        assert owners[alone.lower()] <= {
            catalog.sql_name(table) for table in map(catalog.by_qualified.get, twin.tables)
        }


def test_no_question_twice(pairs):
    questions = Counter(normalise(example.question) for pair in pairs for example in pair)
    assert max(questions.values()) == 1


def test_wordings_of_training_and_exam_are_apart_and_enough():
    catalog = store.load(FIXTURES / "vista.json")
    wordings = {side: defaultdict(set) for side in ("train", "exam")}
    for side, found in wordings.items():
        for refusal, _ in islice(stream(catalog, 5, side), 400):
            found[refusal.intent].add(refusal.wording)
    for intent in INTENTS:
        assert len(wordings["train"][intent]) >= 4
        assert len(wordings["exam"][intent]) >= 2
        assert not wordings["train"][intent] & wordings["exam"][intent]


def test_what_the_suite_holds_out_is_left_alone(catalog, pairs):
    refusal = pairs[0][0]
    # The twin may come up again, beside another invention.
    held = HeldOut(families=frozenset({refusal.family}), questions=frozenset({normalise(pairs[1][1].question)}))
    questions = {example.question for pair in islice(stream(catalog, 1, "train", held), 60) for example in pair}
    assert not {refusal.question, pairs[1][1].question} & questions


def test_the_same_seed_gives_the_same_pairs(catalog):
    assert list(islice(stream(catalog, 9), 30)) == list(islice(stream(catalog, 9), 30))
    assert list(islice(stream(catalog, 9), 30)) != list(islice(stream(catalog, 10), 30))


def test_a_stream_ends_where_a_catalog_has_no_more():
    catalog = store.load(FIXTURES / "shop.json")
    catalog.tables = catalog.tables[:1]
    catalog.joins = []
    pairs = list(stream(catalog, 1, kinds=("invented_table", "no_path_join")))
    assert pairs
    assert {refusal.intent for refusal, _ in pairs} == {"invented_table"}


def test_kinds_can_be_chosen(catalog):
    assert set(KINDS) >= INTENTS
    found = {refusal.intent for refusal, _ in islice(stream(catalog, 1, kinds=("wrong_table_column",)), 10)}
    assert found == {"wrong_table_column"}
