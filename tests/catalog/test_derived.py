"""What is worked out of the settings of a database is kept as long as these live, and for no others."""

import gc

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
