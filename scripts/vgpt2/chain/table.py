"""The table of steps, targets and variables: YAML beside this file, the one source of Makefile and run_pipeline.ps1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.errors import UserError
from vgpt2.yaml_file import read_yaml_file

HERE = Path(__file__).parent
STAGES = ("sft", "dpo", "kto")
HARVESTED = ("dpo", "kto")
ONE_NAME = re.compile(r"\{(\w+)\}")


class Row(BaseModel):
    """A row of one of the tables: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(Row):
    """One step: the script, and its files and arguments as words with {Names} in them."""

    name: str
    script: str
    note: str = ""
    inputs: str
    needs: str = ""
    outputs: str
    arguments: str
    beside: bool = False
    harvest: bool = False
    always: bool = False

    @property
    def counted(self) -> bool:
        """Whether it has a number: a step of every chain."""
        return not (self.beside or self.harvest)

    @property
    def first_output(self) -> str:
        """The file that stands for the step."""
        return self.outputs.split()[0]


class Section(Row):
    """Steps that belong together, with a heading."""

    section: str
    note: str = ""
    steps: list[Step]


class Target(Row):
    """Something that can be asked of make; see targets.yaml."""

    help: str
    needs: str = "packages"
    goals: list[str] = []
    commands: list[str] = []


class Variable(Row):
    """Something that a user may set; see variables.yaml."""

    help: str
    default: str = ""
    switch: bool = False
    path: bool = False
    one_of: list[str] = []
    folder: str = ""


class _Sections(Row):
    sections: list[Section]


@cache
def sections() -> tuple[Section, ...]:
    """The steps under their headings, in the order of the chain."""
    return tuple(read_yaml_file(HERE / "steps.yaml").check(_Sections).sections)


@cache
def steps() -> tuple[Step, ...]:
    """All steps in the order of the chain; those beside it come last."""
    return tuple(step for section in sections() for step in section.steps)


@cache
def targets() -> Mapping[str, Target]:
    """Target by name."""
    return read_yaml_file(HERE / "targets.yaml").check(dict[str, Target])


@cache
def variables() -> Mapping[str, Variable]:
    """Variable by its name in make."""
    return read_yaml_file(HERE / "variables.yaml").check(dict[str, Variable])


@cache
def make_words() -> Mapping[str, str]:
    """What each {Name} is in make; one with a plus in front brings its own blank."""
    return read_yaml_file(HERE / "words.yaml").check(dict[str, str])


def chain_length() -> int:
    """How many steps `all` has, without those of a harvest."""
    return sum(step.counted for step in steps())


def expand(text: str, values: Mapping[str, Iterable[str]]) -> list[str]:
    """The words of a text of the table; `values`: the words that each {Name} stands for.

    A name within a word stands for its first word; one that `values` lacks stays as it is.
    """
    words: list[str] = []
    for word in text.split():
        alone = ONE_NAME.fullmatch(word)
        if alone and alone[1] in values:
            words += values[alone[1]]
        else:
            words.append(ONE_NAME.sub(lambda found: next(iter(values.get(found[1], [found[0]]))), word))
    return words


def run_values(
    run: str, suite: str, stages: tuple[str, ...] = STAGES, teacher: str = "", harvests: bool = False
) -> dict[str, list[str]]:
    """What the {Names} of inputs and outputs stand for in the run's folder `run`; `teacher`, `harvests`: by its
    settings."""
    parts = {"StageGates": "gates", "StageAudits": "audit", "StageExams": "exam"}
    exams = "exam" if suite == "full" else "exam/full"
    return {
        "Run": [run],
        "Suite": [f"{run}/suite/{suite}.jsonl"],
        "TeacherNeeds": _only(teacher == "base", f"{run}/base/.done"),
        "DataAudits": [f"{run}/audit/{stage}.json" for stage in (("sft",) if harvests else STAGES)],
        **{f"Harvest{stage.title()}": _only(harvests, f"{run}/data/raw/harvest_{stage}.jsonl") for stage in HARVESTED},
        **{f"Registered{stage.title()}": _only(harvests, f"{run}/data/registered_{stage}.json") for stage in HARVESTED},
        "LastGate": [f"{run}/gates/{stages[-1]}.json"],
        **{name: [f"{run}/{part}/{stage}.json" for stage in stages] for name, part in parts.items()},
        "FullExams": [f"{run}/{exams}/{stage}.json" for stage in ("base", *stages)],
    }


def _only(there: bool, path: str) -> list[str]:
    return [path] if there else []


def leading_to(goals: Iterable[str], values: Mapping[str, list[str]]) -> list[Step]:
    """The steps with these names and all whose files they take, in the order of the chain, but what makes a file
    before what takes it.

    Raises:
        UserError: no step of such a name.
    """
    by_name = {step.name: step for step in steps()}
    makers = {output: step for step in steps() for output in expand(step.outputs, values)}
    wanted: set[str] = set()
    open_names = list(goals)
    while open_names:
        name = open_names.pop()
        if name not in by_name:
            raise UserError(f"no step '{name}'; there are {', '.join(by_name)}")
        if name in wanted:
            continue
        wanted.add(name)
        step = by_name[name]
        files = expand(f"{step.inputs} {step.needs}", values)
        open_names += [makers[file].name for file in files if file in makers]
    return _makers_first([step for step in steps() if step.name in wanted], values)


def _makers_first(left: list[Step], values: Mapping[str, list[str]]) -> list[Step]:
    ordered = []
    while left:
        coming = {output for step in left for output in expand(step.outputs, values)}
        ready = (step for step in left if coming.isdisjoint(expand(f"{step.inputs} {step.needs}", values)))
        ordered.append(next(ready, left[0]))
        left = [step for step in left if step is not ordered[-1]]
    return ordered
