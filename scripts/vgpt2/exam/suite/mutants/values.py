"""Mistakes in values: another aggregate, and what becomes of NULL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from vgpt2.exam.suite.mutants.model import Change, swap, text

OTHER = {
    exp.Sum: (exp.Max, exp.Avg, exp.Min),
    exp.Avg: (exp.Max, exp.Sum),
    exp.Min: (exp.Max,),
    exp.Max: (exp.Min,),
}


def aggregate(node: Any) -> Iterator[Change]:
    """MAX for SUM, and the like; the outermost call and the inner ones alike."""
    for other in OTHER.get(type(node), ()):
        changed = other(this=node.this.copy())
        yield f"with {text(changed)} for {text(node)}", swap(changed)


def null(node: Any) -> Iterator[Change]:
    """ISNULL left out; COUNT of a column for COUNT(*) and the reverse; a 0 for NULL."""
    if isinstance(node, exp.Coalesce):
        yield f"with {text(node.this)} for {text(node)}", swap(node.this)
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Column):
        yield f"with COUNT(*) for {text(node)}", swap(exp.Count(this=exp.Star()))
    if isinstance(node, exp.Avg) and isinstance(node.this, exp.Column):
        changed = exp.Avg(this=exp.Coalesce(this=node.this.copy(), expressions=[exp.Literal.number(0)], is_null=True))
        yield f"with {text(changed)} for {text(node)}", swap(changed)
