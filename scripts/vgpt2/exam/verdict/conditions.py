"""Whether two exams were held under the same conditions: else their difference says nothing of the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Settings of a profile that change no answer, and the mode, which may be another.
NO_MATTER = frozenset(("suite", "batch_size", "export_questions", "mode"))
# What else must be the same: the key of the result, and what to say and do where it is not. An empty one is not known.
SAME = {
    "catalog": "an exam on another catalog; examine both on one",
    "grader": "graded by another version of the grader; run run_validation.py for both again, their answers are kept",
    "template_hash": "asked in another chat template; examine both in one",
}


def differs(first: Mapping[str, Any], other: Mapping[str, Any], named: str) -> str:
    """In what two results differ beside model, suite and mode, as a clause with what to do; else an empty string.

    Args:
        named: what to call the first one.
    """
    for key, words in SAME.items():
        if first.get(key) and other.get(key) and first[key] != other[key]:
            return f"{words} ({key} {other[key]}, and {first[key]} in {named})"
    one, two = (found.get("settings") or {} for found in (first, other))
    for key in sorted(one.keys() & two.keys() - NO_MATTER):
        if one[key] != two[key]:
            return f"asked with {key} {two[key]!r}, and {named} with {one[key]!r}; examine both with the same settings"
    return ""
