"""Order and split of a dataset."""

import random
from collections import Counter

from vgpt2.records.dedupe.split import interleave
from vgpt2.records.dedupe.split import split as split_numbers
from vgpt2.records.dedupe.traits import Traits


def split(records, stage, rng):
    """(training, evaluation) as records."""
    kept = {number: Traits.of(record) for number, record in enumerate(records)}
    return tuple([records[number] for number in side] for side in split_numbers(kept, stage, rng))


def test_every_prefix_has_about_the_mix_of_the_whole():
    items = ["sql"] * 60 + ["schema"] * 30 + ["refuse"] * 10
    ordered = interleave(items, str, random.Random(1))
    assert Counter(ordered) == Counter(items)
    for length in (10, 20, 50):
        counts = Counter(ordered[:length])
        assert abs(counts["sql"] - 0.6 * length) <= 2
        assert abs(counts["refuse"] - 0.1 * length) <= 2


def test_the_same_seed_gives_the_same_order():
    items = [f"sql{number}" for number in range(50)]
    assert interleave(items, len, random.Random(3)) == interleave(items, len, random.Random(3))


def families(records):
    return {record.meta.family for record in records}


def test_evaluation_takes_its_share_and_whole_families(record):
    rows = [record(f"question {n}", family=f"f{n // 2}") for n in range(200)]
    train, evaluation = split(rows, "dpo", random.Random(1))
    assert 10 <= len(evaluation) <= 11
    assert len(train) + len(evaluation) == 200
    assert not families(train) & families(evaluation)


def test_at_least_two_rows_are_for_evaluation(record):
    train, evaluation = split([record(f"question {n}") for n in range(30)], "sft", random.Random(1))
    assert (len(train), len(evaluation)) == (28, 2)


def test_a_refusal_and_its_twin_stay_on_one_side(record):
    rows = []
    for n in range(50):
        rows.append(record(f"no {n}", kind="negative", polarity="refuse", family=f"no{n}", twin=f"yes{n}"))
        rows.append(record(f"yes {n}", kind="negative", family=f"yes{n}", twin=f"no{n}"))
    train, evaluation = split(rows, "dpo", random.Random(2))
    assert evaluation
    assert {record.meta.twin for record in evaluation} == families(evaluation)
    assert {record.meta.twin for record in train} == families(train)


def test_kto_evaluation_has_both_labels(record):
    rows = [record(f"question {n}", {"kto_tag": n % 5 != 0}) for n in range(20)]
    _, evaluation = split(rows, "kto", random.Random(1))
    assert {one.row["kto_tag"] for one in evaluation} == {True, False}


def test_so_few_records_that_none_can_be_spared(record):
    rows = [record(f"question {n}") for n in range(3)]
    assert split(rows, "sft", random.Random(1)) == (rows, [])
