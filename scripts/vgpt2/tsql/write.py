"""A tree as text again. The one place where a query is written in SQL Server's or the engine's dialect."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError

from vgpt2.tsql.dialect import DIALECT, FAULTS


class CannotWrite(Exception):
    """A tree that sqlglot made and cannot write: a call with too few arguments, for one."""


def write(tree: exp.Expr, dialect: str = DIALECT, identify: bool = False, used_up: bool = False) -> str:
    """The text of a tree, without comments.

    Args:
        identify: quote all names.
        used_up: nobody needs the tree afterwards, so that it is changed in place; a copy costs as much as the text.

    Raises:
        CannotWrite: sqlglot fails.
    """
    try:
        return tree.sql(dialect=dialect, identify=identify, comments=False, copy=not used_up)
    except (SqlglotError, *FAULTS) as error:
        # Nothing of ours runs in the call. sqlglot's parser wraps arguments before it looks whether they are there
        # (`DAY()`), and its writer then takes a part of None.
        raise CannotWrite(f"{type(error).__name__}: {error}") from None
