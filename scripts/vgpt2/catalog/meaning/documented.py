"""Values that a document lists beside a column's name: `Status`: 1 open, 2 on hold, 3 paid."""

from __future__ import annotations

import re

from vgpt2.catalog.meaning.phrases import clean

# A number, a short word in capitals or anything short in quotes; then what it means, with or without a sign between.
_ITEM = re.compile(
    r"(?P<value>-?\d{1,4}|[A-Z][A-Z0-9]{0,5}|'[^']{1,20}'|\"[^\"]{1,20}\")(?:\s*(?:=|:|-{1,2}>?|–)\s*|\s+)(?P<text>\S.*)"
)
_NUMBER = re.compile(r"-?\d+")
_RANGE = re.compile(r"(?:to|through|or|and|-)\s*-?\d")


def documented_values(text: str) -> dict[str, str]:
    """Value to what it means; nothing where one item does not say it (`1, 2, 3`), or where there is only one. Numbers
    and letters do not stand in one list: in `1 job, GL account, 2 inventory` GL is no value."""
    text = text.strip().rstrip(".")
    items = [_ITEM.fullmatch(item) for item in re.split(r"\s*;\s*" if ";" in text else r"\s*,\s*", text)]
    found = {item["value"].strip("'\""): clean(item["text"]) for item in items if item}
    numbers = sum(bool(_NUMBER.fullmatch(value)) for value in found)
    told = all(said and not _RANGE.match(said) for said in found.values())
    return found if 1 < len(found) == len(items) and told and numbers in (0, len(found)) else {}
