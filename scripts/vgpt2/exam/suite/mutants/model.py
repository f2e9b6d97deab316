"""What a mutation is: a node of a query's tree, and what is done to the same node of a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from vgpt2.tsql.write import write

# A clause that says what is wrong, and the change itself.
Change = tuple[str, Callable[[Any], object]]
# The mutations of one kind that a node allows.
Operator = Callable[[Any], Iterator[Change]]


@dataclass(slots=True, frozen=True)
class Mutant:
    """A wrong variant of a query: the kind of mistake, the clause that says it, the text, and the place of the node
    that was changed in a walk over the query's tree; -1 where there is none."""

    kind: str
    how: str
    sql: str
    place: int = -1


def text(node: Any) -> str:
    """A node as a message shows it."""
    return f"`{write(node).strip()}`"


def swap(new: Any) -> Callable[[Any], object]:
    """The change that puts another node in place of one."""
    return lambda twin: twin.replace(new.copy())


def clear(slot: str) -> Callable[[Any], object]:
    """The change that takes a clause of a node away."""
    return lambda twin: twin.set(slot, None)


def put(slot: str, part: Any) -> Callable[[Any], object]:
    """The change that gives a node a clause, or another in its place."""
    return lambda twin: twin.set(slot, part.copy())
