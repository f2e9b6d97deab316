"""Files as every step reads and writes them: UTF-8, whole or not at all, mistakes named with file and line."""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import os
import shutil
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import jsonlines

from vgpt2.errors import UserError

# What a user can mend about a place that cannot be written; other errors are ours.
_MAY_NOT = "you may not write here; give another folder, or the right to write"
_IN_THE_WAY = "a file is where a folder should be; give another folder"
_UNFIT_PLACES = {
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.EROFS: "this disk is mounted to be read only; give another folder",
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EEXIST: _IN_THE_WAY,
    errno.ENOENT: "no folder can be made here; give another one",
}


@contextmanager
def disk_full(path: str | Path) -> Iterator[None]:
    """Make of a full disk a mistake that names `path`, the file or folder that the block writes.

    Raises:
        UserError: no space was left.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError(f"{path}: no space left on the disk; free some and run again") from error
        raise


@contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Make of a full disk, and of a place that cannot be written, a mistake that names `path`, which the block writes.

    Raises:
        UserError: no space, no right to write, or no such place.
    """
    try:
        with disk_full(path):
            yield
    except OSError as error:
        about = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else Path(path)
        # A file elsewhere that the block reads is another matter.
        if error.errno in _UNFIT_PLACES and _near(about, Path(path)):
            raise UserError(f"{path}: {_UNFIT_PLACES[error.errno]}") from error
        raise


def _near(about: Path, path: Path) -> bool:
    return about == path or about in path.parents or about.parent == path.parent or path in about.parents


def sync(path: Path) -> None:
    """Have the disk hold what a file or a folder's list of names says, before something else promises it."""
    try:
        handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    except OSError:
        return  # Windows opens no folder; there a rename waits for the disk
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # what some mounts answer for a folder
            raise
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """`sync` for a folder and all that it holds."""
    for below, _, names in os.walk(folder):
        for name in names:
            if not (Path(below) / name).is_symlink():
                sync(Path(below) / name)
        sync(Path(below))


