"""Names in prose: those of plans exist, whatever training says can be said, and refusals name what is not there."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from vgpt2.catalog.model import Catalog
from vgpt2.inference.bounded.prose import Known, Prose
from vgpt2.inference.bounded.sentences import plan_words
from vgpt2.records.prompt import schema_text
from vgpt2.synthesis.ambiguous.texts import asks
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.negatives.pairs import stream as pairs
from vgpt2.tsql.prefix.names import Names

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "fixtures" / "decoding" / "prose.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
TABLES = ("dbo.APTH", "dbo.APVM", "dbo.HRET")


@pytest.fixture(scope="module")
def known(sample):
    return Known(sample)


def stops(prose: Prose, said: str) -> str:
    """What is refused of a text that comes letter by letter; empty: nothing."""
    texts = (said[:size] for size in range(1, len(said) + 1))
    return next(filter(None, (prose.refusal(text) for text in texts)), "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["said"][:50])
def test_names_that_a_plan_writes_exist(case, known, sample):
    prose = Prose(known, Names.of(sample, TABLES), case.get("question", ""))
    assert stops(prose, case["said"]) == case["stops"]


def test_a_name_is_whole_where_the_answer_ends(known, sample):
    prose = Prose(known, Names.of(sample, TABLES), "")
    assert not prose.refusal("Show APTH.Vend") and prose.refusal("Show APTH.Vend", whole=True)
    assert not prose.refusal("Show APTH.Vendor.", whole=True)


def test_what_a_question_leaves_open_is_asked_back(known, sample):
    said = schema_text(sample, ["dbo.GLBL"], question="Show our GL account balances with their debit total")
    prose = Prose(known, Names.of(sample, TABLES), "", plan_words().openings(said))
    assert not stops(prose, "Which company do you mean (GLCo): one of them, or several together?")
    assert stops(prose, "Show GLBL.Debits.") == "S" and prose.refusal("Which", whole=True)
    assert not plan_words().openings(schema_text(sample, ["dbo.GLBL"], question="the key of GLBL"))


def test_every_question_back_can_begin_so():
    begun = [text for texts in plan_words().asks.values() for text in texts]
    assert all(asked.startswith(tuple(begun)) for asked in (*asks().asks.values(), asks().one_month))


def test_how_a_name_may_go_on(known, sample):
    going = set(Prose(known, Names.of(sample, TABLES), "").going_on("Vend"))
    assert {"or", "orGroup"} <= going


@pytest.mark.parametrize(
    ("catalog", "kind"), [("sample", "sql"), ("sample", "schema"), ("sample", "correction"), ("shop", "sql")]
)
def test_whatever_training_says_can_be_said(catalog, kind, request):
    found: Catalog = request.getfixturevalue(catalog)
    known, count = Known(found), 0
    for example in islice(stream(found, kind, 5), 80):
        shown = [name for name in example.tables if name in found.by_qualified]
        prose = Prose(known, Names.of(found, shown), example.question)
        said = example.answer.split("```")[0]
        assert not prose.refusal(said, whole=True), said
        for size in range(count % 13, len(said), 13):
            assert not prose.refusal(said[:size]), said[:size]
        count += 1
    assert count > 50


def test_whatever_training_refuses_can_be_refused(sample):
    known = Known(sample)
    for refused, answered in islice(pairs(sample, 5), 40):
        for example in (refused, answered):
            shown = [name for name in example.tables if name in sample.by_qualified]
            prose = Prose(known, Names.of(sample, shown), example.question)
            assert not stops(prose, example.answer.split("```")[0]), example.answer
