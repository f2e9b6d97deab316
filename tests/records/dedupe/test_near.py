"""Near duplicates: the same but for literals or a word; another column is another record."""

import random

import pytest

from vgpt2.records.dedupe.near import NEAR, near_duplicates, shingles

LONG = "List {} and City of vendors in company 1 where the state is 'WA' SELECT {}, City FROM APVM WHERE State = 'WA'"


@pytest.mark.parametrize(
    ("first", "second", "near"),
    [
        ("Vendors of company 1 with a limit over 500", "Vendors of company 2 with a limit over 750.25", True),
        ("Vendors whose name is 'A''B' in company 1", "vendors whose name is 'C' in company 1", True),
        (LONG.format("Name", "Name"), LONG.format("Name", "Name") + " please", True),
        (LONG.format("Name", "Name"), LONG.format("PayTerms", "PayTerms"), False),
        ("How many vendors?", "How many customers?", False),
        ("How many vendors \ud83d?", "How many vendors \udd1e?", True),
    ],
)
def test_what_is_near(first, second, near):
    assert near_duplicates([first, "something else altogether", second]) == ([(0, 2)] if near else [])


def test_it_finds_what_comparing_all_pairs_finds():
    rng = random.Random(1)
    words = [f"w{number}" for number in range(400)]
    texts = [" ".join(rng.sample(words, 30)) for _ in range(150)]
    for number in range(60):
        changed = texts[number].split()
        for place in rng.sample(range(30), number % 4):
            changed[place] = "other"
        texts.append(" ".join(changed))
    sets = [frozenset(shingles(text)) for text in texts]
    wanted = {
        later
        for later in range(len(texts))
        if any(len(sets[later] & sets[one]) >= NEAR * len(sets[later] | sets[one]) for one in range(later))
    }
    found = {later for _, later in near_duplicates(texts)}
    assert found <= wanted
    assert len(wanted) >= 15
    assert len(found) >= 0.95 * len(wanted)
    assert near_duplicates(texts) == near_duplicates(texts)


def test_nothing_to_compare():
    assert near_duplicates([]) == []
    assert near_duplicates(["one"]) == []
