"""Is a text one SELECT of T-SQL? A yes is certain as far as the grammar goes; a no names the place.

Nothing is known here of tables, columns and types: that is `tsql/check`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from vgpt2.tsql.grammar.automaton import CLOSERS, Automaton, State
from vgpt2.tsql.grammar.lexer import RESERVED_HERE, Lexer, line_of_go
from vgpt2.tsql.grammar.notation import BRACKETS, Bracketed, Node, Sequence, Word, parts, select_grammar, words

_OPENERS = frozenset(BRACKETS)
# Deeper brackets than any reader of the server takes; here they only cost memory.
MAX_DEPTH = 200
# Readings of one text anew, each with one word taken for a name.
MOST_TRIED = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A bracket that the parser library would misread: the rule in which it is written, and the indexes of its first
    and last token."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is one SELECT: its symbols, how deep its brackets go, and the marked ones."""

    symbols: list[str]
    depth: int
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the reading of a text stopped. `index`: of the token, or how many there are at the end of the text;
    `state`: what might have come; `openers`: the brackets that are open there, with the index of each."""

    symbols: list[str]
    index: int
    state: State
    openers: tuple[tuple[str, int], ...]


class Recogniser:
    """Reads texts by `select.lark`. Made once (`recogniser`): its states are kept from text to text."""

    def __init__(self, marked: frozenset[str]) -> None:
        rules = select_grammar()
        self.lexer = Lexer(words(rules))
        own_form = (
            "special_call parsed_text predicate graph_match change_table fulltext_table fulltext_predicate".split()
        )
        self.own_form = frozenset[str]().union(*(_called_words(rules[name]) for name in own_form))
        self.automaton = Automaton(rules, cache(self._labels))
        self._marked = marked

    def read(self, sql: str) -> Reading | Stop:
        """What was read of a SELECT, or where the reading stopped."""
        symbols = self.lexer.symbols(sql)
        if "GO" in symbols and (line := line_of_go(sql)) is not None:
            return Stop(symbols, line, self.automaton.start, ())
        return self.read_symbols(symbols)

    def names(self, sql: str) -> set[int]:
        """The indexes of the bare words of a SELECT that stand where a name does, though they are words of the grammar
        too; none where there are too many to try, for each takes a reading of its own."""
        symbols = self.lexer.symbols(sql)
        doubtful = [index for index, symbol in enumerate(symbols) if symbol.isupper() and symbol not in RESERVED_HERE]
        found: set[int] = set()
        for index in doubtful if len(doubtful) <= MOST_TRIED else ():
            tried = [*symbols[:index], "quoted", *symbols[index + 1 :]]
            if not isinstance(self.read_symbols(tried), Stop):
                found.add(index)
        return found

    def read_symbols(self, symbols: list[str]) -> Reading | Stop:
        """As `read`, of the symbols of a text."""
        state = self.automaton.start
        stack: list[tuple[State, str, int]] = []
        marks: list[Mark] = []
        depth = 0
        for index, symbol in enumerate(symbols):
            if symbol in _OPENERS:
                inner = state.inner(symbol)
                if inner is not None:
                    stack.append((state, symbol, index))
                    state = inner
                    if len(stack) > depth:
                        depth = len(stack)
                    if depth <= MAX_DEPTH:
                        continue
                    return _stop(symbols, index, state, stack)
            elif symbol in CLOSERS and stack and stack[-1][1] == CLOSERS[symbol]:
                outer, opener, start = stack[-1]
                after = outer[(opener, state.accepts)] if state.accepts else None
                if after is None:
                    return _stop(symbols, index, state, stack)
                if self._marked:
                    for bracket in state.accepts:
                        rule = self.automaton.rule_of(bracket)
                        if rule in self._marked:
                            marks.append(Mark(rule, start, index))
                stack.pop()
                state = after
                continue
            following = state[symbol]
            if following is None:
                return _stop(symbols, index, state, stack)
            state = following
        if stack or 0 not in state.accepts:
            return _stop(symbols, len(symbols), state, stack)
        return Reading(symbols, depth, marks)

    def _labels(self, symbol: str) -> tuple[str, ...]:
        """What a symbol counts as in the grammar: a word that is not reserved is a name too."""
        if symbol in _LABELS:
            return _LABELS[symbol]
        if symbol[0].isalpha() and symbol not in RESERVED_HERE:
            called = () if symbol in self.own_form else ("FUNCTION",)
            return (symbol, "NAME", "BARE", *called)
        return (symbol,)


MARKED = frozenset(
    "old_hints alias_hints namespaces parsed_text option_clause graph_match change_table queried static_call "
    "fulltext_table fulltext_predicate".split()
)
_LABELS = {
    "bare": ("NAME", "BARE", "FUNCTION"),
    "quoted": ("NAME", "QUOTED"),
    "integer": ("INTEGER", "NUMBER"),
    **{kind: (kind.upper(),) for kind in ("string", "number", "binary", "money", "variable", "system_variable")},
    "dollar_name": ("DOLLAR_NAME",),
    "unknown": (),
}


@lru_cache(maxsize=1)
def recogniser() -> Recogniser:
    """The one recogniser."""
    return Recogniser(MARKED)


def _stop(symbols: list[str], index: int, state: State, stack: list[tuple[State, str, int]]) -> Stop:
    return Stop(symbols, index, state, tuple((opener, start) for _, opener, start in stack))


def _called_words(node: Node) -> frozenset[str]:
    """The words that stand right before a bracket in a rule: functions whose arguments have a form of their own."""
    found: set[str] = set()
    for part in parts(node):
        if isinstance(part, Sequence):
            for item, following in zip(part.items, part.items[1:], strict=False):
                if isinstance(following, Bracketed) and following.opener == "(":
                    found |= {word.text for word in parts(item) if isinstance(word, Word) and word.text[0].isalpha()}
    return frozenset(found)
