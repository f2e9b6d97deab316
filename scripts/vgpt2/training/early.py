"""A stage that came to its end before its last step: what is said of it, and which checkpoint is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from vgpt2.errors import UserError
from vgpt2.files import read_json, write_json
from vgpt2.training.checkpoints import STATE, best_checkpoint
from vgpt2.training.run.health import Ended

ENDED = "ended.json"


def fall_back(folder: Path, ended: Ended) -> str:
    """Record why a stage was ended, and that its best checkpoint is taken; returns a line about it.

    Raises:
        Ended: no checkpoint has been evaluated yet, so that there is nothing to go on with.
    """
    best = best_checkpoint(folder)
    if best is None:
        raise Ended(f"{ended.message}; there is no evaluated checkpoint to go on with") from None
    write_json(folder / ENDED, {"why": ended.message, "checkpoint": best.name})
    return f"{ended.message}; {best.name}, the best by held-out loss, is taken"


def ended_at(folder: Path) -> tuple[Path, str] | None:
    """The checkpoint that stands for a stage which was ended, and why; None for one that ran to its end."""
    try:
        record = read_json(folder / ENDED)
        checkpoint, why = folder / record["checkpoint"], record["why"]
    except (UserError, LookupError, TypeError):
        return None
    return (checkpoint, why) if checkpoint.is_dir() else None


def why_ended(stage: str, folder: Path) -> str:
    """Why a trained stage came to its end before its last step, for a reader; empty where it made them all."""
    if ended := ended_at(folder):
        return f"{ended[1]}; {ended[0].name} is taken"
    try:
        config = yaml.safe_load((folder / "train.yaml").read_text("utf-8"))
    except (OSError, yaml.YAMLError):
        return ""
    return stopped_line(stage, folder, config if isinstance(config, dict) else {})


def stopped_line(stage: str, folder: Path, config: dict[str, Any]) -> str:
    """What to say where LLaMA-Factory's own early stopping ended the stage; empty where all steps were made."""
    try:
        state = read_json(folder / STATE)
        done, total = int(state["global_step"]), int(state["max_steps"])
    except (UserError, LookupError, TypeError, ValueError):
        return ""
    patience = config.get("early_stopping_steps")
    if done >= total or not patience:
        return ""
    best = Path(state.get("best_model_checkpoint") or "").name
    taken = f"; {best} is taken (loss {state['best_metric']:.4f})" if best and state.get("best_metric") else ""
    why = f"the held-out loss fell no more in {patience} evaluations"
    return f"{stage}: stopped at step {done:,} of {total:,}: {why}{taken}"
