"""Stands in for PYTHON: notes its arguments, insists that every input exists, and touches what the step would write.

`prepare_run.py` is really run, what says the last line too, and the script that `FAKE_REAL` names. `FAKE_LOG` names the
file of notes; a step whose arguments contain `FAKE_FAIL` writes its output and then fails; a gate writes
`<name>.failed.json` instead, as the real one. It is started thousands of times: os.path is there already, pathlib and
subprocess would double what a start costs.
"""

import os
import sys

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


def written(script: str, positional: list[str], options: dict[str, str]) -> list[str]:
    """The files that the step makes."""
    output = next((options[name] for name in WRITES if name in options), ".")
    match script:
        case "build_suite.py" if "--only" not in options:
            return [f"{output}/{name}" for name in ("full.jsonl", "middle.jsonl", "quick.jsonl", "held_out.json")]
        case "dedupe.py":
            return [f"{os.path.splitext(output)[0]}_eval.jsonl", output]
        case "make_base.py" | "export_model.py":
            return [f"{output}/.done"]
        case "train_stage.py":
            saves = f"{options['--run-dir']}/saves/{positional[0]}"
            return [f"{saves}/merged/config.json", f"{saves}/.done"]
        case "register_datasets.py" if "--done" in options:
            return [output, options["--done"]]
        case "build_report.py":
            return [f"{os.path.dirname(output)}/metrics.json", output]
        case _:
            return [output] if output != "." else []  # what serves or looks writes nothing


def main() -> None:
    path, *arguments = sys.argv[1:]
    script = os.path.basename(path)
    if script in ("prepare_run.py", os.environ.get("FAKE_REAL")) or "--ended" in arguments:
        os.execv(sys.executable, [sys.executable, path, *arguments])
    with open(os.environ["FAKE_LOG"], "a") as log:
        print(script, *arguments, file=log)
    positional, options = split(arguments)
    needed = [options[name] for name in INPUTS if name in options] + [name for name in positional if "/" in name]
    needed = [name for name in needed if not name.startswith("mssql://")]
    for name in needed:
        if not os.path.exists(name):
            sys.exit(f"{script}: input {name} does not exist")
    fail = bool(os.environ.get("FAKE_FAIL")) and os.environ["FAKE_FAIL"] in " ".join([script, *arguments])
    for output in written(script, positional, options):
        os.makedirs(os.path.dirname(output) or ".", exist_ok=True)
        if fail and script in GATES:
            if os.path.exists(output):
                os.unlink(output)
            output = f"{os.path.splitext(output)[0]}.failed.json"
        with open(output, "a"):
            os.utime(output)
    if fail:
        sys.exit("told to fail")


main()
