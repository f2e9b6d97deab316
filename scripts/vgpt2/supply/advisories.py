"""Known vulnerabilities of the locked packages, asked by pip-audit; what is accepted is listed with its reason."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.yaml_file import read_yaml_file

LIST = Path(__file__).parent / "advisories.yaml"
# In this order: the first that knows anything counts.
SERVICES = ("pypi", "osv")
ASKING = "--disable-pip --no-deps --progress-spinner off --format json --requirement".split()
SECONDS = 600


class Accepted(BaseModel):
    """A vulnerability that does not reach us, or has no mended version yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    package: str
    reason: str


@dataclass
class Answer:
    """What a service said."""

    known: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    # By package and id: the versions that are mended.
    found: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, other: Answer) -> None:
        """What was said of another list."""
        self.known |= other.known
        self.silent |= other.silent
        self.found |= other.found


def accepted_list(path: Path = LIST) -> dict[str, Accepted]:
    """Accepted vulnerabilities by id."""
    return read_yaml_file(path).check(dict[str, Accepted])


def ask(python: Path, packages: Mapping[str, list[str]], seconds: float = SECONDS) -> Answer:
    """What the first service that can be reached knows of these packages; nothing where none can.

    Args:
        python: that of the environment which has pip-audit.
        packages: versions by name.
        seconds: the longest that a service may take for one list.
    """
    for service in SERVICES:
        answer = Answer()
        # A list has a package once; where markers choose among versions, there is a second list.
        for number in range(max(map(len, packages.values()), default=0)):
            pins = [f"{name}=={versions[number]}" for name, versions in packages.items() if number < len(versions)]
            answer.add(_ask(python, service, pins, seconds))
        if answer.known:
            return answer
    return Answer(silent=set(packages))


def _ask(python: Path, service: str, pins: list[str], seconds: float) -> Answer:
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "requirements.txt"
        asked.write_text("\n".join(pins), encoding="utf-8")
        words = [str(python), "-m", "pip_audit", *ASKING, str(asked), "--vulnerability-service", service]
        try:
            return read_answer(subprocess.run(words, capture_output=True, text=True, timeout=seconds).stdout)
        except subprocess.TimeoutExpired:
            return Answer()


def read_answer(text: str) -> Answer:
    """pip-audit's JSON; what is no JSON is no answer.

    A package that the service could not find is skipped by it without a fault: it was not checked.
    """
    answer = Answer()
    try:
        entries = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return answer
    for entry in entries:
        if "skip_reason" in entry:
            answer.silent.add(entry["name"])
            continue
        answer.known.add(entry["name"])
        for fault in entry["vulns"]:
            answer.found[entry["name"], fault["id"]] = fault["fix_versions"]
    return answer


def faults(answer: Answer, packages: Mapping[str, list[str]], accepted: Mapping[str, Accepted]) -> list[str]:
    """What has to be settled, a line each."""
    lines = []
    for (name, key), mended in sorted(answer.found.items()):
        if key in accepted and accepted[key].package == name:
            continue
        way = f"{' or '.join(mended)} mends it (make lock)" if mended else "no version mends it yet"
        lines.append(f"{name} {' or '.join(packages[name])}: {key}; {way}; else list it with a reason in {LIST.name}")
    for key, one in accepted.items():
        if one.package not in packages or (one.package in answer.known and (one.package, key) not in answer.found):
            lines.append(f"{one.package}: {key} is accepted and is there no more; take it out of {LIST.name}")
    return lines
