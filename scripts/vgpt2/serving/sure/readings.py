"""What is said where several answers to one question do not agree: how many do, and the two readings to choose from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.records.prompt import fenced
from vgpt2.tsql.check.check import check

NOT_SURE = "I am not sure:"
# Letters of a line about a query, and of one text in it: a line tells two queries apart, it does not repeat them.
LONGEST, LONGEST_TEXT = 240, 40
_FENCE = re.compile(r"^```.*?^```[^\S\r\n]*$\n?", re.MULTILINE | re.DOTALL)


@dataclass(slots=True, frozen=True)
class Reading:
    """What `agreed` of the answers say: a proved query (`sql`) and a line on what it `reads`, or words alone (`sql` is
    empty, and `reads` are the words)."""

    agreed: int
    sql: str
    reads: str

    def as_json(self) -> dict[str, Any]:
        """The form in which it leaves."""
        return {"agreed": self.agreed, "sql": self.sql, "reads": self.reads}


def reads_of(sql: str, catalog: Catalog) -> str:
    """One line on a proved query: its tables with what they hold, its conditions, what makes a row, what it gives."""
    verdict = check(sql, catalog)
    tables = [catalog.by_qualified[name] for name in verdict.tables]
    named = [
        f"{catalog.sql_name(table)} ({words.rstrip('.')})" if words else catalog.sql_name(table)
        for table, words in ((table, table.description.partition("\n")[0]) for table in tables)
    ]
    tree = verdict.parsed
    wheres = [one for one in tree.find_all(exp.Where, bfs=False) if not one.find_ancestor(exp.Where)]
    groups = [one for one in tree.find_all(exp.Group, bfs=False) if not one.find_ancestor(exp.Where)]
    parts = [
        ", ".join(named) or "no table",
        *(f"where {_shown(one.this)}" for one in wheres),
        *(f"a row for each {', '.join(map(_shown, one.expressions))}" for one in groups if one.expressions),
        f"gives {', '.join(_shown(one) for one in tree.selects)}",
    ]
    line = "; ".join(parts)
    return line if len(line) <= LONGEST else f"{line[:LONGEST]} ..."


def _shown(node: exp.Expr) -> str:
    """A part of a query on one line; its texts cut, and without the signs that would begin a block of code."""
    shown = node.copy()
    for text in list(shown.find_all(exp.Literal)):
        if text.is_string and len(text.this) > LONGEST_TEXT:
            text.set("this", f"{text.this[:LONGEST_TEXT]} ...")
    return " ".join(shown.sql("tsql", comments=False).replace("`", "'").split())


def how_many(agreed: int, of: int) -> str:
    """`4 of 5 answers agree`."""
    if agreed < 2:
        return f"no two of {of} answers agree"
    return f"{'all' if agreed == of else f'{agreed} of'} {of} answers agree"


def with_count(text: str, agreed: int, of: int) -> str:
    """An answer that is sure enough, with how many say the same below it."""
    said = how_many(agreed, of)
    return f"{text}\n\n{said[0].upper()}{said[1:]}."


def not_sure(readings: Sequence[Reading], agreed: int, of: int, text: str) -> str:
    """The text of an answer that is not sure: both readings, or the only one; `text`, if no answer was proved."""
    if not agreed:
        return f"{NOT_SURE} none of {of} answers could be proved.\n\n{text}"
    if len(readings) == 1:
        [one] = readings
        return f"{NOT_SURE} {how_many(agreed, of)}; no other query could be proved.\n\n{one.reads}{_block(one)}"
    parts = [f"{NOT_SURE} {how_many(agreed, of)}. Do you mean the first or the second?"]
    parts += [f"{number}. {one.agreed} of {of}: {one.reads}{_block(one)}" for number, one in enumerate(readings, 1)]
    return "\n\n".join(parts)


def _block(reading: Reading) -> str:
    return f"\n{fenced(reading.sql)}" if reading.sql else ""


def as_turn(answer: str) -> str:
    """What an earlier answer of this server is in a prompt: one that was not sure is what it asked back, for neither
    of its queries was the answer."""
    return _FENCE.sub("", answer) if answer.startswith(NOT_SURE) else answer
