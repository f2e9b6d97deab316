"""The licences of all packages that the lock files name, by their installed metadata, against one list with reasons.

A licence is written as SPDX says it: `A OR B` may be taken by either, of `A AND B` both have to be free.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.yaml_file import read_yaml_file

LIST = Path(__file__).parent / "licences.yaml"
WORD = re.compile(r"\(|\)|[^\s()]+(?: WITH \S+)?")


class Accepted(BaseModel):
    """A package whose licence asks for more than the free ones, and why it may be used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    licence: str
    reason: str


class Licences(BaseModel):
    """See licences.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    free: list[str]
    called: dict[str, str]
    accepted: dict[str, Accepted]
    by_hand: dict[str, str]


@dataclass
class Findings:
    """What is wrong, a line each, and how many packages were read where."""

    faults: list[str] = field(default_factory=list)
    free: int = 0
    accepted: int = 0
    by_hand: int = 0


@cache
def licence_list() -> Licences:
    """The list of the project."""
    return read_yaml_file(LIST).check(Licences)


def check_licences(
    packages: Iterable[str], known: Licences, read: Callable[[str], str | None] | None = None
) -> Findings:
    """Each package against the list, and the list against the packages.

    Args:
        read: the licence that an installed package gives; None where there is none. Default: by its metadata.
    """
    read = read or (lambda name: installed_licence(name, known.called))
    found, names = Findings(), list(packages)
    for name in names:
        said = read(name)
        listed = known.by_hand.get(name)
        if said is None and listed is None and name not in known.accepted:
            found.faults.append(f"{name}: not installed, or saying nothing; read its licence, write it under `by_hand`")
            continue
        found.by_hand += said is None
        _judge(name, said or listed or known.accepted[name].licence, known, found)
    for name in sorted({*known.accepted, *known.by_hand} - set(names)):
        found.faults.append(f"{name}: in no lock file any more; take it out of {LIST.name}")
    return found


def _judge(name: str, licence: str, known: Licences, found: Findings) -> None:
    accepted = known.accepted.get(name)
    if is_free(licence, known.free):
        found.free += 1
        if accepted:
            found.faults.append(f"{name}: {licence} is free; take it out of `accepted`")
    elif accepted and accepted.licence == licence:
        found.accepted += 1
    elif accepted:
        found.faults.append(f"{name}: its licence is {licence}, and {accepted.licence} was accepted; read it anew")
    else:
        found.faults.append(f"{name}: its licence is {licence}; take another package, or accept it with a reason")


def installed_licence(name: str, called: Mapping[str, str]) -> str | None:
    """What an installed package says of itself, as SPDX has it; None: it is not installed, or says nothing."""
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    classes = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    expression, text = ((said.get_all(field) or [""])[0] for field in ("License-Expression", "License"))
    return licence_of(expression, classes, text.strip(), called)


def licence_of(expression: str, classes: list[str], text: str, called: Mapping[str, str]) -> str | None:
    """One licence of three fields: the expression is exact, then the classes of the registry, then free text."""
    if expression:
        return expression
    if classes:
        return " OR ".join(sorted({called.get(one, one) for one in classes}))
    first = text.partition("\n")[0].strip()
    return called.get(first, first) or None


def is_free(licence: str, free: Iterable[str]) -> bool:
    """Whether an SPDX expression can be met with free licences alone."""
    words, allowed = WORD.findall(licence), set(free)

    def either() -> bool:
        value = both()
        while words and words[0] == "OR":
            words.pop(0)
            value = both() or value
        return value

    def both() -> bool:
        value = one()
        while words and words[0] == "AND":
            words.pop(0)
            value = one() and value
        return value

    def one() -> bool:
        word = words.pop(0) if words else ""
        if word != "(":
            return word in allowed
        value = either()
        return bool(words) and words.pop(0) == ")" and value

    return either() and not words
