"""The other place, whatever it is: a folder or an object store, by fsspec, with one line for all that goes wrong there.

A file lies there under the hash of its bytes, so that one that is there already is known, and one that is cut off or
was changed is found; the manifest, written last, says which of them a run is made of.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import atomic

MANIFEST, FILES, FORMAT = "manifest.json", "files", 1
# So much is read at once: no file that is smaller can change while it is copied.
PIECE = 16 << 20
PASSWORD = re.compile(r"(?<=://)[^/@]*@")
# Stores that pyarrow speaks to where fsspec's own package is missing. (It speaks to Google's and Azure's as well; that
# was not tried.)
BY_ARROW = ("s3",)
# Kinds of places whose packages have a lock.
LOCKED = ("gs://", "az://", "abfs://")


class Place:
    """Where runs lie; `url`: a folder, or what fsspec knows (`s3://bucket/folder`, `memory://x`)."""

    def __init__(self, url: str, run: str, word: str) -> None:
        """Raises UserError where fsspec does not know such a place or lacks a package; `word`: the variable's name."""
        self.name = PASSWORD.sub("", url)
        try:
            self._fs, root = _opened(url)
        except ImportError as error:
            what = "--require-hashes -r requirements-clouds.txt" if url.startswith(LOCKED) else "it"
            how = f"{sys.executable} -m pip install {what}"
            raise UserError(f"{word}={self.name}: a package is missing ({error}); {how}") from None
        except ValueError:
            kinds = "a folder, s3://, gs://, az://, hf:// or another kind that fsspec knows"
            raise UserError(f"{word}={self.name}: no such kind of place; give {kinds}") from None
        self.root = root.rstrip("/")
        self._at = f"{self.root}/{run}"
        self.local = "file" in (self._fs.protocol if isinstance(self._fs.protocol, tuple) else (self._fs.protocol,))

    @contextmanager
    def _asked(self, doing: str) -> Iterator[None]:
        try:
            yield
        except (UserError, Changed):
            raise
        except Exception as error:  # each kind of store has errors of its own
            said = (str(error).strip().splitlines() or ["no message"])[0]
            hint = "; give a place where you may, or the key that it asks for"
            raise UserError(f"{self.name}: cannot be {doing} ({type(error).__name__}: {said}){hint}") from error

    def try_out(self) -> None:
        """Write something small and take it away.

        Raises:
            UserError: the place cannot be written.
        """
        name = f"{self._at}/{FILES}/.try"
        with self._asked("written"):
            self._write(name, lambda target: target.write(b"may this be written?\n"))
            self._fs.rm_file(name)

    def manifest(self) -> dict[str, Any] | None:
        """What the run is made of there, or None.

        Raises:
            UserError: it cannot be read, or another version wrote it.
        """
        with self._asked("read"):
            try:
                found = json.loads(self._fs.cat_file(f"{self._at}/{MANIFEST}"))
            except (FileNotFoundError, NotADirectoryError):
                return None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise UserError(f"{self.name}: {MANIFEST} is not one of this version; push the run again")
        return found

    def runs(self) -> list[str]:
        """The names of the runs that are there."""
        with self._asked("read"):
            try:
                found = self._fs.glob(f"{self.root}/*/{MANIFEST}")
            except FileNotFoundError:
                return []
        return sorted(path.rstrip("/").split("/")[-2] for path in found)

    def there(self) -> dict[str, int]:
        """Bytes of each file that is there, by its hash."""
        with self._asked("read"):
            try:
                self._fs.invalidate_cache()
                listed = self._fs.ls(f"{self._at}/{FILES}", detail=True)
            except (FileNotFoundError, NotADirectoryError):
                return {}
        return {item["name"].rsplit("/", 1)[-1]: int(item["size"] or 0) for item in listed if item["type"] == "file"}

    def put(self, path: Path, digest: str) -> None:
        """Bring a file there, under the hash that it is said to have.

        Raises:
            UserError: the place cannot be written, or the file was changed meanwhile.
        """
        with path.open("rb") as source, self._asked("written"):
            if path.stat().st_size <= PIECE:
                content = source.read()
                if hashlib.sha256(content).hexdigest() != digest:
                    raise Changed(path)
                self._write(f"{self._at}/{FILES}/{digest}", lambda target: target.write(content))
                return
            self._write(f"{self._at}/{FILES}/{digest}", lambda target: _copy(source, target, digest, path))

    def _write(self, name: str, fill: Callable[[Any], object]) -> None:
        self._fs.makedirs(name.rpartition("/")[0], exist_ok=True)
        # A store shows an object when it is whole; a folder shows half of a file.
        first = f"{name}.part" if self.local else name
        with self._fs.open(first, "wb") as target:
            fill(target)
        if self.local:
            Path(first).replace(name)

    def get(self, digest: str, path: Path) -> None:
        """Bring a file from there.

        Raises:
            UserError: it is not there, or not what it was; nothing is written then.
        """
        found = hashlib.sha256()
        with self._asked("read"), atomic(path, "wb") as target, self._fs.open(f"{self._at}/{FILES}/{digest}") as source:
            while piece := source.read(PIECE):
                found.update(piece)
                target.write(piece)
            if found.hexdigest() != digest:
                raise UserError(f"{self.name}: {FILES}/{digest} has other bytes than were pushed; push the run again")

    def finish(self, manifest: dict[str, Any], there: dict[str, int]) -> None:
        """Write the manifest, and take away files that no run needs any more."""
        text = json.dumps({"format": FORMAT, **manifest}, indent=1, ensure_ascii=False).encode()
        with self._asked("written"):
            self._write(f"{self._at}/{MANIFEST}", lambda target: target.write(text))
            used = {item["sha256"] for item in manifest["files"].values()}
            for name in there:
                if name not in used:
                    self._fs.rm_file(f"{self._at}/{FILES}/{name}")


def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it. What fsspec has no package for, pyarrow may know: s3://.

    Raises:
        ImportError: neither does. ValueError: no such kind of URL. UserError: the place cannot be reached.
    """
    import fsspec

    try:
        return fsspec.core.url_to_fs(url)
    except ImportError:
        scheme, _, path = url.partition("://")
        if scheme not in BY_ARROW:
            raise
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow import fs

    # A key in the URL is pyarrow's to read; else both take theirs, region and endpoint from the environment.
    try:
        found, path = fs.FileSystem.from_uri(url)
    except OSError as error:
        said = str(error).strip().splitlines()[0]
        raise UserError(f"{PASSWORD.sub('', url)}: cannot be reached ({said}); give a bucket that is there") from None
    return ArrowFSWrapper(found), path


class Changed(Exception):
    """A file became another one while it was copied."""


def _copy(source: Any, target: Any, digest: str, path: Path) -> None:
    found = hashlib.sha256()
    while piece := source.read(PIECE):
        found.update(piece)
        target.write(piece)
    if found.hexdigest() != digest:
        raise Changed(path)
