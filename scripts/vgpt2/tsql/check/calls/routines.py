"""Calls of the database's own functions, as far as their CREATE FUNCTION says what they take and give."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.catalog.model import Routine
from vgpt2.tsql.check.walk import Walk


def check_routine(routine: Routine, call: exp.Expression, walk: Walk, in_from: bool = False) -> None:
    """Add the findings: as many arguments as there are parameters (DEFAULT is written), and in the right place.

    Of a function that only a document describes nothing is certain.
    """
    if not routine.returns:
        return
    name, number, given = routine.name, len(routine.parameters), len(call.expressions)
    if in_from != (routine.returns == "table"):
        message = f"{name} gives a value, FROM needs a table" if in_from else f"{name} gives a table: write it in FROM"
        walk.resolve("misplaced_function", message, call, name)
    elif given != number:
        names = ", ".join(parameter.name for parameter in routine.parameters)
        takes = f"{number} argument{'' if number == 1 else 's'} ({names})" if number else "no arguments"
        walk.resolve("argument_count", f"{name} takes {takes}, not {given}", call, name)
