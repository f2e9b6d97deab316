"""The state of a source tree by what its files hold, so that a checkout or a copy of the same files is the same source.

A file is read again only where its size or its time is another than when it was last read: `Seen` remembers that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from vgpt2.files import sha256, walk

# What tools for versions write on their own account is no source.
VERSIONS = frozenset((".git", ".hg", ".svn"))
# A file that was changed so shortly before it was read may change again within the same tick of the clock.
SETTLED = 2_000_000_000


class Seen:
    """What is known of files already read: `<label>\\t<bytes>\\t<nanoseconds>\\t<hash>` a line of a file in the run."""

    def __init__(self, path: Path) -> None:
        self._old: dict[str, tuple[str, str]] = {}
        self._new: dict[str, str] = {}
        try:
            for line in path.read_text(encoding="utf-8").splitlines():
                label, size, moment, found = line.rsplit("\t", 3)
                self._old[label] = (f"{size}\t{moment}", found)
        except (OSError, ValueError):
            self._old = {}

    def hash_of(self, label: str, path: Path) -> str:
        """The first half of the SHA-256 of a file's bytes."""
        state = path.stat()
        key = f"{state.st_size}\t{state.st_mtime_ns}"
        known = self._old.get(label)
        found = known[1] if known and known[0] == key else sha256(path)[:32]
        if time.time_ns() - state.st_mtime_ns > SETTLED:
            self._new[label] = f"{label}\t{key}\t{found}"
        return found

    def text(self) -> str:
        """What the file should hold now."""
        return "".join(f"{line}\n" for _, line in sorted(self._new.items()))


def stamp_lines(source: Path, seen: Seen, below: str = "") -> Iterator[str]:
    """One line a file: `below` and its path under the source, bytes, hash; or why it cannot be read."""
    if source.is_file():
        yield f"{below}{source.name}\t{source.stat().st_size}\t{seen.hash_of(f'{below}{source.name}', source)}"
        return
    for path, problem in walk(source):
        relative = path.relative_to(source)
        if VERSIONS.intersection(relative.parts):
            continue
        name = f"{below}{relative.as_posix()}"
        try:
            yield f"{name}\t{problem}" if problem else f"{name}\t{path.stat().st_size}\t{seen.hash_of(name, path)}"
        except OSError as error:
            yield f"{name}\t{error.strerror or error}"
