"""Stands in for PYTHON: notes its arguments, insists that every input exists, and touches what the step would write.

`prepare_run.py` is really run, what says the last line too, and the script that `FAKE_REAL` names. `FAKE_LOG` names the
file of notes; a step whose arguments contain `FAKE_FAIL` writes its output and then fails; a gate writes
`<name>.failed.json` instead, as the real one.
"""

import os
import subprocess
import sys
from pathlib import Path

INPUTS = (
    "--source --scripts --database --catalog --held-out --settings --sft --negatives --dpo --suite --against --base "
    "--model --data-dir --run-dir --after --extra --same-as --only --harvest --harvest-of --apart"
).split()
FLAGS = ("--allow-unread", "--aside", "--by-tables", "--chat", "--choose-checkpoint", "--regression")
GATES = ("validate_data.py", "preflight.py")
WRITES = ("--output", "--report", "--output-dir")


def split(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Positional arguments, and options with their values."""
    positional, options = [], {}
    rest = iter(arguments)
    for argument in rest:
        if argument in FLAGS:
            options[argument] = ""
        elif argument.startswith("--"):
            options[argument] = next(rest)
        else:
            positional.append(argument)
    return positional, options


def written(script: str, positional: list[str], options: dict[str, str]) -> list[Path]:
    """The files that the step makes."""
    output = Path(next((options[name] for name in WRITES if name in options), "."))
    match script:
        case "build_suite.py" if "--only" not in options:
            return [output / name for name in ("full.jsonl", "middle.jsonl", "quick.jsonl", "held_out.json")]
        case "dedupe.py":
            return [output.with_name(f"{output.stem}_eval.jsonl"), output]
        case "make_base.py" | "export_model.py":
            return [output / ".done"]
        case "train_stage.py":
            saves = Path(options["--run-dir"]) / "saves" / positional[0]
            return [saves / "merged" / "config.json", saves / ".done"]
        case "register_datasets.py" if "--done" in options:
            return [output, Path(options["--done"])]
        case "build_report.py":
            return [output.with_name("metrics.json"), output]
        case _:
            return [output]


def main() -> None:
    path, *arguments = sys.argv[1:]
    script = Path(path).name
    if script in ("prepare_run.py", os.environ.get("FAKE_REAL")) or "--ended" in arguments:
        sys.exit(subprocess.run([sys.executable, path, *arguments]).returncode)
    with Path(os.environ["FAKE_LOG"]).open("a") as log:
        print(script, *arguments, file=log)
    positional, options = split(arguments)
    needed = [options[name] for name in INPUTS if name in options] + [name for name in positional if "/" in name]
    needed = [name for name in needed if not name.startswith("mssql://")]
    for name in needed:
        if not Path(name).exists():
            sys.exit(f"{script}: input {name} does not exist")
    fail = bool(os.environ.get("FAKE_FAIL")) and os.environ["FAKE_FAIL"] in " ".join([script, *arguments])
    for output in written(script, positional, options):
        output.parent.mkdir(parents=True, exist_ok=True)
        if fail and script in GATES:
            output.unlink(missing_ok=True)
            output = output.with_suffix(".failed.json")
        output.touch()
    if fail:
        sys.exit("told to fail")


main()
