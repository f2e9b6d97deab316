"""Gather what a run left behind into one dictionary; what is not there (yet) is simply absent."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from vgpt2.exam.times import read_times
from vgpt2.exam.verdict.results import read_exam
from vgpt2.files import read_json
from vgpt2.inference.prompts import MODES
from vgpt2.settings import Settings
from vgpt2.training.early import why_ended
from vgpt2.training.run import fit, timing

STAGES = ("sft", "dpo", "kto")
EXAMS = ("base", *STAGES)


def collect(run_dir: Path, settings: Settings) -> dict[str, Any]:
    """All that the report shows.

    Returns:
        `settings`, `catalog` (counts), `datasets`, `audits`, `preflights`, `exams`, `modes` (exams of further modes, by
        mode), `gates`, `training`, `export`, each by stage where it applies, and `outcome` (see `outcome_of`).

    Raises:
        UserError: a file of the run that is there but broken.
    """
    exams = _exams(run_dir / "exam")
    gates = _by_name(run_dir / "gates", STAGES)
    preflights = {name: preflight(value) for name, value in _by_name(run_dir / "preflight", STAGES).items()}
    return {
        "run": settings.run,
        "settings": settings.model_dump(),
        "catalog": catalog_counts(run_dir / "catalog.json"),
        "datasets": {name: found for name in STAGES if (found := dataset(run_dir / "data", name))},
        "audits": _by_name(run_dir / "audit", STAGES),
        "preflights": preflights,
        "exams": exams,
        "modes": {mode: of for mode in MODES if (of := _exams(run_dir / "exam", f".{mode}"))},
        "gates": gates,
        "training": {name: found for name in STAGES if (found := training(run_dir / "saves" / name))},
        "export": _read_if(run_dir / "export" / "export.json"),
        "outcome": outcome_of(exams, gates),
    }


def outcome_of(exams: dict, gates: dict) -> dict[str, Any]:
    """Which model the run ends with, and why.

    Returns:
        `stage` (its name, or `base`), `model`, `promoted` (stages promoted), `overrides` (the reasons of those that
        were promoted by one, by stage), `verdicts` (by stage, of those that have a gate).
    """
    model = next((gates[name]["model"] for name in reversed(STAGES) if name in gates), "")
    stage = next((name for name in reversed(EXAMS) if name in exams and exams[name]["model"] == model), "base")
    promoted = [name for name in STAGES if name in gates and gates[name]["verdict"] == "promoted"]
    # A gate's file tells those of the stages before it too, so that none is lost with a file.
    overrides = {step["stage"]: step["why"] for gate in gates.values() for step in gate.get("overrides") or []}
    overrides |= {name: text for name in promoted if (text := gates[name].get("override"))}
    if not model:
        model = exams.get("base", {}).get("model", "")
    return {
        "stage": stage,
        "model": model,
        "promoted": promoted,
        "overrides": overrides,
        "verdicts": {name: gates[name]["verdict"] for name in STAGES if name in gates},
    }


def catalog_counts(path: Path) -> dict[str, int]:
    """The `counts` of a catalog; empty where there is none."""
    return (_read_if(path) or {}).get("counts", {})


def dataset(folder: Path, stage: str) -> dict[str, Any] | None:
    """Counts of one dataset: `train`, `eval`, `rejected`, and of its training rows by `kind`, `intent`, `polarity`,
    `module`, `defect`, `worse`."""
    metas = _lines(folder / f"{stage}.meta.jsonl")
    if not (folder / f"{stage}.jsonl").exists():
        return None
    rejects = Counter(row.get("reason", "") for row in _lines(folder / f"{stage}.rejects.jsonl"))
    counts = {
        key: dict(Counter(value for meta in metas if (value := meta.get(key))).most_common())
        for key in ("kind", "intent", "polarity", "module", "defect", "worse", "source")
    }
    return {
        "train": _count(folder / f"{stage}.jsonl"),
        "eval": _count(folder / f"{stage}_eval.jsonl"),
        "rejected": dict(rejects.most_common()),
        **counts,
    }


def preflight(value: dict[str, Any]) -> dict[str, Any]:
    """The figures of a preflight's training rows, with `cutoff_len`."""
    figures = value.get("splits", {}).get("train", {})
    return {"ok": value.get("ok"), **figures, "cutoff_len": value.get("cutoff_len")}


def training(folder: Path) -> dict[str, Any] | None:
    """Of one stage losses, the check at step 1, the trainer's figures, the `choice` among checkpoints (None where the
    trainer chose), the micro-batch `halved` for want of memory, and why it `ended` before its last step (empty where it
    did not); None where it was not trained."""
    state = _read_if(folder / "trainer_state.json")
    if state is None:
        return None
    history = state.get("log_history", [])
    results = _read_if(folder / "all_results.json") or _read_if(folder / "train_results.json") or {}
    return {
        "steps": state.get("global_step", 0),
        "loss": [(row["step"], row["loss"]) for row in history if "loss" in row],
        "eval_loss": [(row["step"], row["eval_loss"]) for row in history if "eval_loss" in row],
        "best_step": state.get("best_global_step"),
        "first_step": _read_if(folder / "first_step.json"),
        "seconds": timing.seconds(folder) or results.get("train_runtime"),
        "train_loss": results.get("train_loss"),
        "final_eval_loss": results.get("eval_loss"),
        "choice": _read_if(folder / "choice.json"),
        "halved": fit.halved(folder),
        "ended": why_ended(folder.name, folder),
    }


def _exams(folder: Path, ending: str = "") -> dict[str, dict]:
    paths = {name: folder / f"{name}{ending}.json" for name in EXAMS}
    return {name: {**read_exam(path).result, **read_times(path)} for name, path in paths.items() if path.is_file()}


def _by_name(folder: Path, names: tuple[str, ...]) -> dict[str, dict]:
    return {name: found for name in names if (found := _read_if(folder / f"{name}.json"))}


def _read_if(path: Path) -> Any:
    return read_json(path) if path.is_file() else None


def _lines(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as handle:
        return [json.loads(line) for line in handle if line.strip()]


def _count(path: Path) -> int:
    if not path.is_file():
        return 0
    with path.open("rb") as handle:
        return sum(1 for line in handle if line.strip())
