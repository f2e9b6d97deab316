"""The mix that is wanted: the profile's, and more where the database's own code has more."""

import pytest

from vgpt2.catalog.model import Catalog, SqlMix
from vgpt2.database_settings import DatabaseSettings
from vgpt2.records.sql_mix import wanted_mix
from vgpt2.settings import load_profile

DATA = load_profile("a6000").data


@pytest.mark.parametrize(
    ("queries", "shares", "wanted"),
    [
        (49, {"left_join": 0.4}, {}),  # too few to follow
        (50, {"left_join": 0.4}, {"left_join": 0.4}),
        (50, {"left_join": 0.1}, {}),
        (50, {"one_table": 0.02}, {"one_table": 0.2}),
        (50, {"union": 0.45}, {"union": 0.05}),
        (50, {"three_tables": 0.65}, {"three_tables": 0.45}),
    ],
)
def test_what_the_database_has_more_of_is_followed_within_bounds(queries, shares, wanted):
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), sql_mix=SqlMix(queries, shares))
    assert wanted_mix(catalog, DATA) == {**DATA.sql_mix, **wanted}


@pytest.mark.parametrize("profile", ["cpu", "tiny"])
def test_a_profile_of_short_queries_or_of_named_intents_has_their_mix(sample, profile):
    assert wanted_mix(sample, load_profile(profile).data) == {}
