"""Where sqlglot puts the arguments of a call: found by asking it, so that no list of ours can be wrong about it.

Each function whose arguments are not all of any kind is parsed once with columns of known names; where these come to
lie in the tree is where the arguments of every such call lie.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from vgpt2.tsql.check.functions.signatures import Server, Signature, signatures
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.dialect import TsqlError, parse

_WORDS = {"date_part": "day", "type": "int"}
# A step from a node to one below it: the key of its arguments, the place in a list (-1: no list), what is found there.
Step = tuple[str, int, type | None]
Path = tuple[Step, ...]


@dataclass(slots=True, frozen=True)
class Shape:
    """One way in which a call may stand in the tree: its name, and of some arguments number (from 1; 0: the only one),
    kind and path.

    `placed`: whether sqlglot notes where such a call stands; what it makes up itself has no place.
    """

    name: str
    placed: bool
    arguments: tuple[tuple[int, str, Path], ...]


@cache
def shapes() -> dict[type, tuple[Shape, ...]]:
    """By the kind of node all shapes of the calls whose arguments have a kind. `exp.Anonymous` goes by name."""
    found: defaultdict[type, dict[tuple, Shape]] = defaultdict(dict)
    for signature in _functions():
        for node, names in _samples(signature):
            if not signature.restricted or type(node) is exp.Anonymous:
                continue
            paths = [
                (number if len(names) > 1 else 0, kind, path)
                for number, (kind, name) in enumerate(zip(signature.kinds, names, strict=False), 1)
                if type_rules().arguments[kind] and (path := _path(node, name)) is not None
            ]
            if paths:
                placed = "start" in node.meta
                key = (placed, *((kind, path) for _, kind, path in paths))
                found[type(node)].setdefault(key, Shape(signature.name, placed, tuple(paths)))
    return {kind: tuple(ways.values()) for kind, ways in found.items()}


@cache
def results() -> dict[type, str]:
    """The type of a call's value by the kind of its node, where every function that is read as such gives that one."""
    given: defaultdict[type, set[str]] = defaultdict(set)
    for signature in _functions():
        for node, _ in _samples(signature):
            given[type(node)].add(signature.gives)
    return {kind: types.pop() for kind, types in given.items() if len(types) == 1 and kind is not exp.Anonymous}


def follow(node: exp.Expression, path: Path) -> exp.Expression | None:
    """The argument at the end of a path; None where the tree is another one."""
    found: object = node
    for key, place, kind in path:
        if not isinstance(found, exp.Expression):
            return None
        found = found.args.get(key)
        if place >= 0:
            found = found[place] if isinstance(found, list) and place < len(found) else None
        if kind is not None and type(found) is not kind:
            return None
    return found if isinstance(found, exp.Expression) else None


def _functions() -> list[Signature]:
    return [item for item in signatures(Server()).values() if not item.word]


@cache
def _samples(signature: Signature) -> list[tuple[exp.Expression, list[str]]]:
    """Calls as sqlglot reads them, with each number of arguments, and the names of the columns that they are given."""
    found = []
    for number in range(signature.least, min(signature.most, len(signature.kinds)) + 1):
        kinds = signature.kinds[:number]
        names = [f"a{place}" for place in range(number)]
        words = [_WORDS.get(kind, name) for kind, name in zip(kinds, names, strict=True)]
        # A format is read by what it says.
        for texts in (words, ["'d'" if kind == "any" else word for word, kind in zip(words, kinds, strict=True)]):
            try:
                tree = parse(f"SELECT {signature.name}({', '.join(texts)})")
            except TsqlError:
                continue
            found.append((tree.expressions[0], names))
    return found


def _path(node: exp.Expression, name: str) -> Path | None:
    """The way from a node to the column of this name."""
    for key, value in node.args.items():
        for place, child in enumerate(value) if isinstance(value, list) else [(-1, value)]:
            if isinstance(child, exp.Column) and child.name == name:
                return ((key, place, None),)
            if isinstance(child, exp.Expression) and (below := _path(child, name)) is not None:
                return ((key, place, type(child)), *below)
    return None
