"""The query of an intent is what its question and its plan say, and adds up only what makes a sum."""

from itertools import islice

from vgpt2.synthesis.generate import stream


def made(sample, intent, count=200):
    return list(islice(stream(sample, "sql", 1, "train", intents=[intent]), count))


def test_the_plan_of_a_sorted_list_says_from_which_end(sample):
    for example in made(sample, "top"):
        first = example.answer.split(": ", 1)[1]
        assert (" DESC" in example.sql) == ("top " in first), example.answer
        assert (" DESC" in example.sql) != ("lowest " in first or "earliest " in first), example.answer
    for example in made(sample, "ordered"):
        assert (" DESC" in example.sql) == (" descending" in example.answer), example.answer
