"""KTO labels: whatever a file holds (true, "true", 1, "yes") as the JSON boolean that LLaMA-Factory's loader takes.

With strings the loader drops every row with only a warning, and training ends in `Cannot find valid samples`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

LABEL_COLUMNS = ("kto_tag", "label")
TRUE_WORDS = frozenset("true t yes y 1 desirable good chosen positive".split())
TRUE_NUMBERS: dict[float, bool] = {0: False, 1: True}
FALSE_WORDS = frozenset("false f no n 0 undesirable bad rejected negative".split())


@dataclass(slots=True)
class FixedLabels:
    """`rows` with boolean `kto_tag`; `rejects` as (index, row, reason, message); `counts` by what was found."""

    rows: list[dict] = field(default_factory=list)
    rejects: list[tuple[int, dict, str, str]] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


def as_boolean(value: object) -> bool | None:
    """The label that `value` stands for, or None where it is none.

    >>> as_boolean("False"), as_boolean(1), as_boolean("perhaps")
    (False, True, None)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return TRUE_NUMBERS.get(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else None


def fix_labels(rows: list[dict]) -> FixedLabels:
    """Rows with their label as a boolean in the column `kto_tag`; those without a usable one are rejects.

    Reasons: `no_label`, `unknown_label`, `two_labels` (kto_tag and label disagree), `empty_output` (LLaMA-Factory
    would read the row with the other label). Every row comes out with the same keys in the same order as it had,
    `label` renamed to `kto_tag`.
    """
    fixed = FixedLabels()
    for index, row in enumerate(rows):
        found = [(name, row[name]) for name in LABEL_COLUMNS if name in row]
        labels = [label for _, value in found if (label := as_boolean(value)) is not None]
        if not found:
            reason, message = "no_label", "no field 'kto_tag' or 'label'"
        elif len(labels) < len(found):
            name, value = next(item for item in found if as_boolean(item[1]) is None)
            reason, message = "unknown_label", f"'{name}' is {value!r}, which is neither true nor false"
        elif len(set(labels)) > 1:
            reason, message = "two_labels", "'kto_tag' and 'label' disagree"
        elif "output" in row and not str(row["output"] or "").strip():
            reason, message = "empty_output", "an empty 'output' flips the label in LLaMA-Factory"
        else:
            kind = "boolean" if isinstance(found[0][1], bool) else type(found[0][1]).__name__
            fixed.counts["true" if labels[0] else "false"] += 1
            fixed.counts[f"from_{kind}"] += 1
            fixed.rows.append(_with_label(row, labels[0]))
            continue
        fixed.counts[reason] += 1
        fixed.rejects.append((index, row, reason, message))
    return fixed


def _with_label(row: dict, label: bool) -> dict:
    first = next(name for name in row if name in LABEL_COLUMNS)
    renamed = {
        ("kto_tag" if name == first else name): value
        for name, value in row.items()
        if name != "label" or first == "label"
    }
    renamed["kto_tag"] = label
    return renamed
