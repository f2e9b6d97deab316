"""The parts of run_pipeline.ps1 that are written from the table: its help, parameters, steps and targets."""

from __future__ import annotations

import re
import shlex

from vgpt2.chain.table import Section, Step, Target, Variable, sections, targets, variables
from vgpt2.errors import UserError

TARGET = Variable(help="what to do: all, or one of make's other targets", default="all", one_of=["all"])
CONTAINER = Variable(
    help="the same in the image of docker/Dockerfile: Docker Desktop with WSL 2, see docs/windows.md", switch=True
)
# Reads a folder of the project, wherever the user stands; a profile is known by its name, a database by its file's.
FOLDER = (
    "Get-ChildItem (Join-Path (Split-Path (Get-Command $ast.GetCommandName()).Source) '{folder}')"
    ' -Filter "$word*.yaml"'
    " | Where-Object {{ $_.Name -notlike '_*' }} | ForEach-Object {{ {shown} }}"
)


def parts() -> dict[str, str]:
    """Text by the name of its marks."""
    return {"parameters": parameter_block(), "steps": step_table(), "targets": target_tables()}


def with_help(text: str) -> str:
    """The script with a `.PARAMETER` in its help for each parameter.

    Raises:
        UserError: no `.PARAMETER` before the first `.EXAMPLE`.
    """
    lines = []
    for name, variable in parameters().items():
        default = f" Default: {variable.default}." if variable.default else ""
        lines += [f".PARAMETER {power_name(name)}", f"    {_sentence(variable.help)}{default}"]
    lines += [".PARAMETER Misspelt", "    Not for use: what is no parameter ends up here, and is refused."]
    found = re.fullmatch(r"(.*?\n)\.PARAMETER .*?(\.EXAMPLE\n.*)", text, re.DOTALL)
    if not found:
        raise UserError("run_pipeline.ps1: its help has no .PARAMETER before .EXAMPLE")
    return "\n".join([found[1] + lines[0], *lines[1:], found[2]])


def parameters() -> dict[str, Variable]:
    """The variables of make, what make is told as its target, and whether the image does it."""
    return {"TARGET": TARGET.model_copy(update={"one_of": list(targets())}), **variables(), "CONTAINER": CONTAINER}


def power_name(name: str) -> str:
    """`STOP_AFTER` as PowerShell says it: `StopAfter`."""
    return "".join(part.capitalize() for part in name.split("_"))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def quoted(text: str) -> str:
    """A literal text of PowerShell."""
    return "'" + text.replace("'", "''") + "'"


def parameter_block() -> str:
    """The `param(...)` of the script."""
    blocks = []
    for name, variable in parameters().items():
        lines = ["    [Parameter(Position = 0)]"] if name == "TARGET" else []
        offered = _offered(variable)
        if offered:
            lines.append(f"    [ArgumentCompleter({{ param($command, $parameter, $word, $ast) {offered} }})]")
        kind, default = ("switch", "") if variable.switch else ("string", f" = {quoted(variable.default)}")
        blocks.append("\n".join([*lines, f"    [{kind}]${power_name(name)}{default}"]))
    rest = "    [Parameter(ValueFromRemainingArguments = $true, DontShow = $true)]"
    blocks.append(f"{rest}\n    [string[]]$Misspelt = @()")
    return ",\n".join(blocks) + "\n"


def _offered(variable: Variable) -> str:
    if variable.one_of:
        names = ", ".join(quoted(name) for name in variable.one_of)
        return f'@({names}) | Where-Object {{ $_ -like "$word*" }}'
    shown = "$_.BaseName" if variable.folder.endswith(("profiles", "models")) else "$_.Name"
    return FOLDER.format(folder=variable.folder, shown=shown) if variable.folder else ""


def step_table() -> str:
    """The literal `$Steps`."""
    lines = ["$Steps = @("]
    for section in sections():
        lines += _section(section)
    return "\n".join([*lines, ")", ""])


def _section(section: Section) -> list[str]:
    return [f"    # {section.section}", *(line for step in section.steps for line in _row(step))]


def _row(step: Step) -> list[str]:
    flags = "".join(f"; {name.capitalize()} = $true" for name in ("beside", "harvest", "always") if getattr(step, name))
    files = f"Inputs = {quoted(step.inputs)}; Needs = {quoted(step.needs)}; Outputs = {quoted(step.outputs)}"
    return [
        f"    @{{ Name = {quoted(step.name)}; Script = {quoted(step.script)}; {files}{flags}",
        f"       Arguments = {quoted(step.arguments)} }}",
    ]


def target_tables() -> str:
    """What each target leads to, or runs, and its line of help."""
    goals = [f"    {quoted(name)} = {_list(target.goals)}" for name, target in targets().items() if target.goals]
    commands = [f"    {quoted(name)} = {_commands(target)}" for name, target in targets().items() if target.commands]
    others = {name: target.needs for name, target in targets().items() if target.needs != "packages"}
    needs = [f"    {quoted(name)} = {quoted(value)}" for name, value in others.items()]
    width = max(map(len, targets())) + 1
    shown = [f"    {quoted(f'{name:<{width}} {target.help}')}" for name, target in targets().items()]
    tables = {"Goals": goals, "Commands": commands, "TargetNeeds": needs}
    text = "\n".join(f"${name} = @{{\n" + "\n".join(lines) + "\n}" for name, lines in tables.items())
    paths = _list([power_name(name) for name, variable in variables().items() if variable.path])
    names = _list([power_name(name) for name in parameters()])
    listed = ",\n".join(shown)
    return f"{text}\n$TargetHelp = @(\n{listed}\n)\n$PathParameters = {paths}\n$ParameterNames = {names}\n"


def _list(names: list[str]) -> str:
    return f"@({', '.join(quoted(name) for name in names)})"


def _commands(target: Target) -> str:
    lists = ", ".join(_list(shlex.split(command)) for command in target.commands)
    # A comma in front keeps a list of one list from being taken apart.
    return f"@({', ' if len(target.commands) == 1 else ''}{lists})"
