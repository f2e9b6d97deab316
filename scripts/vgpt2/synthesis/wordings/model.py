"""What wordings are, and how a file of them is read: each template is checked against the slots of its intent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from pydantic import BaseModel, ConfigDict

from vgpt2.errors import did_you_mean
from vgpt2.yaml_file import Key, YamlFile, key_text, read_yaml_file

EXAM_FROM = 100


@dataclass(slots=True, frozen=True)
class Wordings:
    """The templates of one intent: those of training, and those that only the exam uses."""

    train: tuple[str, ...]
    exam: tuple[str, ...]

    def of(self, side: str) -> list[tuple[int, str]]:
        """(number, template) for `train` or `exam`; the numbers of the exam count from 100."""
        return list(enumerate(self.exam, EXAM_FROM) if side == "exam" else enumerate(self.train))


@dataclass(slots=True, frozen=True)
class Slots:
    """What the templates of an intent may leave open: `needed` stands in each of them, `free` may be left out."""

    needed: frozenset[str]
    free: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Slots:
        """From `table company kind?`: names with blanks between, a question mark behind those that are free."""
        names = text.split()
        free = frozenset(name.removesuffix("?") for name in names if name.endswith("?"))
        return cls(frozenset(name for name in names if not name.endswith("?")), free)

    def fault(self, template: str) -> str:
        """What is wrong with a template, or an empty string."""
        try:
            used = slots_in(template)
        except ValueError as error:
            return f"{error} in {template!r}"
        known = [f"{{{name}}}" for name in sorted(self.needed | self.free)]
        unknown = next((name for name in used if name not in self.needed | self.free), None)
        if unknown is not None:
            return f"no slot '{{{unknown}}}'{did_you_mean(f'{{{unknown}}}', known)}"
        left_out = sorted(self.needed - set(used))
        return f"the slot '{{{left_out[0]}}}' is left out" if left_out else ""


class Entry(BaseModel):
    """The wordings of an intent as a file has them."""

    model_config = ConfigDict(extra="forbid")

    train: list[str] = []
    exam: list[str] = []
    same_as: str = ""


def slots_in(template: str) -> list[str]:
    """The slots of a template, in order.

    Raises:
        ValueError: a brace is not closed or not opened, or a slot is no plain name in braces.
    """
    names = []
    for _, name, how, conversion in Formatter().parse(template):
        if how or conversion:
            raise ValueError(f"'{{{name}}}' takes nothing but its name")
        if name is not None:
            names.append(name)
    return names


def read_wordings(path: str | Path, slots: Mapping[str, str], what: str = "intent") -> dict[str, Wordings]:
    """The wordings in a YAML file, by name, in the order of `slots`.

    Args:
        slots: by name, the slots that its templates have, as `Slots.of` reads them; the file has these names.
        what: what the names are, as messages say it.

    Raises:
        UserError: the first fault, with file, line and key.
    """
    file = read_yaml_file(path)
    file.check_names(slots, what)
    entries = file.check(dict[str, Entry])
    own = {name: entry for name, entry in entries.items() if not entry.same_as}
    seen: dict[str, Key] = {}
    for name, entry in own.items():
        for key, text in _texts(file, name, entry):
            if fault := Slots.of(slots[name]).fault(text):
                raise file.fault(key, fault)
            first = seen.setdefault(" ".join(text.lower().split()), key)
            if first != key:
                raise file.fault(key, f"the same wording as {key_text(first)}")
    found = {name: _source(file, entries, name, Slots.of(slots[name])) for name in slots}
    return {name: Wordings(tuple(entry.train), tuple(entry.exam)) for name, entry in found.items()}


def _texts(file: YamlFile, name: str, entry: Entry) -> Iterator[tuple[Key, str]]:
    for side, texts in (("train", entry.train), ("exam", entry.exam)):
        if not texts:
            raise file.fault((name,), f"no wordings under '{side}'")
        yield from (((name, side, number), text) for number, text in enumerate(texts))


def read_sentences(path: str | Path, slots: Mapping[str, str], what: str) -> dict[str, str]:
    """The sentences in a YAML file, by name; `slots` and `what` as in `read_wordings`.

    Raises:
        UserError: the first fault, with file, line and key.
    """
    file = read_yaml_file(path)
    file.check_names(slots, what)
    found = file.check(dict[str, str])
    for name, text in found.items():
        if fault := Slots.of(slots[name]).fault(text):
            raise file.fault((name,), fault)
    return found


def _source(file: YamlFile, entries: Mapping[str, Entry], name: str, slots: Slots) -> Entry:
    """The entry whose wordings an intent uses: its own, or that which `same_as` names, if it fits."""
    entry, key = entries[name], (name, "same_as")
    if not entry.same_as:
        return entry
    if entry.train or entry.exam:
        raise file.fault(key, "stands alone, without 'train' and 'exam'")
    own = {other: its for other, its in entries.items() if not its.same_as}
    if entry.same_as not in own:
        raise file.fault(key, f"'{entry.same_as}' has no wordings of its own{did_you_mean(entry.same_as, own)}")
    for place, text in _texts(file, entry.same_as, own[entry.same_as]):
        if fault := slots.fault(text):
            raise file.fault(key, f"{key_text(place)}: {fault}")
    return own[entry.same_as]
