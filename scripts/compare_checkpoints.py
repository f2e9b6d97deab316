"""Compare exams of the same suite and decide whether the last one's model is promoted.

The last file is the new model's exam; before it stands that of the model to beat: the last promoted one. A gate file
in its place stands for the exam of the model that it promoted. With more than two, the new one must beat the best of
the others. Any results can be compared, checkpoints of one stage too.

**Reads** exam results (run_validation.py), or a gate of before, and the run's settings (limits of the gate, further
modes, whose results lie beside: sft.memory.json).
**Writes** the gate: verdict, reasons, the model that the next stage takes, its lineage, questions gained and lost, how
sure the difference is. Or, with --regression, whether the last is worse than the first; exit code 1 if it is.
**Run as** `python scripts/compare_checkpoints.py runs/cpu/exam/base.json runs/cpu/exam/sft.json
--base runs/cpu/exam/base.json --settings runs/cpu/settings.json --output runs/cpu/gates/sft.json`
"""

from __future__ import annotations

import os
from pathlib import Path

from vgpt2.cli import EXISTING, OUTPUT, click, closing_line, details, options, step


@step(__doc__)
@options(
    click.argument("exams", nargs=-1, required=True, type=EXISTING),
    click.option("--output", type=OUTPUT, help="file to write (default: only print)"),
    click.option("--settings", type=EXISTING, help="settings.json of the run (default: the limits of the defaults)"),
    click.option("--base", type=EXISTING, help="exam of the untouched model: one that does not beat it stays behind"),
    click.option("--override", default="", help="promote in any case; the reason is recorded in every later report"),
    click.option("--regression", is_flag=True, help="is the last exam worse than the first? exit code 1 if so"),
    click.option("--verbose", is_flag=True, help="gained and lost questions with their text and outcomes"),
)
def main(
    exams: tuple[Path, ...],
    output: Path | None,
    settings: Path | None,
    base: Path | None,
    override: str,
    regression: bool,
    verbose: bool,
) -> None:
    from vgpt2.errors import GateError, UserError
    from vgpt2.exam.verdict.comparison import compare_all
    from vgpt2.exam.verdict.gate import decide, pick_earlier
    from vgpt2.exam.verdict.regression import check_regression
    from vgpt2.exam.verdict.results import check_comparable, label, read_exam
    from vgpt2.exam.verdict.terminal import show
    from vgpt2.files import write_json
    from vgpt2.settings import load_profile, load_settings
    from vgpt2.verdict import write_verdict

    if len(exams) < 2:
        raise UserError("compare_checkpoints: two exams at least; give the earlier one first, the new one last")
    if regression and (override or base):
        raise UserError("compare_checkpoints: --regression takes neither --base nor --override; it promotes nothing")
    read = [read_exam(path) for path in exams]
    label(read)
    check_comparable(read)
    profile = load_settings(settings).profile if settings else load_profile("a6000")
    if regression:
        found = dict(check_regression(read[0], read[-1], profile.gate.significance))
    else:
        modes = profile.exam.modes[1:] if settings else ()
        # Outside a run there is no chain whose level would have to be shared.
        limits = profile.gate if settings else profile.gate.model_copy(update={"gates": 1})
        gate = decide(pick_earlier(read), read[-1], limits, override, read_exam(base) if base else None, modes)
        if output:
            kept = gate["new" if gate["verdict"] == "promoted" else "earlier"]["exam"]
            # Relative, so that a run's folder can be moved as a whole.
            gate["exam"] = Path(os.path.relpath(kept, output.parent)).as_posix()
        found = dict(gate)
    if len(read) > 2:
        found |= compare_all(read, profile.gate.significance)
    if regression or details():
        show(read, found, verbose)
    passed = found["verdict"] != "regression"
    if output and regression:
        output = write_verdict(output, passed, found)
    elif output:
        write_json(output, found)
    why = found["override"] if not regression else ""
    verdict = f"{found['verdict']} by override" if why else found["verdict"]
    where = f" -> {output}" if output else ""
    if not passed:
        raise GateError(f"regression: {found['reasons'][0]}{where}")
    closing_line("compare_checkpoints", f"{verdict}: {why or found['reasons'][0]}{where}")


if __name__ == "__main__":
    main()
