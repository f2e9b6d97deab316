"""What a stage learns about memory while it runs: how much it took, and that half a micro-batch had to do.

Kept in the stage's own `memory.json`, never in the run's settings: it says something of this machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import read_json, write_json
from vgpt2.training.run.faults import NO_MEMORY
from vgpt2.training.run.memory import smaller

RECORD = "memory.json"
BATCH, ACCUMULATION = "per_device_train_batch_size", "gradient_accumulation_steps"
EVALUATED = "per_device_eval_batch_size"


def apply_record(folder: Path, config: dict[str, Any]) -> None:
    """Set the micro-batch that an earlier start of this stage came to."""
    config.update({name: value for name, value in halved(folder).items() if name in (BATCH, ACCUMULATION, EVALUATED)})


def halve(stage: str, folder: Path, config: dict[str, Any], fault: UserError) -> str:
    """Half the micro-batch and twice the accumulation in `config` and on record, after a fault of memory, and half the
    rows of an evaluation, for the fault does not say in which pass it was; returns a sentence about it, or '' where the
    fault is another, was met with before, or nothing can be halved."""
    record = _read(folder)
    if not NO_MEMORY.search(fault.message) or "halved" in record:
        return ""
    as_it_is = config.get(BATCH, 8), config.get(ACCUMULATION, 1)
    less, evaluated = smaller(stage, *as_it_is), config.get(EVALUATED, 1)
    if less is None and evaluated == 1:
        return ""
    config[BATCH], config[ACCUMULATION] = less or as_it_is
    changed = [BATCH, ACCUMULATION] if less else []
    if evaluated > 1:
        config[EVALUATED] = evaluated // 2
        changed.append(EVALUATED)
    # The micro-batch stands there in any case: report and card say it.
    kept = {name: config[name] for name in (BATCH, ACCUMULATION, *changed)}
    record["halved"] = kept | {"why": fault.message}
    write_json(folder / RECORD, record)
    said = " and ".join(", ".join(f"{name} {config[name]}" for name in changed).rsplit(", ", 1))
    return f"{stage}: not enough memory; once more with {said}"


def note_peak(folder: Path) -> None:
    """Record the most memory (resident, in bytes) that a trainer of this process has taken; Linux counts KiB.

    Not that of a GPU: torch counts it in the trainer's own process, where nothing of ours runs, and the driver tells
    only what is held now. `skip_memory_metrics: false` of the profile has the trainer note it, and slows it down.
    """
    if sys.platform == "linux":
        import resource

        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        record = _read(folder)
        # A start that goes on behind the last step takes little.
        peak = max(peak, record.get("peak_resident_bytes", 0))
        write_json(folder / RECORD, {**record, "peak_resident_bytes": peak})


def halved(folder: Path) -> dict[str, Any]:
    """What `halve` has recorded; empty where memory was enough."""
    return _read(folder).get("halved", {})


def _read(folder: Path) -> dict[str, Any]:
    path = folder / RECORD
    found = read_json(path) if path.exists() else {}
    return found if isinstance(found, dict) else {}
