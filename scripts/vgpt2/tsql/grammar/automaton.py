"""The grammar as an automaton with a stack: one step for a token, however the grammar is written.

Between two brackets the grammar is regular, so a set of places in it is one state of a deterministic automaton. States
are made when a text first needs them and kept: the second query of a kind costs a dictionary lookup a token.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from vgpt2.tsql.grammar.notation import (
    BRACKETS,
    Bracketed,
    Choice,
    GrammarError,
    Kind,
    Node,
    Rule,
    Sequence,
    Word,
)

CLOSERS = {closer: opener for opener, closer in BRACKETS.items()}
# What a step asks of a place: the labels (words and kinds of tokens) that a symbol counts as.
Labels = Callable[[str], tuple[str, ...]]


@dataclass(slots=True)
class _Place:
    """One place in the written grammar. `steps`: by label, where it goes on; `opens`: by opener, the brackets that may
    begin here, each with the place behind it; `ends`: the bracket whose inside ends here."""

    steps: dict[str, list[int]]
    free: list[int]
    opens: dict[str, list[tuple[int, int]]]
    ends: int | None = None


class State(dict[str | tuple[str, frozenset[int]], "State | None"]):
    """A set of places. `state[symbol]` is the next state, None where the grammar does not go on.

    `accepts`: the brackets (by number) whose inside may end here; 0 is the whole text.
    """

    __slots__ = ("_inner", "accepts", "automaton", "places")

    def __init__(self, automaton: Automaton, places: frozenset[int]) -> None:
        super().__init__()
        self.automaton = automaton
        self.places = places
        ends = (automaton.places[place].ends for place in places)
        self.accepts = frozenset(bracket for bracket in ends if bracket is not None)
        self._inner: dict[str, State | None] = {}

    def __missing__(self, symbol: str | tuple[str, frozenset[int]]) -> State | None:
        with self.automaton.building:
            state = self[symbol] = self._following(symbol)
        return state

    def _following(self, symbol: str | tuple[str, frozenset[int]]) -> State | None:
        if isinstance(symbol, tuple):
            opener, closed = symbol
            targets = [
                after
                for place in self.places
                for bracket, after in self.automaton.places[place].opens.get(opener, ())
                if bracket in closed
            ]
        else:
            labels = self.automaton.labels(symbol)
            targets = [
                target
                for place in self.places
                for label in labels
                for target in self.automaton.places[place].steps.get(label, ())
            ]
        return self.automaton.state(targets) if targets else None

    def inner(self, opener: str) -> State | None:
        """The state just inside a bracket that opens here; None where none may."""
        if opener in self._inner:
            return self._inner[opener]
        automaton = self.automaton
        with automaton.building:
            brackets = {
                bracket for place in self.places for bracket, _ in automaton.places[place].opens.get(opener, ())
            }
            state = automaton.state([automaton.inside(bracket) for bracket in brackets]) if brackets else None
            self._inner[opener] = state
        return state

    def expected(self) -> list[str]:
        """The labels and openers that may come next, sorted."""
        found: set[str] = set()
        for place in self.places:
            found |= self.automaton.places[place].steps.keys() | self.automaton.places[place].opens.keys()
        return sorted(found)


class Automaton:
    """The automaton of a grammar, from its rule `start`. It grows as texts are read, by one thread at a time, for
    places and brackets go by their number."""

    def __init__(self, rules: dict[str, Node], labels: Labels, start: str = "start") -> None:
        self.labels = labels
        self.building = threading.RLock()
        self.places: list[_Place] = []
        self.brackets: list[Bracketed] = [Bracketed("", rules[start], start)]
        self._rules = rules
        self._numbers: dict[int, int] = {}
        self._insides: dict[int, int] = {}
        self._built: dict[tuple[int, int], int] = {}
        self._states: dict[frozenset[int], State] = {}
        self.start = self.state([self.inside(0)])

    def state(self, places: list[int]) -> State:
        """The state of these places and all that can be reached from them without a token."""
        reached: set[int] = set()
        stack = list(places)
        while stack:
            place = stack.pop()
            if place not in reached:
                reached.add(place)
                stack += self.places[place].free
        key = frozenset(reached)
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = State(self, key)
        return known

    def inside(self, bracket: int) -> int:
        """The first place inside a bracket; built when it is first needed."""
        if bracket not in self._insides:
            end = self._new()
            self.places[end].ends = bracket
            self._insides[bracket] = self._build(self.brackets[bracket].inside, end, ())
        return self._insides[bracket]

    def rule_of(self, bracket: int) -> str:
        """The rule in which a bracket is written."""
        return self.brackets[bracket].rule

    def _new(self) -> int:
        self.places.append(_Place({}, [], {}))
        return len(self.places) - 1

    def _build(self, node: Node, after: int, using: tuple[str, ...]) -> int:
        """The place before `node`, if `after` is the one behind it: the same for the same two."""
        key = (id(node), after)
        if key not in self._built:
            self._built[key] = self._build_new(node, after, using)
        return self._built[key]

    def _build_new(self, node: Node, after: int, using: tuple[str, ...]) -> int:
        if isinstance(node, Sequence):
            for item in reversed(node.items):
                after = self._build(item, after, using)
            return after
        if isinstance(node, Rule):
            if node.name in using:
                raise GrammarError(f"{node.name} uses itself outside of brackets: {' -> '.join(using)}")
            return self._build(self._rules[node.name], after, (*using, node.name))
        place = self._new()
        here = self.places[place]
        if isinstance(node, (Word, Kind)):
            here.steps[node.text if isinstance(node, Word) else node.name] = [after]
        elif isinstance(node, Choice):
            here.free = [self._build(item, after, using) for item in node.items]
        elif isinstance(node, Bracketed):
            here.opens[node.opener] = [(self._number(node), after)]
        elif not node.many:
            here.free = [self._build(node.item, after, using), after]
        else:
            repeated = self._build(node.item, place, using)
            here.free = [repeated, after]
            return repeated if node.needed else place
        return place

    def _number(self, node: Bracketed) -> int:
        """A bracket that is written once is one, wherever its rule is used."""
        if id(node) not in self._numbers:
            self._numbers[id(node)] = len(self.brackets)
            self.brackets.append(node)
        return self._numbers[id(node)]
