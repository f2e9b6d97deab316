"""What was read of files and queries, kept beside the catalog, so that a second run reads only what has changed.

A file is known by its size and time, a query by its text. Everything is forgotten when the reader's own code, or the
parser, is another one than when it was written. A cache that cannot be read is no cache.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from vgpt2.catalog.shapes import Shape
from vgpt2.files import write_text

LATE: Final = "takes too long to parse"  # in the place of a shape, as other reasons for which there is none


class Cache:
    """`files`: name to [size, time, value]; `shapes`: digest of a query to its shape (null: not understood)."""

    def __init__(self, path: Path | None = None, encoding: str = "") -> None:
        """Args: path: where it is kept, None: nowhere; encoding: what the files are read with."""
        self.path = path
        self._code = f"{code_digest()} {encoding}".rstrip() if path is not None else ""
        self._old: dict[str, dict] = {"files": {}, "shapes": {}}
        self._new: dict[str, dict] = {"files": {}, "shapes": {}}
        if path is not None:
            try:
                found = json.loads(path.read_text("utf-8"))
                if found["code"] == self._code:
                    self._old = {name: dict(found[name]) for name in self._old}
            except (OSError, ValueError, KeyError, TypeError):
                pass

    def has(self, name: str, path: Path) -> bool:
        """Whether the file is known as it is now."""
        return self.get(name, path) is not None

    def get(self, name: str, path: Path) -> Any:
        """What is known of the file as it is now, or None."""
        known = self._new["files"].get(name) or self._old["files"].get(name)
        if known is None or known[:2] != _state(path):
            return None
        self._new["files"][name] = known
        return known[2]

    def put(self, name: str, path: Path, value: Any) -> None:
        """Keep what the file says."""
        self._new["files"][name] = [*_state(path), value]

    def shape(self, sql: str) -> tuple[bool, Shape | str | None]:
        """(known, shape)."""
        key = _digest(sql)
        for shapes in (self._new["shapes"], self._old["shapes"]):
            if key in shapes:
                self._new["shapes"][key] = shapes[key]
                return True, shapes[key]
        return False, None

    def put_shape(self, sql: str, shape: Shape | str | None) -> None:
        """Keep the shape of a query."""
        self._new["shapes"][_digest(sql)] = shape

    def save(self) -> None:
        """Write what this run used, unless it is what stands there."""
        if self.path is not None and self._new != self._old:
            write_text(self.path, json.dumps({"code": self._code, **self._new}, separators=(",", ":")) + "\n")


def _state(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns]


def _digest(sql: str) -> str:
    return hashlib.blake2b(sql.encode(), digest_size=12).hexdigest()


@cache
def code_digest() -> str:
    """A hash of the code that reads, and of the parser's version."""
    here = Path(__file__).parent
    found = hashlib.sha256(version("sqlglot").encode())
    for path in sorted([*here.rglob("*.py"), *(here.parent / "sqltext").glob("*.py")]):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
