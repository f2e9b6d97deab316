"""Short ways to make nodes in DuckDB's SQL."""

from __future__ import annotations

from functools import lru_cache

from sqlglot import exp

Argument = exp.Expression | str | int | bool


def literal(value: str | int | bool) -> exp.Expression:
    """A literal: text is quoted."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, str):
        return exp.Literal.string(value)
    if value < 0:
        return exp.Neg(this=exp.Literal.number(-value))
    return exp.Literal.number(value)


def call(name: str, *arguments: Argument) -> exp.Anonymous:
    """A call of a function or macro; plain Python values become literals."""
    made = [node if isinstance(node, exp.Expression) else literal(node) for node in arguments]
    return exp.Anonymous(this=name, expressions=made)


@lru_cache(maxsize=256)
def _built(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def cast(node: exp.Expression, name: str, safe: bool = False) -> exp.Expression:
    """CAST or TRY_CAST to a DuckDB type (exp.cast copies what it is given: that costs more than all else)."""
    return (exp.TryCast if safe else exp.Cast)(this=node, to=_built(name).copy())


def paren(node: exp.Expression) -> exp.Expression:
    """In brackets, where it is an operation."""
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Unary)) else node


def bare(node: exp.Expression | None) -> exp.Expression | None:
    """Without brackets and the casts that the parser adds of its own."""
    while isinstance(node, (exp.Paren, exp.TimeStrToTime, exp.TsOrDsToDate)):
        node = node.this
    return node


def text_of(node: exp.Expression | None) -> str | None:
    """The text of a literal, N'...' included; None for anything else."""
    node = bare(node)
    if isinstance(node, exp.National):
        return str(node.this)
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def whole(node: exp.Expression | None) -> int | None:
    """The value of an integer literal, with its sign; None for anything else."""
    node = bare(node)
    if isinstance(node, exp.Neg):
        inner = whole(node.this)
        return -inner if inner is not None else None
    if isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit():
        return int(node.this)
    return None


def is_null(node: exp.Expression | None) -> bool:
    return isinstance(bare(node), exp.Null)
