"""The last line of a chain: the report, and the one figure that matters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.chain.plan import made_with
from vgpt2.errors import UserError
from vgpt2.files import read_json

# Not from the table of steps: reading that takes longer than all of this.
NAMES = {"sft": "SFT", "dpo": "DPO", "kto": "KTO"}


def last_line(run_dir: Path, goal: str) -> str:
    """What `all` says in the end; `goal`: all, or what STOP_AFTER names.

    `runs/r is up to date: open runs/r/report.html; SFT answers 22 of 50 right (44 %, ...), the base 3 of 50 ...`
    """
    where = f": open {run_dir.as_posix()}/report.html" if goal == "all" else f", as far as {goal}"
    try:
        figure = _figure(run_dir, goal)
    except (UserError, LookupError, TypeError):  # a file of another version: the line does not end the chain
        figure = ""
    return f"{run_dir.as_posix()} is up to date{where}{'; ' if figure else ''}{figure}"


def _figure(run_dir: Path, goal: str) -> str:
    if goal == "data":
        return _data(run_dir)
    base = read_json(run_dir / "exam" / "base.json")["rates"]["right"]
    if goal == "baseline":
        return f"the base answers {_rate(base)}"
    path = run_dir / "gates" / f"{'kto' if goal == 'all' else goal}.json"
    gate = read_json(path)
    stage = gate["lineage"][-1]["stage"]
    if stage == "base":
        return f"no stage was promoted; the base answers {_rate(base)}"
    by = ", promoted by override," if any(override["stage"] == stage for override in gate["overrides"]) else ""
    reached = read_json(path.parent / gate["exam"])["rates"]["right"]
    return f"{NAMES[stage]}{by} answers {_rate(reached)}, the base {_rate(base)}"


def _data(run_dir: Path) -> str:
    """The audited rows; where the run harvests, those of DPO and KTO are made behind their gates."""
    audits = {stage: run_dir / "audit" / f"{stage}.json" for stage in NAMES}
    later = made_with(run_dir).get("harvests") and not audits["kto"].is_file()
    there = {stage: path for stage, path in audits.items() if path.is_file() or not later}
    counts = [f"{read_json(path)['rows']:,} {NAMES[stage]}" for stage, path in there.items()]
    rest = " and ".join(NAMES[stage] for stage in audits if stage not in there)
    said = f"{', '.join(counts)} rows, all of them audited"
    return f"{said}; those of {rest} are made when the stage before has a model to harvest" if rest else said


def _rate(rate: dict[str, Any]) -> str:
    low, high = rate["interval"]
    return f"{rate['count']} of {rate['of']} right ({rate['rate']:.0%}, {low:.0%} to {high:.0%})".replace("%", " %")
