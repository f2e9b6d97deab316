"""Mistakes in conditions: a boundary, one that is left out, a parameter where the question gives the value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlglot import exp

from vgpt2.exam.suite.mutants.model import Change, swap, text
from vgpt2.synthesis.defects.edits import parts_of

NEXT: dict[type[exp.Binary], tuple[type[exp.Binary], ...]] = {
    exp.GTE: (exp.GT, exp.EQ),
    exp.GT: (exp.GTE,),
    exp.LTE: (exp.LT, exp.EQ),
    exp.LT: (exp.LTE,),
    exp.NEQ: (exp.EQ,),
}


def comparison(node: Any) -> Iterator[Change]:
    """`>` for `>=`, and the like."""
    for other in NEXT.get(type(node), ()):
        changed = other(this=node.this.copy(), expression=node.expression.copy())
        yield f"with {text(changed)} for {text(node)}", swap(changed)


def boundary(node: Any) -> Iterator[Change]:
    """BETWEEN without one of its ends; a number one higher in a comparison."""
    if isinstance(node, exp.Between):
        column, low, high = (node.args[key] for key in ("this", "low", "high"))
        from_low = exp.GTE(this=column.copy(), expression=low.copy())
        to_high = exp.LTE(this=column.copy(), expression=high.copy())
        after_low = exp.GT(this=column.copy(), expression=low.copy())
        before_high = exp.LT(this=column.copy(), expression=high.copy())
        for parts in ((after_low, to_high), (from_low, before_high)):
            between = exp.Paren(this=exp.and_(*parts))
            yield f"with {text(between)} for {text(node)}", swap(between)
    if type(node) in NEXT and isinstance(node.expression, exp.Literal) and node.expression.is_int:
        number = exp.Literal.number(int(node.expression.this) + 1)
        changed = type(node)(this=node.this.copy(), expression=number)
        yield f"with {text(changed)} for {text(node)}", swap(changed)


def dropped(node: Any) -> Iterator[Change]:
    """A condition of WHERE or HAVING left out; one of several that OR ties together."""
    if isinstance(node, exp.Where | exp.Having):
        parts = parts_of(node.this)
        for gone, part in enumerate(parts):
            yield f"without {text(part)}", _without(gone, "this")
        if len(parts) > 1 and isinstance(node, exp.Having):
            yield f"without {text(node)}", lambda twin: twin.pop()
    if isinstance(node, exp.Or):
        for kept, gone in ((node.this, node.expression), (node.expression, node.this)):
            yield f"without {text(gone)}", swap(kept)
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for gone, item in enumerate(node.expressions):
            yield f"without {text(item)} in {text(node)}", _without_item(gone)


def join_column(node: Any) -> Iterator[Change]:
    """A join on a part of its columns."""
    if isinstance(node, exp.Join) and len(parts := parts_of(node.args.get("on"))) > 1:
        for gone, part in enumerate(parts):
            yield f"without {text(part)}", _without(gone, "on")


def turned(node: Any) -> Iterator[Change]:
    """What may not be for what must be: EXISTS, IN, LIKE, IS NULL."""
    if isinstance(node, exp.Not):
        yield f"with {text(node.this)} for {text(node)}", swap(node.this)
    elif isinstance(node, exp.Is | exp.Exists | exp.Like) and not isinstance(node.parent, exp.Not):
        yield f"with NOT {text(node)}", swap(exp.Not(this=node.copy()))


def _without(gone: int, slot: str) -> Callable[[Any], object]:
    """Take one condition out of a clause; the clause too where it was the only one."""

    def change(node: Any) -> None:
        kept = [part.copy() for number, part in enumerate(parts_of(node.args[slot])) if number != gone]
        if kept:
            node.set(slot, exp.and_(*kept, wrap=False))
        else:
            node.pop()

    return change


def _without_item(gone: int) -> Callable[[Any], object]:
    def change(node: Any) -> None:
        node.set("expressions", [item.copy() for number, item in enumerate(node.expressions) if number != gone])

    return change
