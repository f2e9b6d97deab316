"""YAML files whose values know their lines: word lists and settings name a mistake with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from vgpt2.errors import UserError, did_you_mean
from vgpt2.files import read_text

T = TypeVar("T")
# Where a value stands: the keys and indexes that lead to it from the top of its file.
Key = tuple[str | int, ...]
# libyaml's parser is some ten times as fast; its safe loader knows no more types than the other.
Loader: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MERGE, TEXT = "tag:yaml.org,2002:merge", "tag:yaml.org,2002:str"
DEEPEST = 20


@dataclass(slots=True, frozen=True)
class YamlFile:
    """What a YAML file says, and on which line (from 1) each of its values stands."""

    path: str
    values: dict[str, Any]
    lines: Mapping[Key, int]

    def check(self, kind: type[T]) -> T:
        """The file as a value of this type: a pydantic model, a dataclass, or `dict[str, X]` of them.

        Raises:
            UserError: the first fault, with its line and key, and the nearest known key where one is unknown.
        """
        try:
            return TypeAdapter(kind).validate_python(self.values)
        except ValidationError as error:
            faults = error.errors()
        # A misspelt key is missing too; that it is unknown says more.
        fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
        key = tuple(part for part in fault["loc"] if part != "[key]")
        if fault["type"] == "extra_forbidden":
            said = f"unknown key '{key[-1]}'{did_you_mean(str(key[-1]), keys_at(kind, key[:-1]))}"
            raise self.fault(key[:-1], said, key)
        if fault["type"] == "missing":
            raise self.fault(key[:-1], f"'{key[-1]}' is missing")
        raise self.fault(key, f"{fault['msg'][:1].lower()}{fault['msg'][1:]} (found {fault['input']!r})")

    def check_names(self, known: Iterable[str], what: str) -> None:
        """That the keys at the top are names of `known` and that none of these is left out.

        Args:
            what: what the names are, as the message says it: `intent`.

        Raises:
            UserError: the first unknown or missing one.
        """
        known = list(known)
        for name in self.values:
            if name not in known:
                raise self.fault((name,), f"no such {what}{did_you_mean(str(name), known)}")
        for name in known:
            if name not in self.values:
                raise UserError(f"{self.path}: the {what} '{name}' is missing")

    def fault(self, key: Key, said: str, at: Key | None = None) -> UserError:
        """The error to raise for the value of this key: `path:line: key[3].name: said`; `at`: where the line is of."""
        at = key if at is None else at
        line = next((self.lines[at[:size]] for size in range(len(at), 0, -1) if at[:size] in self.lines), 1)
        return UserError(": ".join(filter(None, (f"{self.path}:{line}", key_text(key), said))))


def key_text(key: Key) -> str:
    """A key as messages show it: `list_equal.train[3]`, indexes from 0."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


def read_yaml_file(path: str | Path) -> YamlFile:
    """A YAML file that holds a mapping; its path is shown from the working directory where it lies under that.

    Raises:
        UserError: missing, not YAML (with line and column), a key twice, or not a mapping.
    """
    text = read_text(path)
    shown = _shown(path)
    reader = _Reader(text, shown)
    try:
        values = reader.read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise UserError(f"{shown}{where}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:  # a control character, which has no mark
        raise UserError(f"{shown}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise UserError(f"{shown}: expected a mapping, found {type(values).__name__}")
    return YamlFile(shown, values, reader.lines)


def keys_at(kind: Any, parents: Key) -> list[str]:
    """The keys that a type knows below these parents; none where that cannot be told."""
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else ()
    if options:
        return next((keys for option in options if (keys := keys_at(option, parents))), [])
    fields: dict[str, Any] = {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {name: field.annotation for name, field in kind.model_fields.items()}
    if not parents:
        return list(fields)
    if str(parents[0]) in fields:
        return keys_at(fields[str(parents[0])], parents[1:])
    return keys_at(get_args(kind)[-1], parents[1:]) if get_args(kind) else []


class _Reader:
    """Reads one text. Lines are noted before values are constructed, for that merges keys and forgets their places."""

    def __init__(self, text: str, path: str) -> None:
        self.loader = Loader(text)
        self.path = path
        self.lines: dict[Key, int] = {}

    def read(self) -> object:
        try:
            node = self.loader.get_single_node()
            if node is None:
                return None
            self._note(node, ())
            return self.loader.construct_document(node)
        finally:
            self.loader.dispose()

    def _note(self, node: yaml.Node, key: Key) -> None:
        if len(key) > DEEPEST:
            raise UserError(f"{self.path}:{node.start_mark.line + 1}: nested deeper than {DEEPEST} levels")
        if isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                self.lines[*key, number] = item.start_mark.line + 1
                self._note(item, (*key, number))
        elif isinstance(node, yaml.MappingNode):
            self._note_keys(node, key)

    def _note_keys(self, node: yaml.MappingNode, key: Key) -> None:
        own: set[Key] = set()
        # What is merged in comes first, so that the mapping's own keys count.
        for name, item in sorted(node.value, key=lambda pair: pair[0].tag != MERGE):
            if name.tag == MERGE:
                for part in item.value if isinstance(item, yaml.SequenceNode) else (item,):
                    self._note(part, key)
            elif isinstance(name, yaml.ScalarNode):
                line, below = name.start_mark.line + 1, (*key, name.value)
                if name.tag != TEXT:  # `no`, `on`, `null`, a number
                    raise UserError(f"{self.path}:{line}: {key_text(below)}: YAML takes this for no text; quote it")
                if below in own:
                    raise UserError(f"{self.path}:{line}: {key_text(below)}: stands here twice")
                own.add(below)
                self.lines[below] = line
                self._note(item, below)


def _shown(path: str | Path) -> str:
    path = Path(path)
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix() if path.is_absolute() else str(path)
    except (ValueError, OSError):  # elsewhere, or the working directory is gone
        return str(path)
