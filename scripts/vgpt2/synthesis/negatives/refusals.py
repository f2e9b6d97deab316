"""The sentences that refuse, or deny, an object: the name that was asked about comes first, then that it is missing.

An answer about what exists begins with its name too. A small model then copies the name before it must decide, and
sees whether the prompt's schema goes on with it. The sentences are data (`refusals.yaml`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vgpt2.synthesis.wordings.model import read_sentences

SLOTS = {
    "no_table": "name nearest",
    "no_column": "table column nearest",
    "nothing_like_it": "table column",
    "in_other_table": "table column owner",
    "which_table": "column owners",
    "no_join": "left right",
}


@cache
def sentences() -> dict[str, str]:
    """The sentence of each refusal, by its name.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return read_sentences(Path(__file__).with_name("refusals.yaml"), SLOTS, "refusal")


def no_table(name: str, nearest: str) -> str:
    """That a table does not exist, and what is nearest to it."""
    return sentences()["no_table"].format(name=name, nearest=nearest)


def no_column(table: str, column: str, nearest: str) -> str:
    """That a table has no such column, and what is nearest to it; '' where nothing is near."""
    if not nearest:
        return sentences()["nothing_like_it"].format(table=table, column=column)
    return sentences()["no_column"].format(table=table, column=column, nearest=nearest)


def in_other_table(table: str, column: str, owner: str) -> str:
    """That a table has no such column, and which one has it."""
    return sentences()["in_other_table"].format(table=table, column=column, owner=owner)


def which_table(column: str, owners: Sequence[str]) -> str:
    """That several tables have a column, with two of them, and the question which one is meant."""
    return sentences()["which_table"].format(column=column, owners=" and ".join(owners))


def no_join(left: str, right: str) -> str:
    """That no join leads from one table to another."""
    return sentences()["no_join"].format(left=left, right=right)
