"""How long steps took on this machine: `.seconds.json` beside the runs, from which later ones are foretold."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import write_json

FILE = ".seconds.json"
KEPT = 5


@dataclass(frozen=True)
class Pace:
    """What is known of the steps of one profile, in all runs of one folder."""

    runs: Path
    profile: str
    source: str = ""

    @classmethod
    def of_run(cls, run_dir: Path) -> Pace:
        """That of a run by its settings.json; of none where there is no such file."""
        settings = _read(run_dir / "settings.json")
        return cls(run_dir.parent, str(settings.get("profile_name", "")), str(settings.get("source", "")))

    def learn(self, step: str, seconds: float, work: float = 0) -> None:
        """Note how long a step took; `work`: how much it had to do, where that can be counted (tokens).

        The last few are kept. Nothing is noted of a run without settings, and where nothing can be written.
        """
        if not self.profile:
            return
        known = _read(self.runs / FILE)
        steps = known[self.profile] = known[self.profile] if isinstance(known.get(self.profile), dict) else {}
        took = {"seconds": round(seconds, 1), "work": work, "source": self.source}
        steps[step] = [*self._entries(steps, step), took][-KEPT:]
        try:
            write_json(self.runs / FILE, known)
        except UserError:  # a step that is done must not fail for the sake of a guess
            return

    def seconds(self, step: str, work: float = 0) -> float | None:
        """How long a step will take: the median of the last times, those of the same source if there are any, each for
        as much work; None where it never ran."""
        entries = self._entries(_read(self.runs / FILE).get(self.profile, {}), step)
        same = [entry for entry in entries if entry["source"] == self.source] or entries
        if not same:
            return None
        return statistics.median(
            entry["seconds"] * (work / entry["work"] if work and entry["work"] else 1) for entry in same
        )

    def told(self, steps: Iterable[str]) -> str:
        """`about 2.6 minutes by earlier runs here` for some steps; an empty text where one of them never ran."""
        found = [self.seconds(step) for step in steps]
        known = [seconds for seconds in found if seconds is not None]
        if not known or len(known) < len(found):
            return ""
        return f"about {duration(sum(known))} by earlier runs here"

    @staticmethod
    def _entries(steps: Any, step: str) -> list[dict[str, Any]]:
        entries = steps.get(step, []) if isinstance(steps, dict) else []
        return [entry for entry in entries if isinstance(entry, dict) and {"seconds", "work", "source"} <= {*entry}]


def duration(seconds: float) -> str:
    """As a person says it: `40 s`, `2.6 minutes`, `3.1 hours`."""
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.1f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; an empty one where there is none that can be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
