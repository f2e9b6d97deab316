"""A query with one part missing or wrong, as a careless answer would have it: does the data tell the two apart?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlglot import exp

from vgpt2.tsql.write import write

# What stands for an aggregate by mistake.
OTHER_AGGREGATE = {"Sum": "Max", "Avg": "Max", "Min": "Max", "Max": "Min"}


def weaker_queries(tree: exp.Expression) -> Iterator[tuple[str, str]]:
    """The query with one part missing or wrong, each in turn, as (a clause that says how, the query).

    Missing: a condition of WHERE, HAVING or ON (of an ON not the last one), DISTINCT, TOP. Wrong: MAX for SUM, AVG and
    MIN, MIN for MAX; an inner join for an outer one. The tree stays as it is.
    """
    for place, node in enumerate(tree.walk()):
        for how, change in _changes(node):
            copy = tree.copy()
            change(list(copy.walk())[place])
            yield how, write(copy)


def _changes(node: Any) -> Iterator[tuple[str, Callable[[Any], None]]]:
    """What can be done to one node of a query: a clause, and what does it to the same node of a copy."""

    def text(part: Any) -> str:
        return f"`{write(part).strip()}`"

    if isinstance(node, exp.Select):
        for slot in ("distinct", "limit"):
            if node.args.get(slot):
                yield f"without {text(node.args[slot])}", partial(_clear, slot=slot)
    if isinstance(node, exp.Join) and node.side:
        yield f"with an inner join of {text(node.this)}", partial(_clear, slot="side")
    if isinstance(node, exp.Where | exp.Having | exp.Join):
        slot = "on" if isinstance(node, exp.Join) else "this"
        condition = node.args.get(slot)
        parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition] if condition else []
        if slot == "this" or len(parts) > 1:
            for gone, part in enumerate(parts):
                yield f"without {text(part)}", partial(_drop, slot=slot, gone=gone)
    if other := OTHER_AGGREGATE.get(type(node).__name__):
        swapped = getattr(exp, other)(this=node.this.copy())
        yield f"with {text(swapped)} for {text(node)}", lambda twin: twin.replace(swapped.copy())


def _clear(node: Any, slot: str) -> None:
    node.set(slot, None)


def _drop(node: Any, slot: str, gone: int) -> None:
    """Take one condition out of a clause; the clause too where it was the only one."""
    condition = node.args[slot]
    parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    left = [part.copy() for number, part in enumerate(parts) if number != gone]
    if left:
        node.set(slot, exp.and_(*left))
    else:
        node.pop()
