"""What is large, above the average or set side by side is of a kind for which people say so."""

from __future__ import annotations

import re

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.business_words import name_words
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.words import role_words

TOTAL = re.compile(r"SUM\((?:\w+\.)?(\w+)\)")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def test_two_totals_are_of_one_stage(sample):
    """What orders cost now stands beside what subcontracts cost now, not beside what they cost at first."""
    found = streamed(sample, "sql", 1, 200, intents=("two_totals",))
    both = [[name_words(name, sample.database) for name in TOTAL.findall(example.sql)] for example in found]
    stages = [{role_words().stage(said) for said in words} - {""} for words in both]
    assert len(found) > 20 and all(len(words) == 2 for words in both)
    assert any(stages) and all(len(each) < 2 for each in stages)


def test_nothing_is_above_the_average_of_balances(sample):
    found = streamed(sample, "sql", 1, 200, intents=("above_average",))
    measures = {re.search(r"SELECT AVG\((?:\w+\.)?(\w+)", example.sql)[1] for example in found}
    assert len(measures) > 20
    assert not {name for name in measures if "balance" in name_words(name, sample.database)}


def test_documents_are_large_and_small_and_months_are_not(sample, ctx):
    found = streamed(sample, "sql", 1, 200, intents=("size_classes",))
    tables = {example.tables[0] for example in found}
    assert len(tables) > 10 and "dbo.GLBL" not in tables
    assert all(book_of(ctx).parts(ctx.table(name)).dated for name in tables)


def test_the_highest_number_of_units_is_asked_of_no_table_that_mixes_units(sample):
    found = streamed(sample, "sql", 1, 400, intents=("top",))
    assert len(found) > 200
    assert not [example.sql for example in found if re.search(r"FROM SLIT .*ORDER BY \w*Units\b", example.sql)]
