"""Names that do not exist: of the kind of what they stand for."""

import random
from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.synthesis.invented import COLUMN_WORDS, Inventor

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/audit"
KINDS = [("InvTotal", "number"), ("InvDate", "date"), ("Vendor", ""), ("APRef", "text")]


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_a_common_word_is_of_the_kind_of_its_column(name, kind):
    catalog = store.load(FIXTURES / "vista.json")
    table, inventor = catalog.find("APTH", ""), Inventor(catalog)
    made = [inventor.column(random.Random(seed), table, table.column(name)) for seed in range(60)]
    words = {word for word, way in made if way == "column_word"}
    assert words
    assert words <= set(COLUMN_WORDS[kind])
