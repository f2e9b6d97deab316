"""How far a reading is: the open brackets, and what may come next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.grammar.lexer import Placed
from vgpt2.tsql.prefix.names import Names, Source, keywords
from vgpt2.tsql.prefix.scopes import Scope

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


@dataclass(slots=True)
class Item:
    """A column of the select list as far as it is read."""

    name: str = ""
    computed: bool = False


@dataclass(slots=True)
class State:
    """One reading. `end`: the length of the text, at which a word may still go on."""

    names: Names
    tokens: Sequence[Placed]
    end: int
    frames: list[Frame] = field(default_factory=lambda: [Frame("text")])
    ctes: dict[str, Source] = field(default_factory=dict)
    wants_value: bool = True
    wants_source: bool = False
    may_alias: bool = False
    source: Source | None = None  # the last of FROM, whose alias may still come
    item: Item = field(default_factory=Item)
    after: str = ""  # the word before, in capitals
    at: int = 0

    @property
    def frame(self) -> Frame:
        """The innermost bracket."""
        return self.frames[-1]

    @property
    def scope(self) -> Scope | None:
        """The innermost SELECT."""
        return next((frame.scope for frame in reversed(self.frames) if frame.scope), None)

    def text_at(self, index: int) -> str:
        """The token there; empty behind the last."""
        return self.tokens[index].text if index < len(self.tokens) else ""

    def touches_end(self, index: int) -> bool:
        """Whether a token may go on."""
        token = self.tokens[index]
        return index == len(self.tokens) - 1 and token.start + len(token.text) == self.end

    def is_keyword(self, text: str) -> bool:
        """Whether the word that is read is one of T-SQL, and no name that is written alike."""
        upper = text.upper()
        if self.frame.kind in NAMELESS:
            return True
        if upper not in RESERVED:
            if upper not in keywords():
                return False
            if text in self.names.known and (self.wants_value or self.wants_source):
                return False
        return not (self.touches_end(self.at) and self._may_go_on(text))

    def _may_go_on(self, text: str) -> bool:
        """Whether a word at the very end may be the beginning of a name, as `Order` is of OrderDate."""
        if not (self.wants_value or self.wants_source):
            return False
        known = (self.names.known, *(cte.columns or () for cte in self.ctes.values()))
        return any(name.startswith(text) and name != text for names in known for name in names)
