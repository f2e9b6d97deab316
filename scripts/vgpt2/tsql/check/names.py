"""Names in the tree: what an identifier says, and where it may stand without brackets."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.walk import NOT_UNDERSTOOD, Walk


def name_of(node: object) -> str | None:
    """The name that an identifier says. None for all else that sqlglot takes where a name should stand: `@t`, `?`."""
    if type(node) is exp.Identifier and isinstance(node.this, str):
        return node.this
    return None


def call_name(call: exp.Expr) -> str:
    """The name of a function; of one that sqlglot knows, as it calls it, which may be another spelling."""
    if type(call) is exp.Anonymous:
        return call.name
    return "OPENJSON" if type(call) is exp.OpenJSON else call.sql_name() if isinstance(call, exp.Func) else ""


def check_alias(node: exp.Expression, walk: Walk) -> None:
    """A new name is an identifier."""
    if name_of(node) is None:
        no_name(walk)


def no_name(walk: Walk) -> None:
    """The parser has put something where a name stands."""
    walk.cannot_know(NOT_UNDERSTOOD)


def column_list(alias: exp.Expression | None, walk: Walk) -> list[str]:
    """The names in `AS t (a, b)`."""
    names = []
    for node in (alias.args.get("columns") if alias is not None else None) or ():
        name = name_of(node)
        if name is None:
            no_name(walk)
            name = node.name
        names.append(name)
    return names
