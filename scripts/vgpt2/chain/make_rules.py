"""The parts of the Makefile that are written from the table: variables, targets, and a rule for each step."""

from __future__ import annotations

import shlex

from vgpt2.chain.table import ONE_NAME, Step, Target, chain_length, make_words, sections, steps, targets, variables

# What the Makefile calls by a name of its own.
SHORT = {
    "{Run}/catalog.json": "$(CATALOG)",
    "{Run}/settings.json": "$(SETTINGS)",
    "{Run}/suite/held_out.json": "$(HELD_OUT)",
}
READY = {"packages": " | $(READY)", "tests": " | $(TEST_READY)", "model": "", "nothing": ""}
WIDTH = 116


def parts() -> dict[str, str]:
    """Text by the name of its marks."""
    return {"variables": variable_lines(), "targets": target_rules(), "steps": step_rules()}


def in_make(words: list[str]) -> str:
    """Words of the table as make has them; those without a {Name} are quoted for the shell."""
    made = ""
    for word in words:
        if word == "$@":
            made += " $@"
        elif word in SHORT:
            made += f" {SHORT[word]}"
        elif "{" not in word:
            made += f" {shlex.quote(word)}"
        else:
            value = ONE_NAME.sub(lambda name: make_words()[name[1]], word)
            made += value[1:] if value.startswith("+") else f" {value}"
    return made.strip()


def variable_lines() -> str:
    """The names that are known, a line of help for each, and what `all` leads to."""
    names = " ".join(variables())
    width = max(map(len, variables())) + 1
    lines = [f"#: {name:<{width}} {variable.help}" for name, variable in variables().items()]
    goals = in_make([step.first_output for step in steps() if step.name in targets()["all"].goals])
    return "\n".join([*lines, f"VARIABLES := {names}", f"# What `all` leads to.\nALL = {goals}", ""])


def target_rules() -> str:
    """A rule for each target that is steps, or commands of Python."""
    first = {step.name: in_make([step.first_output]) for step in steps()}
    lines = [f".PHONY: {' '.join(targets())}", ""]
    for name, target in targets().items():
        goals = " ".join(first[goal] for goal in target.goals)
        if name == "all":
            continue
        if goals:
            lines += [f"{name}: {goals}  ## {target.help}", ""]
        elif target.commands:
            lines += [f"{name}:{READY[target.needs]}  ## {target.help}", *_commands(target), ""]
    return "\n".join(lines)


def _commands(target: Target) -> list[str]:
    lines = ["\t@$(if $(UPSTREAM),$(HAVE_PACKAGES),$(HAVE_MODEL))"] if target.needs == "model" else []
    # What is talked to shows no command line, but with V=1.
    quiet = "$(if $(V),,@)" if target.needs == "model" else ""
    return lines + [f"\t{quiet}$(PY) {in_make(shlex.split(command))}" for command in target.commands]


def step_rules() -> str:
    """A rule for each step under the headings of the table."""
    lines = [f"STEPS := {chain_length()}", ""]
    number = 0
    for section in sections():
        heading = f"# ---- {section.section} "
        lines += [heading.ljust(WIDTH + 2, "-"), *(f"# {line}" for line in section.note.splitlines()), ""]
        for step in section.steps:
            number += step.counted
            lines += [*_rule(step, str(number) if step.counted else ""), ""]
    return "\n".join(lines)


def _rule(step: Step, number: str) -> list[str]:
    outputs = in_make(step.outputs.split())
    grouped = " &" if " " in outputs else ""
    needed = in_make(step.inputs.split()) + (f" | {in_make(step.needs.split())}" if step.needs else "")
    forced = " FORCE" if step.always else ""
    note = [f"# {step.note}"] if step.note else []
    words = [f"scripts/{step.script}", *step.arguments.split()]
    words = ["$@" if word == step.first_output else word for word in words]
    call = f"\t$(call step,{number},{step.name}) {in_make(words)}"
    return [*note, f"{outputs}{grouped}: {needed}{forced}", call]
