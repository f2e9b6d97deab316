"""Which model of a run is exported, and what its exam says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import read_json
from vgpt2.training.lineage import Start, read_start

STAGES = ("kto", "dpo", "sft")


@dataclass(frozen=True)
class Promoted:
    """The model to export. `gate` is the last gate's file (None: no stage was trained)."""

    start: Start
    gate: Path | None

    @property
    def stages(self) -> list[str]:
        """The trained stages that it is made of; empty for the base model."""
        return [step["stage"] for step in self.start.lineage if step["stage"] in STAGES]

    @property
    def overrides(self) -> list[dict[str, str]]:
        """Stages that were promoted by an override, in this model's lineage: `stage` and `why`."""
        return list(read_json(self.gate).get("overrides") or ()) if self.gate else []


def last_promoted(run_dir: Path) -> Promoted:
    """What the last gate of a run names, or the base where there is no gate.

    Raises:
        UserError: neither a gate nor a base.
    """
    gates = [path for stage in STAGES if (path := run_dir / "gates" / f"{stage}.json").exists()]
    if gates:
        return Promoted(read_start(gates[0]), gates[0])
    if not (run_dir / "base").is_dir():
        raise UserError(f"{run_dir}: neither gates/ nor base/ in it; run the chain first")
    return Promoted(read_start(run_dir / "base"), None)


def exam_of(promoted: Promoted, run_dir: Path) -> dict[str, Any] | None:
    """The exam result of the promoted model: that of its last stage, or of the base."""
    path = run_dir / "exam" / f"{promoted.stages[-1] if promoted.stages else 'base'}.json"
    return read_json(path) if path.exists() else None


def spread(items: list, count: int) -> list:
    """`count` items at even distances, the first among them."""
    step = max(1, len(items) // max(1, count))
    return items[::step][:count]
