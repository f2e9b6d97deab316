"""The exam of a model whose weights have been examined already, under another path: an export is a copy of a stage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vgpt2.exam.artefacts import ExamResult
from vgpt2.exam.grading.version import grader_version
from vgpt2.exam.model import Question
from vgpt2.exam.runner import lineage_of, suite_hash
from vgpt2.exam.verdict.results import Exam, read_exam
from vgpt2.files import digest, sha256
from vgpt2.model_folder import fingerprint
from vgpt2.settings import Profile

# The files of a model that decide its answers.
DECIDE = ("*.safetensors", "*.bin", "*config.json", "tokenizer*", "*tokens*.json", "*.jinja", "vocab*", "merges*")


def reuse(
    model: Path, results: Sequence[Path], questions: Sequence[Question], profile: Profile, mode: str
) -> ExamResult | None:
    """The first of `results` that is of this suite, mode and settings, and of a model with the very same weights and
    tokenizer, as the result of `model` (`answers_of` names its file); None where there is none.

    Raises:
        UserError: one of the files is no exam result.
    """
    for exam in map(read_exam, results):
        alike = exam.result["suite_hash"] == suite_hash(questions) and exam.mode == mode and _asked_alike(exam, profile)
        alike = alike and exam.result.get("grader") in (None, grader_version())
        if alike and _unchanged(exam) and same_model(model, Path(exam.result["model"])):
            return {
                **exam.result,
                "model": str(model),
                "lineage": lineage_of(str(model)),
                "fingerprint": digest([fingerprint(model)]),
                "answers_of": str(exam.path),
            }
    return None


def _asked_alike(exam: Exam, profile: Profile) -> bool:
    settings = exam.result.get("settings", {})
    wanted = {
        "max_new_tokens": profile.exam.max_new_tokens,
        "retrieved_tables": profile.exam.retrieved_tables,
        "schema_columns": profile.data.schema_columns,
    }
    return all(settings.get(name) == value for name, value in wanted.items())


def _unchanged(exam: Exam) -> bool:
    """Whether the folder still holds the model that was examined."""
    return exam.result.get("fingerprint") == digest([fingerprint(exam.result["model"])])


def same_model(one: Path, other: Path) -> bool:
    """Whether two folders hold the same weights, tokenizer and settings of generation, byte for byte."""
    files = [{path.name: path for pattern in DECIDE for path in folder.glob(pattern)} for folder in (one, other)]
    if not files[0] or files[0].keys() != files[1].keys():
        return False
    pairs = [(path, files[1][name]) for name, path in files[0].items()]
    # Sizes first: hashing a large model takes a minute.
    return all(a.stat().st_size == b.stat().st_size for a, b in pairs) and all(sha256(a) == sha256(b) for a, b in pairs)
