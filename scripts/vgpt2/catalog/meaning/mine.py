"""All that one program says of what things mean, in one call."""

from __future__ import annotations

import re

from vgpt2.catalog.meaning import audits, cases, comments, errors, labels, parameters, purposes
from vgpt2.catalog.meaning.program import Chain, Finding, Program, Said

_MINERS = (purposes.mine, audits.mine, errors.mine, cases.mine, comments.mine, labels.mine, parameters.mine)
# A program without any of these says nothing: most statements that make a table.
_WORTH = re.compile(r"--|/\*|'|@")


def mine(text: str, kind: str, name: Chain, on: Chain = []) -> list[Finding]:  # noqa: B006 - never changed
    """What a program says of its own tables and columns, as plain data.

    Args:
        text: its whole statement, with its comments.
        kind: view, procedure, function, trigger, table or query.
        on: of a trigger, the name chain of its table.
    """
    if not _WORTH.search(text):
        return []
    program = Program(text, kind, name, on)
    if kind == "table":
        return list(comments.mine(program))
    return [finding for miner in _MINERS for finding in miner(program)]


def said_by(text: str, kind: str, name: Chain, place: tuple[str, int], on: Chain = []) -> list[Said]:  # noqa: B006
    """The same with the place where it stands (file and line); nothing where nothing was found."""
    found = mine(text, kind, name, on)
    return [Said(kind, name, on, *place, found)] if found else []
