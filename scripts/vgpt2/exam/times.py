"""How long an exam took, beside its result: the result itself is the same bytes wherever and whenever it is graded."""

from __future__ import annotations

from pathlib import Path

from vgpt2.errors import UserError
from vgpt2.exam.artefacts import AskingFigures, ExamTimes
from vgpt2.files import read_json, write_json


def times_path(result: Path) -> Path:
    """`exam/sft.json` has its times in `exam/sft.times.json`."""
    return result.with_suffix(".times.json")


def write_times(result: Path, times: ExamTimes) -> None:
    """Write the times of the exam whose result is at `result`."""
    write_json(times_path(result), times)


def times_of(asking: AskingFigures, grading_seconds: float) -> ExamTimes:
    """What asking and grading took."""
    return {
        "asked": asking["asked"],
        "seconds": asking["seconds"],
        "tokens_per_second": asking["tokens_per_second"],
        "grading_seconds": round(grading_seconds, 1),
    }


def read_times(result: Path) -> dict[str, float]:
    """The times of a result; those that nobody wrote down are absent. An older result holds its own.

    Raises:
        UserError: the file is there and damaged.
    """
    path = times_path(result) if times_path(result).is_file() else result
    found = read_json(path) if path.is_file() else {}
    kept = {name: found[name] for name in ExamTimes.__annotations__ if isinstance(found, dict) and name in found}
    if bad := next((name for name, value in kept.items() if not isinstance(value, int | float)), ""):
        raise UserError(f"{path}: {bad} is {kept[bad]!r} and not a number; run run_validation.py again")
    return kept
