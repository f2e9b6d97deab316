"""Streams in processes give what one process gives, block by block, and say when a process fails."""

from collections import Counter
from itertools import islice

import pytest

from vgpt2.settings import load_profile
from vgpt2.synthesis import sft_set, workers
from vgpt2.synthesis.sft_set import QueryStreams, sft_examples
from vgpt2.synthesis.workers import BLOCK, Workers

NAMES = ["list_equal", "sum", "join_list"]


def counting(names, dropped):
    """Streams of numbers of different lengths; one of them counts."""

    def numbers(name, length):
        for number in range(length):
            if name == "long":
                dropped["seen"] += 1
            yield f"{name}{number}"

    lengths = {"empty": 0, "short": BLOCK // 2, "even": BLOCK, "long": 3 * BLOCK + 1}
    return {name: numbers(name, lengths[name]) for name in names}


def failing(names, dropped):
    def stream():
        yield 1
        raise ValueError("no more")

    return {name: stream() for name in names}


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_every_stream_comes_whole_and_in_order(processes):
    names, dropped = ["empty", "short", "even", "long"], Counter()
    with Workers(counting, names, processes, dropped) as workers:
        found = {name: list(stream) for name, stream in workers.streams().items()}
    assert found == {name: list(stream) for name, stream in counting(names, Counter()).items()}
    assert dropped == {"seen": 3 * BLOCK + 1}


def test_a_failure_in_a_process_is_told():
    with Workers(failing, ["one"], 1) as workers, pytest.raises(RuntimeError, match="no more"):
        list(workers.streams()["one"])


def test_leaving_early_ends_the_processes(sample):
    opener = QueryStreams(sample, 1, False)
    with Workers(opener, NAMES, 2) as workers:
        first = {name: list(islice(stream, 5)) for name, stream in workers.streams().items()}
        processes = workers._processes
    assert all(len(items) == 5 for items in first.values())
    assert not any(process.is_alive() for process in processes)


def test_the_number_of_processes_changes_nothing(sample, monkeypatch):
    monkeypatch.setattr(sft_set, "WORTH_PROCESSES", 1)
    # So small that some streams go through several, and that few examples are made which nobody takes.
    monkeypatch.setattr(workers, "BLOCK", 4)
    data = load_profile("tiny").data.model_copy(update={"sft": 400, "negatives": 0, "compact": False})
    one, two = ([*sft_examples(sample, data, 1, processes=count)] for count in (1, 2))
    assert one == two
    assert len(one) == 400
