"""What is kept on a catalog."""

from dataclasses import replace

from vgpt2.catalog.derived import Derived
from vgpt2.catalog.model import Catalog
from vgpt2.settings import load_database


class Words(dict[str, str]):
    """Something that a room makes of a catalog."""


def test_a_thing_is_made_once_for_each_class_and_key():
    derived = Derived()
    first = derived.get(Words, Words)
    assert derived.get(Words, Words) is first
    assert derived.get(Words, Words, "another") is not first
    assert derived.get(list, list) == []


def test_a_copy_of_a_catalog_starts_with_nothing():
    catalog = Catalog(load_database("vista.yaml"))
    kept = catalog.derived.get(Words, lambda: Words(a="b"))
    copy = replace(catalog)
    assert copy == catalog
    assert copy.derived.get(Words, Words) == {} != kept
