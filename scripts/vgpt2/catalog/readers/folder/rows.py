"""Rows of JSON metadata, tolerant of how keys and values are spelled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vgpt2.catalog.readers.encoding import decode
from vgpt2.errors import UserError


def read_json(path: Path) -> Any:
    """A JSON file in any encoding.

    Raises:
        UserError: no text or no JSON, with the line and column of the fault.
    """
    try:
        return json.loads(decode(path.read_bytes()))
    except json.JSONDecodeError as error:
        raise UserError(
            f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}; mend it or take it away"
        ) from None
    except (ValueError, OSError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from None


class Row:
    """A JSON object whose keys are found in any spelling."""

    def __init__(self, values: dict) -> None:
        self.values = {str(key).lower().replace("_", ""): value for key, value in values.items()}

    def get(self, *names: str) -> Any:
        """The first value that is there and is not empty."""
        for name in names:
            value = self.values.get(name)
            if value not in (None, "", "NULL"):
                return value
        return None

    def text(self, *names: str) -> str:
        """As text; empty if absent."""
        value = self.get(*names)
        return "" if value is None else str(value).strip()

    def true(self, *names: str) -> bool:
        """`True`, "True", "YES", 1, "1"."""
        return self.text(*names).lower() in ("true", "yes", "1", "y")

    def number(self, *names: str) -> int | None:
        """As a whole number, or None."""
        text = self.text(*names).removesuffix(".0")
        return int(text) if text.lstrip("-").isdigit() else None

    def names(self, *names: str) -> list[str]:
        """A list of names: a JSON list (of names or of objects with a column name) or text with commas."""
        value = self.get(*names) or []
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list):
            value = [value]
        found = [
            Row(item).text("columnname", "name", "column") if isinstance(item, dict) else str(item) for item in value
        ]
        return [name.strip().strip("[]").removesuffix(" ASC").removesuffix(" DESC") for name in found if name.strip()]


def rows_of(path: Path) -> list[Row]:
    """The objects of a JSON file: a list, a dictionary with one list in it, or a dictionary of objects by name.

    Raises:
        UserError: it is neither.
    """
    value = read_json(path)
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list)]
        if len(lists) == 1:
            value = lists[0]
        elif value and all(isinstance(part, dict) for part in value.values()):
            # A key that is a number only counts.
            value = [part if name.isdigit() else {"name": name, **part} for name, part in value.items()]
        else:
            value = [value]
    if not isinstance(value, list):
        raise UserError(f"{path}: expected a list of objects, found {type(value).__name__}")
    value = [{"name": item} if isinstance(item, str) else item for item in value]
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise UserError(f"{path}: entry {index + 1} is no object but {type(item).__name__}")
    return [Row(item) for item in value]
