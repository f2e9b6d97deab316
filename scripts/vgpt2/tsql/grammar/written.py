"""Writes a part of `select.lark` as text for grammar engines: llguidance, and what has it inside.

They know no lexer of T-SQL, so white space stands in the text: needed between two words, else as one likes.
`written.yaml` says which part it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path

from vgpt2.database_settings import Strict, Text
from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.grammar.notation import (
    BRACKETS,
    SELECT,
    Bracketed,
    Choice,
    Kind,
    Node,
    Repeat,
    Rule,
    Sequence,
    Word,
    parts,
    read,
    uses,
    words,
)
from vgpt2.tsql.grammar.recognise import recogniser
from vgpt2.yaml_file import read_yaml_file

# What an edge of a node may be: two words need white space between them, two minus signs are a comment without it.
WORD, MINUS, SIGN = "word", "-", "sign"
# Kinds that end in something else than they begin with are not among those of names.
_FIRST = {"STRING": {WORD}, "MONEY": {WORD}}
_LAST = {"STRING": {SIGN}}
# No white space beside it.
_GLUED = "."


class Written(Strict):
    """written.yaml."""

    instead: dict[Text, str]
    kinds: dict[Text, Text]
    named: dict[Text, str]


@cache
def written() -> Written:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("written.yaml")).check(Written)


def bounded_rules(named: bool = False) -> dict[str, Node]:
    """The rules of `select.lark` with those of `written.yaml` in their place, as far as `start` uses them.

    Args:
        named: those too whose kinds of tokens are lists of names.
    """
    instead = {**written().instead, **(written().named if named else {})}
    rules = read(
        "\n".join([SELECT.read_text(encoding="utf-8"), *(f"{name}: {body}" for name, body in instead.items())])
    )
    kept: dict[str, Node] = {}
    waiting = ["start"]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = rules[name]
            waiting += uses(rules[name])
    return kept


@cache
def bounded_words() -> frozenset[str]:
    """The words that the written part spells, in capitals."""
    return words(bounded_rules())


@lru_cache(maxsize=8)
def bounded_grammar(named: frozenset[str] = frozenset()) -> str:
    """The text of the grammar: one SELECT and the end of its fence, behind which anything may stand.

    Args:
        named: words of the grammar, in capitals, that are names of the database too, such as TYPE.
    """
    rules = bounded_rules()
    spelled = words(rules)
    edges = Edges(rules)
    own_form = recogniser().own_form
    lines = [f"{_named(name)}: {Writer(edges).text(node)}" for name, node in rules.items() if name != "start"]
    kinds = written().kinds
    return "\n".join(
        [
            f"start: WS? {Writer(edges).text(rules['start'])} END",
            *lines,
            "WS: /[ \\t\\r\\n]{1,16}/",  # without an end a model that finds no way on goes on so
            "END: /[ \\t\\r]{0,16}\\n[ \\t\\r\\n]{0,16}```(.|\\n)*/",
            f"IDENTIFIER: {_but((RESERVED | spelled) - (named - RESERVED))}",
            f"CALLED: {_but(RESERVED | own_form)}",
            "QUOTED: /\\[[^\\]\\n]+\\]/",
            *(f"{name}: /{pattern}/" for name, pattern in kinds.items()),
            "",
        ]
    )


def _but(excluded: Collection[str]) -> str:
    """A word that is none of these."""
    return f"/[A-Za-z_][A-Za-z0-9_@$#]*/ & ~/(?i:{'|'.join(sorted(excluded))})/"


def _named(rule: str) -> str:
    return f"r_{rule}"


class Edges:
    """What the rules begin and end with, and which may be nothing."""

    def __init__(self, rules: dict[str, Node]) -> None:
        self.rules = rules
        self._found: dict[tuple[str, bool], set[str]] = {}
        self.empty: set[str] = set()
        while grown := {name for name, node in rules.items() if name not in self.empty and self.may_be_empty(node)}:
            self.empty |= grown
        before = -1
        while before != (now := sum(map(len, self._found.values()))):
            before = now
            for name, node in rules.items():
                for first in (True, False):
                    self._found.setdefault((name, first), set()).update(self.of(node, first))

    def may_be_empty(self, node: Node) -> bool:
        if isinstance(node, Rule):
            return node.name in self.empty
        if isinstance(node, Repeat):
            return not (node.many and node.needed)
        if isinstance(node, Choice):
            return any(map(self.may_be_empty, node.items))
        return isinstance(node, Sequence) and all(map(self.may_be_empty, node.items))

    def of(self, node: Node, first: bool) -> set[str]:
        """What it may begin (else: end) with."""
        if isinstance(node, Word):
            return _edge(node.text)
        if isinstance(node, Bracketed):
            return _edge(node.opener if first else BRACKETS[node.opener])
        if isinstance(node, Kind):
            return (_FIRST if first else _LAST).get(node.name, {WORD})
        if isinstance(node, Rule):
            return self._found.get((node.name, first), set())
        if isinstance(node, Repeat):
            return self.of(node.item, first)
        if isinstance(node, Choice):
            return set[str]().union(*(self.of(item, first) for item in node.items))
        found: set[str] = set()
        for item in node.items if first else reversed(node.items):
            found |= self.of(item, first)
            if not self.may_be_empty(item):
                break
        return found


def _edge(text: str) -> set[str]:
    return {WORD} if text[0].isalpha() else {text} if text in "-." else {SIGN}


class Writer:
    """Writes nodes, with white space between the parts of a sequence."""

    space = "WS"

    def __init__(self, edges: Edges) -> None:
        self._edges = edges

    def word(self, text: str) -> str:
        """A word in capitals or in small letters, or a sign. Whatever is in between nobody writes, and a model whose
        name is refused would turn it into a word so: COLLATE of `CoLl`."""
        return f"({json.dumps(text.upper())} | {json.dumps(text.lower())})" if text[0].isalpha() else json.dumps(text)

    def kind(self, name: str) -> str:
        """A kind of token."""
        return {"NAME": "(IDENTIFIER | QUOTED)", "BARE": "CALLED", "FUNCTION": "CALLED"}.get(name, name)

    def rule(self, name: str) -> str:
        """A use of a rule."""
        return _named(name)

    def text(self, node: Node) -> str:
        """A node."""
        if isinstance(node, Word):
            return self.word(node.text)
        if isinstance(node, Kind):
            return self.kind(node.name)
        if isinstance(node, Rule):
            return self.rule(node.name)
        if isinstance(node, Choice):
            return "(" + " | ".join(map(self.text, node.items)) + ")"
        if isinstance(node, Sequence):
            return self._sequence(node.items)
        if isinstance(node, Bracketed):
            return self._sequence((Word(node.opener), node.inside, Word(BRACKETS[node.opener])))
        if not node.many:
            return f"({self.text(node.item)})?"
        again = self._between(self._edges.of(node.item, False), node.item)
        repeated = f"{self.text(node.item)} ({again}{self.text(node.item)})*"
        return repeated if node.needed else f"({repeated})?"

    def _sequence(self, items: tuple[Node, ...]) -> str:
        """What may be left out in front is written twice, with it and without: so white space stands where it must."""
        if len(items) == 1:
            return self.text(items[0])
        first, rest = items[0], items[1:]
        if isinstance(first, Repeat) and self._edges.may_be_empty(first):
            needed: Node = Repeat(first.item, True, True) if first.many else first.item
            return f"({self._sequence((needed, *rest))} | {self._sequence(rest)})"
        written, last = self.text(first), self._edges.of(first, False)
        for item in rest:
            space = self._between(last, item)
            ends = self._edges.of(item, False)
            if isinstance(item, Repeat):
                written += self._repeat(item, last, space)
                last = last | ends
            else:
                written += f" {space}{self.text(item)}"
                last = ends if not self._edges.may_be_empty(item) else last | ends
        return written

    def _repeat(self, item: Repeat, before: set[str], space: str) -> str:
        if not item.many:
            return f" ({space}{self.text(item.item)})?"
        space = self._between(before | self._edges.of(item.item, False), item.item)
        return f" ({space}{self.text(item.item)}){'+' if item.needed else '*'}"

    def _between(self, before: set[str], item: Node) -> str:
        after = self._edges.of(item, True)
        if _starts_with(item, _GLUED) or before == {"."}:
            return ""
        if (WORD in before and WORD in after) or (MINUS in before and MINUS in after):
            return f"{self.space} "
        return f"{self.space}? "


def _starts_with(node: Node, text: str) -> bool:
    first = next(part for part in parts(node) if isinstance(part, (Word, Kind, Rule, Bracketed, Choice)))
    return isinstance(first, Word) and first.text == text
