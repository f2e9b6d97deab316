"""How long a stage trained, all its parts together: a killed run that goes on counts from where it first began."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import read_json, write_json
from vgpt2.training.run.launch import LOG

TIME = "time.json"


def begin(folder: Path, processes: int, resumed: bool) -> None:
    """Note the start of a part; of a run that is `resumed` the earlier parts count on.

    `time.json`: `seconds` of the parts before, `processes`, and `started` (seconds since 1970) while a part runs.
    """
    earlier = seconds(folder) if resumed else 0.0
    write_json(folder / TIME, {"seconds": earlier, "processes": processes, "started": time.time()})


def end(folder: Path) -> None:
    """Add the part that has ended; `started` goes."""
    state = _read(folder)
    total = state.get("seconds", 0.0) + time.time() - state.get("started", time.time())
    write_json(folder / TIME, {"seconds": round(total, 1), "processes": state.get("processes", 1)})


def seconds(folder: Path) -> float:
    """Seconds of all parts so far; a part that was killed ended with the last line of its log. 0 without a record."""
    state = _read(folder)
    total = state.get("seconds", 0.0)
    log = folder / LOG
    if "started" in state and log.exists():
        total += max(0.0, log.stat().st_mtime - state["started"])
    return round(total, 1)


def _read(folder: Path) -> dict[str, Any]:
    try:
        state = read_json(folder / TIME)
    except UserError:  # the figures are for the report only
        return {}
    return state if isinstance(state, dict) else {}
