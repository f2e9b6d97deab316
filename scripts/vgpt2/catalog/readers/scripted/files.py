"""The files of a folder of scripts as text, with what SQLCMD puts in: `:r file`, `:setvar name value` and `$(name)`.

An included file is read where it stands and not once more by itself. It must lie within SOURCE: a script of somebody
else's must not make us read other files of this machine. A batch ends where an included file begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vgpt2.catalog.model import Unread
from vgpt2.catalog.readers.encoding import decode
from vgpt2.files import walk
from vgpt2.sqltext.split import outside_comments

_COMMAND = re.compile(r'^[ \t]*:(r|setvar)[ \t]+("[^"\n]*"|\S+)[ \t]*(.*?)[ \t]*$', re.IGNORECASE | re.MULTILINE)
_VARIABLE = re.compile(r"\$\((\w+)\)")
MOST_NESTED = 20
UNSET = "SQLCMD variable without a value"


def script_files(source: Path) -> list[Path]:
    """The `.sql` files of a folder in a stable order, hidden folders left out; or the file itself."""
    if source.is_file():
        return [source]
    return sorted(path for path, problem in _visible(source) if not problem and path.suffix.lower() == ".sql")


def closed_places(source: Path) -> list[Unread]:
    """What below a folder cannot be entered or read, with the reason."""
    if source.is_file():
        return []
    return [Unread(f"not read: {why}", relative(source, path), 1) for path, why in _visible(source) if why]


def _visible(source: Path) -> Iterator[tuple[Path, str]]:
    for path, problem in walk(source):
        if not any(part.startswith(".") for part in path.relative_to(source).parts):
            yield path, problem


def relative(source: Path, path: Path) -> str:
    """A file's name for people: below the source, with slashes."""
    return path.name if source.is_file() else path.relative_to(source).as_posix()


@dataclass
class Expanded:
    """A script with its includes: parts of text, each with its file and first line, in the order of execution."""

    parts: list[tuple[str, int, str]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)  # included ones
    unread: list[Unread] = field(default_factory=list)
    encoding: str = ""  # of files that are neither UTF-8 nor UTF-16


def has_commands(text: str) -> bool:
    """Whether a script uses SQLCMD, so that `expand` is needed."""
    return (":" in text and bool(_COMMAND.search(text))) or "$(" in text


def expand(source: Path, path: Path, encoding: str = "") -> Expanded:
    """A script with all that it includes. Faults are noted and passed over.

    Raises:
        ValueError, OSError: the script itself cannot be read.
    """
    found = Expanded(encoding=encoding)
    _expand(source, path, decode(path.read_bytes(), encoding), {}, [path.resolve()], found)
    return found


def _expand(
    source: Path, path: Path, text: str, variables: dict[str, str], within: list[Path], found: Expanded
) -> None:
    file = relative(source, path)
    start = line = 1
    at = 0
    for match in outside_comments(_COMMAND.finditer(text), text):
        _add(found, file, start, text[at : match.start()], variables)
        line = start + text.count("\n", at, match.end())
        command, first = match[1].lower(), match[2].strip('"')
        if command == "setvar":
            variables[first.lower()] = match[3].strip().strip('"')
        else:
            _include(source, path, _filled(first, variables, []), line, variables, within, found)
        start, at = line, match.end()
    _add(found, file, start, text[at:], variables)


def _include(
    source: Path, path: Path, name: str, line: int, variables: dict[str, str], within: list[Path], found: Expanded
) -> None:
    def fault(construct: str) -> None:
        found.unread.append(Unread(construct, relative(source, path), line, name))

    root = (source if source.is_dir() else source.parent).resolve()
    tries = [base / name.replace("\\", "/") for base in (path.parent, root)]
    inside = [item for item in (each.resolve() for each in tries) if item.is_relative_to(root)]
    target = next((item for item in inside if item.is_file()), None)
    if not inside:
        fault(":r of a file outside of SOURCE, left out")
    elif target is None:
        fault(":r of a file that is not there")
    elif target in within or len(within) > MOST_NESTED:
        fault(":r in a circle")
    else:
        try:
            text = decode(target.read_bytes(), found.encoding)
        except (ValueError, OSError):
            fault(":r of a file that cannot be read")
            return
        shown = (source / target.relative_to(root)) if source.is_dir() else target
        found.files.append(shown)
        _expand(source, shown, text, variables, [*within, target], found)


def _add(found: Expanded, file: str, line: int, text: str, variables: dict[str, str]) -> None:
    unset: list[tuple[int, str]] = []
    if "$(" in text:
        text = _filled(text, variables, unset)
    found.unread += [Unread(UNSET, file, line + before, name) for before, name in unset]
    if text.strip():
        found.parts.append((file, line, text))


def _filled(text: str, variables: dict[str, str], unset: list[tuple[int, str]]) -> str:
    def value(match: re.Match) -> str:
        known = variables.get(match[1].lower())
        if known is None:
            unset.append((text.count("\n", 0, match.start()), match[1]))
            return match[0]
        return known

    return _VARIABLE.sub(value, text)
