"""Reads a grammar file in Lark's notation into a small tree of nodes.

Only what `select.lark` uses: rules, choices, groups, `?`, `*`, `+`, words in quotes, and names of rules and tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PIECE = re.compile(r'"(?P<word>[^"]+)"|(?P<token>[A-Z][A-Z_]*)|(?P<rule>[a-z_]+)|(?P<sign>[()|?*+:])|(?P<space>\s+)')
SELECT = Path(__file__).with_name("select.lark")
# What a bracket opens with, and what ends it. Inside, a rule may use itself.
BRACKETS = {"(": ")", "{": "}", "CASE": "END", "JOIN": "ON"}


class GrammarError(Exception):
    """A grammar file that cannot be used: the rule and what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Word:
    """A word or sign, as the grammar spells it."""

    text: str


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of token, such as NAME."""

    name: str


@dataclass(frozen=True, eq=False)
class Rule:
    """A use of another rule."""

    name: str


@dataclass(frozen=True, eq=False)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Choice:
    """One of several."""

    items: tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Repeat:
    """`?` (not `many`), `*`, or `+` (`many` and `needed`)."""

    item: Node
    many: bool
    needed: bool


@dataclass(frozen=True, eq=False)
class Bracketed:
    """`opener` inside its closer. `rule`: the rule in which it is written."""

    opener: str
    inside: Node
    rule: str


Node = Word | Kind | Rule | Sequence | Choice | Repeat | Bracketed


@lru_cache(maxsize=1)
def select_grammar() -> dict[str, Node]:
    """The rules of `select.lark`, by name."""
    return read(SELECT.read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Node]:
    """The rules of a grammar text, by name.

    Raises:
        GrammarError: it is not in the notation, or uses a rule that is not there.
    """
    text = re.sub(r"(?m)^\s*//.*$", "", text)
    rules: dict[str, Node] = {}
    for part in re.split(r"(?m)^(?=[a-z_]+:)", text):
        if part.strip():
            name, body = part.split(":", 1)
            rules[name.strip()] = _Reader(name.strip(), body).choice()
    for name, node in rules.items():
        for used in uses(node):
            if used not in rules:
                raise GrammarError(f"{name}: there is no rule {used}")
    return rules


def uses(node: Node) -> list[str]:
    """The rules that a node uses, those inside brackets too."""
    return [part.name for part in parts(node) if isinstance(part, Rule)]


def words(rules: dict[str, Node]) -> frozenset[str]:
    """Every word (not sign) that the grammar spells, brackets included."""
    found = {part.text for node in rules.values() for part in parts(node) if isinstance(part, Word)}
    for node in rules.values():
        for part in parts(node):
            if isinstance(part, Bracketed):
                found |= {part.opener, BRACKETS[part.opener]}
    return frozenset(word for word in found if word[0].isalpha())


def parts(node: Node) -> list[Node]:
    """A node and all below it."""
    below: tuple[Node, ...] = ()
    if isinstance(node, (Sequence, Choice)):
        below = node.items
    elif isinstance(node, Repeat):
        below = (node.item,)
    elif isinstance(node, Bracketed):
        below = (node.inside,)
    return [node, *(part for child in below for part in parts(child))]


class _Reader:
    def __init__(self, rule: str, body: str) -> None:
        self.rule = rule
        self.pieces = [m for m in _PIECE.finditer(body) if m.lastgroup != "space"]
        self.at = 0
        rest = _PIECE.sub("", body)
        if rest:
            raise GrammarError(f"{rule}: {rest[:20]!r} is not in the notation")

    def choice(self) -> Node:
        options = [self._sequence()]
        while self._sign() == "|":
            self.at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.pieces) and self._sign() not in ("|", ")"):
            items.append(self._repeated())
        items = self._bracketed(items)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _repeated(self) -> Node:
        piece = self.pieces[self.at]
        self.at += 1
        text = piece.group(piece.lastgroup or 0)
        node: Node
        if piece.lastgroup == "word":
            node = Word(text)
        elif piece.lastgroup == "token":
            node = Kind(text)
        elif piece.lastgroup == "rule":
            node = Rule(text)
        elif text == "(":
            node = self.choice()
            if self._sign() != ")":
                raise GrammarError(f"{self.rule}: a bracket of the notation is not closed")
            self.at += 1
        else:
            raise GrammarError(f"{self.rule}: {text} stands where something should be repeated or begin")
        if (sign := self._sign()) in ("?", "*", "+"):
            self.at += 1
            node = Repeat(node, many=sign != "?", needed=sign == "+")
        return node

    def _sign(self) -> str:
        return (self.pieces[self.at].group("sign") or "") if self.at < len(self.pieces) else ""

    def _bracketed(self, items: list[Node]) -> list[Node]:
        """The items with `"(" ... ")"` made one node each."""
        done: list[Node] = []
        at = 0
        while at < len(items):
            item = items[at]
            end = _closer(items, at)
            if isinstance(item, Word) and end is not None:
                inside = self._bracketed(items[at + 1 : end])
                done.append(Bracketed(item.text, inside[0] if len(inside) == 1 else Sequence(tuple(inside)), self.rule))
                at = end + 1
            else:
                done.append(item)
                at += 1
        return done


def _closer(items: list[Node], at: int) -> int | None:
    """Where the bracket that the item at `at` opens ends; None if it opens none."""
    opener = items[at]
    if not isinstance(opener, Word) or opener.text not in BRACKETS:
        return None
    depth = 0
    for index in range(at, len(items)):
        item = items[index]
        if isinstance(item, Word):
            depth += (item.text == opener.text) - (item.text == BRACKETS[opener.text])
            if depth == 0:
                return index
    return None
