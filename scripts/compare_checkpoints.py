"""Compare exams of the same suite and decide whether the last one's model is promoted.

The last file is the new model's exam; before it stands that of the model to beat: the last promoted one. A gate file
in its place stands for the exam of the model that it promoted. With more than two, the new one must beat the best of
the others.

**Reads** exam results (run_validation.py), or a gate of before, and the run's settings (limits of the gate).
**Writes** the gate: verdict, reasons, the model that the next stage takes, its lineage, questions gained and lost.
**Run as** `python scripts/compare_checkpoints.py runs/cpu/exam/base.json runs/cpu/exam/sft.json
--settings runs/cpu/settings.json --output runs/cpu/gates/sft.json`
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from vgpt2.cli import EXISTING, closing_line, options, output_option


@click.command(help=__doc__)
@options(
    click.argument("exams", nargs=-1, required=True, type=EXISTING),
    output_option,
    click.option("--settings", type=EXISTING, help="settings.json of the run (default: the limits of the defaults)"),
    click.option("--override", default="", help="promote in any case; the reason is recorded in every later report"),
)
def main(exams, output, settings, override) -> None:
    from vgpt2.errors import UserError
    from vgpt2.exam.gate import check_comparable, decide, pick_earlier, read_exam
    from vgpt2.files import write_json
    from vgpt2.settings import load_profile, load_settings

    if len(exams) < 2:
        raise UserError("compare_checkpoints: two exams at least; give the earlier one first, the new one last")
    read = [read_exam(path) for path in exams]
    check_comparable(read)
    profile = load_settings(settings).profile if settings else load_profile("a6000")
    gate = decide(pick_earlier(read), read[-1], profile.gate, override)
    kept = gate["new" if gate["verdict"] == "promoted" else "earlier"]["exam"]
    # Relative, so that a run's folder can be moved as a whole.
    gate["exam"] = Path(os.path.relpath(kept, output.parent)).as_posix()
    show(read, gate)
    write_json(output, gate)
    closing_line("compare_checkpoints", f"{gate['verdict']}: {gate['reasons'][-1]} -> {output}")


def show(exams, gate: dict) -> None:
    """The exams as a table, then the reasons."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", *(exam.name for exam in exams), title=None)
    for category, test in gate["categories"].items():
        cells = [f"{exam.result['categories'][category]['right']}/{test['questions']}" for exam in exams]
        table.add_row(category, *cells)
    table.add_section()
    for name in ("right", "hallucination", "false_refusal", "right_refusal", "syntax"):
        table.add_row(name, *(_rate(exam.result["rates"].get(name)) for exam in exams))
    console = Console(width=None if os.isatty(1) else 120)
    console.print(table)
    console.print(f"gained: {', '.join(gate['gained']) or 'none'}", soft_wrap=True)
    console.print(f"lost: {', '.join(gate['lost']) or 'none'}", soft_wrap=True)
    for reason in gate["reasons"]:
        console.print(f"- {reason}", soft_wrap=True, highlight=False, markup=False)


def _rate(rate: dict | None) -> str:
    if not rate:
        return "-"
    low, high = rate["interval"]
    return f"{rate['count']}/{rate['of']} ({rate['rate']:.0%}, {low:.0%}-{high:.0%})"


if __name__ == "__main__":
    main()
