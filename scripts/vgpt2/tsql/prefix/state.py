"""How far a reading is: the open brackets, and what may come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.grammar.lexer import Placed
from vgpt2.tsql.grammar.notation import BRACKETS
from vgpt2.tsql.grammar.recognise import Stop, recogniser
from vgpt2.tsql.grammar.written import bounded_words
from vgpt2.tsql.prefix.names import Names, Source, aggregates, keywords
from vgpt2.tsql.prefix.scopes import Scope
from vgpt2.tsql.prefix.values import Typed

# Kinds of brackets within which no names of the database stand.
NAMELESS = frozenset({"hint", "type"})


class Refused(Exception):
    """The text can not end well: what in it, in a word or a few."""


@dataclass(slots=True)
class Frame:
    """A bracket, or the whole text. `kind`: text, query, inside (an expression), joins, over, hint, type, columns."""

    kind: str
    scope: Scope | None = None
    function: str = ""  # whose brackets these are; of a source in FROM the word before it
    argument: int = 0
    begins: bool = True  # nothing stands in it yet
    at_source: bool = False  # it stands where a table may
    cte: str = ""
    outputs: list[str] | None = None  # of its first SELECT, or the names of columns that it lists
    aliased: bool = False  # AS stands before the next name
    listed: Sequence[Typed | None] = ()  # of IN: what its values are compared with
    over_groups: bool = False  # of an aggregate: one stands in its brackets


@dataclass(slots=True)
class Item:
    """A column of the select list as far as it is read."""

    name: str = ""
    computed: bool = False


@dataclass(slots=True)
class State:
    """One reading of a text, at whose end a word may still go on."""

    names: Names
    text: str
    tokens: Sequence[Placed]
    frames: list[Frame] = field(default_factory=lambda: [Frame("text")])
    ctes: dict[str, Source] = field(default_factory=dict)
    wants_value: bool = True
    wants_source: bool = False
    may_alias: bool = False
    source: Source | None = None  # the last of FROM, whose alias may still come
    item: Item = field(default_factory=Item)
    after: str = ""  # the word before, in capitals
    read: Sequence[Typed | None] = ()  # what the column before may be
    against: Sequence[Typed | None] = ()  # with what the next value is compared
    compared_by: str = ""  # a sign, or a word in capitals
    between: Sequence[Typed | None] = ()  # with what the value behind AND is
    called: str = ""  # the function whose brackets were closed last, in capitals
    owes_over: bool = False  # an aggregate of aggregates ended, which only a window may have
    at: int = 0
    rules: bool = True  # what the server refuses of names that exist is refused too

    @property
    def frame(self) -> Frame:
        """The innermost bracket."""
        return self.frames[-1]

    @property
    def scope(self) -> Scope | None:
        """The innermost SELECT."""
        return next((frame.scope for frame in reversed(self.frames) if frame.scope), None)

    def aggregates_open(self) -> list[Frame]:
        """The aggregates of this SELECT whose brackets are open, the innermost first."""
        found = []
        for frame in reversed(self.frames):
            if frame.scope or frame.kind in ("query", "over"):
                break
            if frame.function in aggregates():
                found.append(frame)
        return found

    def joins_here(self) -> None:
        """What the innermost bracket holds is tables that are joined."""
        self.frame.kind, self.frame.scope = "joins", next(one.scope for one in reversed(self.frames[:-1]) if one.scope)

    def text_at(self, index: int) -> str:
        """The token there; empty behind the last."""
        return self.tokens[index].text if index < len(self.tokens) else ""

    def touches_end(self, index: int) -> bool:
        """Whether a token may go on."""
        token = self.tokens[index]
        return index == len(self.tokens) - 1 and token.start + len(token.text) == len(self.text)

    def is_keyword(self, text: str) -> bool:
        """Whether the word that is read is one of T-SQL, and no name that is written alike."""
        upper = text.upper()
        if self.frame.kind in NAMELESS:
            return True
        named = self.wants_value or self.wants_source
        if upper not in RESERVED and (upper not in keywords() or (text in self.names.known and named)):
            return False
        # At the very end it may be the beginning of a name, as `Order` is of OrderDate.
        return not (named and self.touches_end(self.at))

    def words_to_come(self, index: int) -> set[str]:
        """The words of T-SQL, in capitals, that may stand where a token does that begins like them: the strict reader
        says. Of what is no T-SQL already all that begin so, for that is the grammar's matter."""
        begun = self.tokens[index].text.upper()
        if self.tokens[index].text not in (begun, begun.lower()):
            return set()
        known = {word for word in (bounded_words() if self.rules else keywords()) if word.startswith(begun)}
        expected = _expected(self.text[: self.tokens[index].start])
        return known if expected is None else known & expected


# Thousands of tokens may be asked for at one place, and the strict reader reads what stands before each from its start.
@lru_cache(maxsize=64)
def _expected(text: str) -> frozenset[str] | None:
    """What the strict reader takes behind a beginning; None where it does not take that itself."""
    symbols = recogniser().lexer.symbols(text)
    read = recogniser().read_symbols([*symbols, "unknown"])
    if not isinstance(read, Stop) or read.index < len(symbols):
        return None
    expected = set(read.state.expected())
    if read.openers and read.state.accepts:
        expected.add(BRACKETS[read.openers[-1][0]])
    return frozenset(expected)