def walk(root: Path) -> Iterator[tuple[Path, str]]:
    """The files below a folder, and with a reason what cannot be entered: (path, '') or (path, why).

    Linked folders are entered, each real folder once, so that a link back into its own folder ends; what a link leads
    to outside of the root is no part of it: whoever may put a link there must not make us read other files.
    """
    top = os.path.realpath(root)
    seen = {top}
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, error.strerror or str(error)
            continue
        for entry in found:
            path = folder / entry.name
            try:
                if entry.is_symlink() and path.exists() and not _is_below(os.path.realpath(path), top):
                    yield path, "a link that leads out of it"
                elif entry.is_file():
                    yield path, ""
                elif entry.is_dir():
                    real = os.path.realpath(path)
                    if real in seen:
                        yield path, "a link to a folder that is read already"
                    else:
                        seen.add(real)
                        folders.append(path)
                elif entry.is_symlink():
                    yield path, "a link that leads nowhere"
            except OSError as error:
                yield path, error.strerror or str(error)


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def temporary_path(path: Path) -> Path:
    """Where this process writes `path` before it is whole: `.<name>.<process id>.tmp` beside it.

    What killed processes left there of the same `path` is deleted.
    """
    prefix = f".{path.name}."
    for left in path.parent.glob(f"{glob.escape(prefix)}*.tmp"):
        owner = left.name[len(prefix) : -len(".tmp")]
        if owner.isdigit() and not _other_process(int(owner)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
    return path.with_name(f"{prefix}{os.getpid()}.tmp")


def _other_process(number: int) -> bool:
    # In a container the process ids come back: what bears our own number is not ours, for we have not begun.
    if number == os.getpid():
        return False
    import psutil

    try:
        # One that was killed may stay in the table for a while: it writes no more.
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def atomic(path: str | Path, mode: str = "w") -> Iterator[IO]:
    """Open a temporary file beside `path` and rename it to `path` when the block ends well; nothing stays otherwise.

    After a power cut there is the old file or the new one, never half of one.
    """
    path = Path(path)
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "\n")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_path(path)
        try:
            with temporary.open(mode, encoding=encoding, newline=newline) as handle:
                yield handle
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(path)
            sync(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """Write a text file whole."""
    with atomic(path) as handle:
        handle.write(text)


def write_json(path: str | Path, value: Any, indent: int | None = 1) -> None:
    """Write a JSON file whole; keys keep their order."""
    with atomic(path, "wb") as handle:
        handle.write(json_line(value, indent))


def write_jsonl(path: str | Path, rows: Iterable[dict]) -> int:
    """Write one JSON object a line, whole; returns the number of rows."""
    count = 0
    with atomic(path, "wb") as handle:
        for row in rows:
            handle.write(json_line(row))
            count += 1
    return count


def json_line(value: Any, indent: int | None = None) -> bytes:
    """A JSON value with a line end; without `indent` one line of a JSONL file."""
    try:
        return (json.dumps(value, ensure_ascii=False, indent=indent) + "\n").encode()
    except UnicodeEncodeError:
        # Half of a character, as a foreign file may have it: UTF-8 cannot say it, an escape can.
        return (json.dumps(value, indent=indent) + "\n").encode()


@contextmanager
def scratch_folder(output: str | Path) -> Iterator[Path]:
    """A folder beside `output` for what is too large to hold while it is made; gone when the block ends."""
    output = Path(output)
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        # Not the name of the temporary file that becomes `output`.
        folder = temporary_path(output.with_suffix(".scratch"))
        try:
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def read_text(path: str | Path) -> str:
    """A UTF-8 text file, with or without a BOM.

    Raises:
        UserError: the file is missing or is not UTF-8.
    """
    path = Path(path)
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise UserError(f"{path}: a folder where a file was expected") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None


def read_json(path: str | Path) -> Any:
    """A JSON file.

    Raises:
        UserError: missing, not UTF-8 or not JSON, with the line and column of the fault.
    """
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets in brackets without end
        raise UserError(f"{path}: not JSON that can be read ({str(error).partition(';')[0]})") from None


def read_jsonl(path: str | Path) -> list[dict]:
    """All objects of a JSONL file, as `iter_jsonl` gives them."""
    return list(iter_jsonl(path))


def iter_jsonl(path: str | Path, places: array | None = None) -> Iterator[dict]:
    """The objects of a JSONL file one by one; empty lines are skipped.

    Args:
        places: is given the byte at which the line of each object begins, before the object comes.

    Raises:
        UserError: missing, not UTF-8, or a line that is not a JSON object, with its number.
    """
    path = Path(path)
    try:
        with path.open("rb") as handle, jsonlines.Reader(_placed(handle, places)) as reader:
            yield from reader.iter(type=dict, skip_empty=True)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except jsonlines.InvalidLineError as error:
        if isinstance(error.__cause__, UnicodeDecodeError):
            raise UserError(f"{path}:{error.lineno}: not UTF-8; save the file as UTF-8") from None
        raise UserError(f"{path}:{error.lineno}: not a JSON object; mend or delete the line") from None


def _placed(lines: Iterable[bytes], places: array | None) -> Iterator[bytes]:
    place = 0
    for line in lines:
        if places is not None and line.strip():
            places.append(place)
        place += len(line)
        yield line


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def count_lines(path: str | Path) -> int:
    """The lines of a file, whatever they hold."""
    with Path(path).open("rb") as handle:
        return sum(1 for _ in handle)


def digest(value: Any, length: int = 16) -> str:
    """A short stable hash of any JSON value: the first `length` hex digits of its SHA-256."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def fingerprint(text: str) -> bytes:
    """Eight bytes that stand for a text in a set of millions; two texts share them once in 10^19 pairs."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
