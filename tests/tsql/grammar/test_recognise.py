"""What the recogniser does beside saying yes and no: batches, what it remembers, and texts made to be slow."""

from __future__ import annotations

import threading

import pytest
from tests.timing import takes_at_most, takes_at_most_times
from tests.tsql.grammar.conftest import taken

from vgpt2.tsql.check.check import check
from vgpt2.tsql.dialect import TsqlError, parse
from vgpt2.tsql.grammar.recognise import MARKED, Recogniser, Stop, recogniser


@pytest.mark.parametrize("line", ["GO", "go", "  GO  ", "GO 5", "GO -- next"])
def test_a_line_that_is_only_go_ends_a_batch(line):
    with pytest.raises(TsqlError, match="GO is a line for tools") as caught:
        parse(f"SELECT a FROM t\n{line}\nWHERE a = 1")
    assert caught.value.rule == "not_select"


@pytest.mark.parametrize(
    "sql", ["SELECT GO FROM t", "SELECT a FROM t GO", "SELECT 'x\nGO\n' AS a", "SELECT 1 AS a /*\nGO\n*/"]
)
def test_elsewhere_go_is_a_name_or_a_text(sql):
    assert taken(sql)


def test_what_is_remembered_does_not_grow_with_made_up_words():
    reader = recogniser()
    assert isinstance(reader.read("SELECT @@made_up_0"), Stop)
    states = [reader.automaton.start, reader.automaton.start["SELECT"]]
    sizes = [len(state) for state in states]
    for number in range(1, 200):
        assert isinstance(reader.read(f"SELECT @@made_up_{number} FROM t"), Stop)
    assert [len(state) for state in states] == sizes


# Each took time by the square of its length, or would if written carelessly.
SLOW = {
    "GO": lambda size: "GO " * size,
    "lines that end in GO": lambda size: "SELECT a FROM t\n" + "x GO\n" * size,
    "words that may be names": lambda size: "SELECT " + ", ".join(["Offset"] * (size // 10)) + ", a GROUP BY Offset",
    # not all different: the first 50,000 words are remembered, and the next ones would take longer
    "system variables": lambda size: " ".join(f"@@x{number % 5_000}" for number in range(size)),
    "open brackets": lambda size: "(" * size,
    "open comments": lambda size: "/*" * size,
    "open names": lambda size: "[" * size,
    "open names and a comment": lambda size: "[" * size + "/*",
    "dots": lambda size: "a." * size,
    "calls": lambda size: "SELECT " + "f(1)," * (size // 3),
    "signs of no letter": lambda size: "\u201c\xe9" * size,
    "commas": lambda size: "SELECT " + "," * size,
}


@pytest.mark.parametrize("name", SLOW)
def test_100_kb_are_refused_at_once(works, name):
    """Within a fifth of a second of this process, whatever else the machine does."""
    text = SLOW[name](100_000)[:100_000]
    assert check(text, works).status in ("invalid", "unknown")
    assert takes_at_most(0.2, lambda: check(text, works))


@pytest.mark.parametrize("name", SLOW)
def test_a_hostile_text_takes_time_by_its_length(name):
    """Against one of a quarter of the length: four times the time and some, where the square would be sixteen times."""

    def refused(text: str) -> None:
        with pytest.raises(TsqlError):
            parse(text)

    long, short = SLOW[name](60_000), SLOW[name](15_000)
    assert takes_at_most_times(8, lambda: refused(long), lambda: refused(short))


class Watched(list):
    """Places of an automaton; while the first new one is added, another thread reads a text of its own."""

    def __init__(self, places, other):
        super().__init__(places)
        self.other, self.first, self.between = other, 0, threading.Event()

    def append(self, item):
        """Add one; the number of the first must not be taken by what comes between."""
        if self.first and threading.get_ident() != self.first:
            self.between.set()
        super().append(item)
        if not self.first:
            self.first = threading.get_ident()
            self.other.start()
            self.came_between = self.between.wait(0.5)


def test_one_thread_at_a_time_builds_the_automaton():
    """A guard reads answers in several threads: places and brackets go by their number."""
    shared, text = Recogniser(MARKED), "SELECT f(a, (SELECT 1 WHERE x IN (1, 2))) FROM (SELECT 1 AS a) AS t"
    read = []
    other = threading.Thread(target=lambda: read.append(shared.read(text)))
    places = shared.automaton.places = Watched(shared.automaton.places, other)
    read.append(shared.read(text))
    other.join()
    assert not places.came_between
    marks = recogniser().read(text).marks
    assert [one.marks for one in read] == [marks, marks]
