"""The exam's category of an example."""

from __future__ import annotations

from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.model import Example

CATEGORIES = ("schema", "sql", "join", "hallucination", "error_correction", "business")
_BY_KIND = {
    "schema": "schema", "negative": "hallucination", "correction": "error_correction", "document": "business",
}  # fmt: skip


def category_of(example: Example) -> str:
    """`schema`, `sql`, `join`, `hallucination`, `error_correction` or `business`.

    Questions to SQL are parted by their intent; answered twins of negatives belong with the refusals.
    """
    if example.kind in _BY_KIND:
        return _BY_KIND[example.kind]
    groups = {intent.name: intent.group for intent in all_intents()}
    return groups.get(example.intent, "sql")
