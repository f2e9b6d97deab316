"""Packages that DacFx made of real databases hold what the scripts of the same databases hold."""

import dataclasses
import re

import pytest

from vgpt2.catalog.build import build
from vgpt2.settings import load_database

PAIRS = {
    "adventure-works": ("dacpac/aw.dacpac", "adventure-works"),
    "wide-world-importers": ("dacpac/wwi.dacpac", "wide-world-importers"),
    "northwind": ("dacpac/northwind.dacpac", "northwind-pubs/instnwnd.sql"),
}
# What a size at its default is called is not in a package: `time` and `time(7)` are one type.
DEFAULT_SIZE = re.compile(r"(?<=^time)\(7\)|(?<=^datetime2)\(7\)|(?<=^float)\(53\)")


@pytest.fixture(scope="module", params=PAIRS)
def both(request, corpora):
    package, scripts = PAIRS[request.param]
    if not (corpora / package).exists():
        pytest.skip(f"no {package} there")
    database = load_database("generic.yaml")
    return build(corpora / package, database), build(corpora / scripts, database)


def without_places(items):
    """By name, without where each was read, and what is a list in any order sorted."""
    found = {}
    for item in items:
        values = dataclasses.asdict(item)
        values.pop("source", None)
        # A comment before CREATE is no part of what DacFx keeps of scripts.
        if values.get("description_source") == "header comment":
            values["description"] = values["description_source"] = ""
        for name in ("checks", "indexes"):
            if name in values:
                values[name] = sorted(values[name], key=str)
        for column in values.get("columns", ()):
            if isinstance(column, dict):
                column["type"] = DEFAULT_SIZE.sub("", column["type"])
                column["base_type"] = DEFAULT_SIZE.sub("", column["base_type"])
        found[str(values.get("table", "")) + str(values.get("schema", "")) + values.get("name", "")] = values
    return found


@pytest.mark.parametrize("kind", ["tables", "table_types", "foreign_keys", "triggers", "sequences", "routines"])
def test_objects_are_the_same_but_for_places_and_order(both, kind):
    package, scripts = (without_places(getattr(catalog, kind)) for catalog in both)
    assert package == scripts


def test_types_and_joins_are_the_same(both):
    package, scripts = both
    assert package.types == scripts.types
    assert package.joins == scripts.joins
    counts = package.counts(), scripts.counts()
    # The comments within a CREATE TABLE do not travel in a package.
    assert counts[0].pop("words") <= counts[1].pop("words")
    assert counts[0] == counts[1]
