"""The differences of two catalogs and what they touch: as a file, on the screen, and in a line of advice."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TypedDict

from vgpt2.catalog.changes import Change, counted
from vgpt2.exam.moved.again import Asked
from vgpt2.exam.moved.touched import Moved

FORMAT = 1
# So many differences of a kind, records and questions are shown on the screen; the file has all.
SHOWN = 12
PLURAL = {
    "table": "tables", "column": "columns", "key": "keys", "join": "joins", "words": "meanings", "routine": "routines"
}  # fmt: skip


class Difference(TypedDict):
    """The file of `diff_catalogs.py`. `records`: for each dataset how many there are, how many name what changed, and
    those that no longer hold; `questions` likewise, and `answers` of a log, None where none was given."""

    format: int
    counts: dict[str, dict[str, int]]
    changes: list[dict]
    records: dict[str, dict]
    questions: dict
    answers: dict | None
    lost_hints: list[str]
    asked: Asked | None


def as_json(
    changes: Sequence[Change],
    records: Mapping[str, tuple[int, list[Moved]]],
    questions: tuple[int, list[Moved]],
    lost_hints: list[str],
    asked: Asked | None,
    answers: tuple[int, list[Moved]] | None = None,
) -> Difference:
    """The findings as the file holds them."""
    return {
        "format": FORMAT,
        "counts": counted(changes),
        "changes": [asdict(change) for change in changes],
        "records": {name: _of(*found) for name, found in records.items()},
        "questions": _of(*questions),
        "answers": _of(*answers) if answers else None,
        "lost_hints": lost_hints,
        "asked": asked,
    }


def _of(count: int, moved: list[Moved]) -> dict:
    return {
        "count": count,
        "touched": len(moved),
        "no_longer": [asdict(item) for item in moved if item.why],
    }


def show(found: Difference) -> None:
    """Print what changed, what it touches, and what no longer holds."""
    from rich.console import Console

    console = Console(width=None if os.isatty(1) else 120, highlight=False, markup=False)
    for of, counts in found["counts"].items():
        told = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
        console.print(f"{PLURAL[of]}: {told}")
        of_kind = [change for change in found["changes"] if change["of"] == of]
        for change in of_kind[:SHOWN]:
            console.print(f"  {_line(change)}", soft_wrap=True)
        if len(of_kind) > SHOWN:
            console.print(f"  and {len(of_kind) - SHOWN} more in the file")
    answers = [("log", found["answers"])] if found["answers"] else []
    for name, part in (*found["records"].items(), ("exam", found["questions"]), *answers):
        lost = part["no_longer"]
        console.print(f"{name}: {part['count']:,}, {part['touched']:,} name what changed, {len(lost):,} no longer hold")
        for item in lost[:3]:
            console.print(f"  {item['id']}: {item['question']} ({item['why']})", soft_wrap=True)
    if found["lost_hints"]:
        console.print(f"word_hints of what is no more: {', '.join(found['lost_hints'])}", soft_wrap=True)
    if asked := found["asked"]:
        console.print(
            f"model: of {asked['questions']} touched questions {asked['before']} answered on the old schema, "
            f"{asked['after']} on the new one"
        )


def _line(change: dict) -> str:
    name, before, after = change["name"], change["before"], change["after"]
    if change["kind"] == "changed" or change["of"] in ("key", "words"):
        return f"{name}: {before or 'nothing'} -> {after or 'nothing'}"
    other = f", it seems to be {after} now" if change["kind"] == "went" and after else ""
    other = other or (f", it seems to be {before} of before" if change["kind"] == "came" and before else "")
    if change["of"] in ("join", "routine"):
        other = f": {before or after}"
    return f"{change['kind']} {name}{other}"


def advice(found: Difference) -> str:
    """What to do, and why, in a line."""
    if not found["changes"]:
        return "nothing changed; the run holds as it is"
    lost = {name: len(part["no_longer"]) for name, part in found["records"].items()}
    told = ", ".join(f"{count:,} of {name}" for name, count in lost.items() if count)
    asked = found["asked"]
    if told:
        return f"train again (FRESH=1): what the records say is no longer so in {told}"
    if asked and asked["after"] < asked["before"]:
        return f"train again (FRESH=1): on the new schema {asked['after']} of {asked['before']} are answered still"
    came = sum(change["kind"] == "came" and change["of"] == "table" for change in found["changes"])
    if came:
        return f"the model holds and finds {came} new tables by its prompts; trained again it knows their words"
    return "the model holds: no record says what is no longer so; serve it with the new catalog"
