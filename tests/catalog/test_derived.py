"""What is worked out of a catalog, or of the settings of a database, is kept as long as these live, for no others."""

import gc
import pickle
from copy import deepcopy

import pytest

from vgpt2.catalog import derived
from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.derived import derived_of
from vgpt2.settings import load_database


def test_a_copy_with_other_words_reads_names_by_these():
    first = load_database("generic.yaml")
    assert name_words("QtyZzz", first) == name_words("QtyZzz", first) == "quantity zzz"
    other = first.model_copy(update={"abbreviations": {"zzz": "on shelf"}, "word_hints": {"Qty": "pieces"}})
    assert name_words("QtyZzz", other) == "pieces on shelf"
    assert name_words("QtyZzz", first) == "quantity zzz"
    assert first == load_database("generic.yaml")


def test_nothing_is_kept_of_what_is_gone():
    before = len(derived._KEPT)
    kept = [load_database("generic.yaml") for _ in range(20)]
    assert len({id(derived_of(one)) for one in kept}) == 20
    assert all(derived_of(one) is derived_of(one) for one in kept)
    assert len(derived._KEPT) == before + 20
    kept.clear()
    gc.collect()
    assert len(derived._KEPT) <= before


@pytest.mark.parametrize("copied", [deepcopy, lambda catalog: pickle.loads(pickle.dumps(catalog))])
def test_a_copy_of_a_catalog_and_another_process_get_nothing_that_was_worked_out(shop, copied):
    class Stream(list):
        """Something that no other process can take."""

    shop.derived.get(Stream, lambda: Stream([iter(shop.tables), (number for number in range(3))]))
    assert shop.by_qualified and shop.queryable
    other = copied(shop)
    assert other == shop and other.tables[0] is not shop.tables[0]
    assert not other.derived._kept
    assert [table.qualified for table in other.queryable] == [table.qualified for table in shop.queryable]
    assert other.by_qualified[other.tables[0].qualified] is other.tables[0]
