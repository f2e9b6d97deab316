"""Intents that make what is lacking have more turns."""

from collections import Counter
from itertools import islice

from vgpt2.catalog.sql_traits import TRAITS
from vgpt2.synthesis.mix import Mix, traits_of
from vgpt2.synthesis.model import Example


def examples(intent, traits, tables, count=10_000):
    for number in range(count):
        yield Example("sql", intent, "q", "a", str(number), "w", tables=tables, slots={"traits": traits})


def made(wanted, count, sources):
    mix = Mix(wanted)
    found = []
    for example in islice(mix.in_turn(sources), count):
        mix.saw(example)
        found.append(example)
    shares = Counter(trait for example in found for trait in traits_of(example))
    return found, {name: shares[name] / len(found) for name in TRAITS if shares[name]}


def sources(**ends):
    return {
        "one": examples("one", [], ("a",)),
        "two": examples("two", [], ("b",)),
        "three": examples("three", ["works", "windows"], ("a", "b", "c"), ends.get("three", 10_000)),
        "join": examples("join", ["left_join"], ("a", "b")),
    }


def test_without_a_wish_all_have_as_many_turns():
    found, _ = made({}, 400, sources())
    assert Counter(example.intent for example in found) == dict.fromkeys(("one", "two", "three", "join"), 100)


def test_what_is_lacking_is_made_until_it_is_there():
    wanted = {"one_table": 0.3, "three_tables": 0.4, "left_join": 0.25}
    found, shares = made(wanted, 3000, sources())
    assert shares["one_table"] <= 0.3 and shares["three_tables"] >= 0.4 and shares["left_join"] >= 0.25
    assert {example.intent for example in found} == {"one", "two", "three", "join"}


def test_what_is_never_kept_has_few_turns():
    mix = Mix({"three_tables": 0.9})
    found = Counter()
    for example in islice(mix.in_turn(sources()), 2000):
        found[example.intent] += 1
        if example.intent != "three":
            mix.saw(example)
    assert found["three"] < 120


def test_a_source_that_ends_leaves_its_turns_to_the_others():
    found, _ = made({"three_tables": 0.9}, 400, sources(three=20))
    assert len(found) == 400
    assert Counter(example.intent for example in found)["three"] == 20


def test_one_pattern_among_many_has_the_turns_that_its_share_takes():
    """Of sixty patterns two read three tables; the set wants a third of these, whatever else is wanted."""
    many = {f"plain{number}": examples(f"plain{number}", [], ("a",)) for number in range(40)}
    many |= {f"pair{number}": examples(f"pair{number}", ["left_join"], ("a", "b")) for number in range(18)}
    many |= {f"chain{number}": examples(f"chain{number}", ["left_join"], ("a", "b", "c")) for number in range(2)}
    _, shares = made({"one_table": 0.3, "three_tables": 0.35, "left_join": 0.2}, 4000, many)
    assert shares["one_table"] <= 0.3 and shares["three_tables"] >= 0.35


def test_what_nobody_can_raise_any_more_leaves_the_rest_of_the_mix_alone():
    found, shares = made({"windows": 0.3, "left_join": 0.25}, 4000, sources(three=50))
    assert Counter(example.intent for example in found)["three"] == 50
    assert 0.25 <= shares["left_join"] <= 0.4


def test_what_a_few_patterns_have_is_reached_when_most_of_the_others_lack_it():
    """Dates stand in three plain patterns, and in twenty that have little to say; forty-five plain ones wait."""
    many = {f"plain{number}": examples(f"plain{number}", [], ("a",)) for number in range(45)}
    many |= {f"dated{number}": examples(f"dated{number}", ["dates"], ("a",)) for number in range(3)}
    many |= {f"short{number}": examples(f"short{number}", ["dates"], ("a", "b"), 20) for number in range(20)}
    many |= {f"pair{number}": examples(f"pair{number}", [], ("a", "b")) for number in range(8)}
    _, shares = made({"one_table": 0.26, "dates": 0.17}, 6000, many)
    assert shares["one_table"] <= 0.26 and shares["dates"] >= 0.17
