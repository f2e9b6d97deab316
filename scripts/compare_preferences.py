"""Compare what DPO brings to one SFT model: on synthetic pairs, on pairs of its own answers, and on both.

The run must have its gate of SFT. Each way makes its pairs, trains from the model that the gate names, and is examined
on the questions of the gate. A call that was cut off goes on. What a way trains is no part of the run.

**Reads** a run's catalog, suite, SFT data, gates/sft.json, exam/base.json and, where it is there, its harvest

**Writes** into --output a folder for each way (data/, audit/, saves/, exam/, gates/) and comparison.md, the table

**Run as** `python scripts/compare_preferences.py --run-dir runs/R --output runs/R.ways`
"""

from __future__ import annotations

from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line


@click.command(help=__doc__)
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--output", required=True, type=FOLDER, help="folder to write")
@click.option("--questions", type=click.IntRange(min=1), help="harvest so many anew, instead of the run's own harvest")
@click.option("--way", "ways", multiple=True, help="synthetic, own or both; each once (default: all three)")
def main(run_dir: Path, output: Path, questions: int | None, ways: tuple[str, ...]) -> None:
    """Try, tabulate."""
    from vgpt2.errors import UserError
    from vgpt2.training.harvest.ways import WAYS, compare_ways

    if unknown := [way for way in ways if way not in WAYS]:
        raise UserError(f"--way {unknown[0]}: no such way; there are {', '.join(WAYS)}")
    click.echo(compare_ways(run_dir, output, questions, ways or WAYS, click.echo))
    closing_line("compare_preferences", f"{len(ways or WAYS)} ways -> {output}/comparison.md")


if __name__ == "__main__":
    main()
