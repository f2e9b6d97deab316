"""Values that a document lists beside a column's name: `Status`: 1 open, 2 on hold, 3 paid."""

from __future__ import annotations

import re

from vgpt2.catalog.meaning.phrases import clean

# A number, a few capitals or anything short in quotes; then what it means, with or without a sign between.
_ITEM = re.compile(
    r"(?P<value>-?\d{1,4}|[A-Z]{1,3}|'[^']{1,10}'|\"[^\"]{1,10}\")(?:\s*(?:=|:|-{1,2}>?|–)\s*|\s+)(?P<text>\S.*)"
)
_SPLIT = re.compile(r"\s*[,;]\s*")


def documented_values(text: str) -> dict[str, str]:
    """Value to what it means; nothing where one item does not say it (`1, 2, 3`), or where there is only one."""
    items = [_ITEM.fullmatch(item) for item in _SPLIT.split(text.strip().rstrip("."))]
    found = {item["value"].strip("'\""): clean(item["text"]) for item in items if item}
    return found if 1 < len(found) == len(items) and all(found.values()) else {}
