"""Build the exam: 500 questions in seven categories, 150 of them as the middle suite, 50 as the quick one, every gold
proved.

**Reads** the catalog, the curated file that the database names (if any), and the run's settings.
**Writes** `full.jsonl`, `middle.jsonl`, `quick.jsonl` and `held_out.json` (table pairs, families, wordings and
questions that training leaves alone) into the output folder; and `mutants.jsonl`: the wrong variants of golds that no
data set of their question tells from them, with the reason.
**Run as** `python scripts/build_suite.py --catalog runs/cpu/catalog.json --settings runs/cpu/settings.json
--output-dir runs/cpu/suite`

With `--check FILE` nothing is written: every gold of that curated file (see docs/curated-questions.md) is proved, and
every fault and every weak gold is listed. Exit code 1 where there is a fault.
**Run as** `python scripts/build_suite.py --check data/test_suite.json --catalog runs/cpu/catalog.json`

With `--only FILE` the suite is the questions of that file and nothing else, for an exam of your own: what is proved is
asked, what is not is left out and said, and so is what makes a question a weak judge.
**Run as** `python scripts/build_suite.py --only my.json --catalog runs/cpu/catalog.json --output my-suite.jsonl`
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import EXISTING, FOLDER, OUTPUT, catalog_option, click, closing_line, options, step

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog

SHOWN = 10


@step(__doc__)
@options(
    catalog_option,
    click.option("--settings", type=EXISTING, help="settings.json of the run; --check does not need it"),
    click.option("--output-dir", type=FOLDER, help="folder to write to; --check does not need it"),
    click.option("--curated", type=EXISTING, help="curated questions, instead of those that the database names"),
    click.option("--check", type=EXISTING, help="prove this curated file and write nothing"),
    click.option("--only", type=EXISTING, help="ask the questions of this file and no other"),
    click.option("--output", type=OUTPUT, help="the suite of --only (default: full.jsonl in the output folder)"),
)
def main(
    catalog: Path,
    settings: Path | None,
    output_dir: Path | None,
    curated: Path | None,
    check: Path | None,
    only: Path | None,
    output: Path | None,
) -> None:
    from vgpt2.catalog.store import load

    if check:
        check_file(load(catalog), check)
        return
    if only:
        if not (output or output_dir):
            raise click.UsageError("--only needs --output, the suite to write.")
        ask_only(load(catalog), only, output or (output_dir or Path()) / "full.jsonl")
        return
    if settings is None or output_dir is None:
        name = "--settings" if settings is None else "--output-dir"
        raise click.UsageError(f"Missing option '{name}' (only --check and --only can do without).")
    build_files(load(catalog), catalog, settings, output_dir, curated)


def check_file(catalog: Catalog, path: Path) -> None:
    """List what is wrong and what is weak in a curated file; exit 1 where something is wrong."""
    from vgpt2.exam.suite.curated_check import check_curated

    found = check_curated(path, catalog)
    for line in found.warnings:
        click.echo(f"warning: {line}")
    for line in found.faults:
        click.echo(f"fault: {line}")
    closing_line("build_suite --check", f"{found.figures()} -> nothing written")
    if found.faults:
        raise SystemExit(1)


def ask_only(catalog: Catalog, path: Path, output: Path) -> None:
    """Write the questions of a user's own file as a suite; say what is left out and what is weak."""
    from vgpt2.exam.model import write_suite
    from vgpt2.exam.suite.own import own_questions

    own = own_questions(path, catalog)
    for title, lines in (("left out", own.left_out), ("warning", own.warnings)):
        for line in lines[:SHOWN]:
            click.echo(f"{title}: {line}", err=True)
        if len(lines) > SHOWN:
            click.echo(f"{title}: {len(lines) - SHOWN} more; --check {path} lists them", err=True)
    write_suite(output, own.questions)
    asked = f"{len(own.questions)} of {len(own.questions) + len(own.left_out)} questions of {path} can be asked"
    closing_line("build_suite --only", f"{asked}, {len(own.warnings)} warnings -> {output}")


def build_files(catalog: Catalog, source: Path, settings: Path, output_dir: Path, curated: Path | None) -> None:
    """Build the suites and what they hold out, and write them."""
    from collections import Counter

    from vgpt2.errors import UserError
    from vgpt2.exam.grading.execution import Rows
    from vgpt2.exam.model import FULL, write_suite
    from vgpt2.exam.suite.curated import curated_file, read_borne_out
    from vgpt2.exam.suite.shaping import Mutations
    from vgpt2.exam.suite.suite import build, middle_suite, quick_suite
    from vgpt2.files import write_json, write_jsonl
    from vgpt2.settings import ROOT, load_settings

    resolved = load_settings(settings)
    path = curated or curated_file(catalog.database, resolved.source, ROOT)
    mutations = Mutations()
    with Rows(catalog) as rows:
        by_hand, left_out = read_borne_out(path, catalog, rows) if path else ([], [])
        for line in left_out[:SHOWN]:
            click.echo(f"left out: {line}", err=True)
        if len(left_out) > SHOWN:
            click.echo(f"left out: {len(left_out) - SHOWN} more; --check {path} lists them", err=True)
        questions, held = build(catalog, resolved.profile.data, resolved.seed, rows, by_hand, mutations=mutations)
    if not questions:
        raise UserError(f"{source}: nothing to ask about; the catalog has no table with columns")
    quick, middle = quick_suite(questions, resolved.seed), middle_suite(questions, resolved.seed)
    write_suite(output_dir / "quick.jsonl", quick)
    write_suite(output_dir / "middle.jsonl", middle)
    write_json(output_dir / "held_out.json", held.to_json())
    write_jsonl(output_dir / "mutants.jsonl", mutations.lines)
    write_suite(output_dir / "full.jsonl", questions)
    counts = Counter(question.category for question in questions)
    short = [f"{name} {counts[name]} of {wanted}" for name, wanted in FULL.items() if counts[name] < wanted]
    missing = f" ({len(left_out)} left out)" if left_out else ""
    closing_line(
        "build_suite",
        f"{len(questions)} questions ({', '.join(f'{name} {counts[name]}' for name in FULL)}), "
        f"{len(by_hand)} curated{missing}, {len(middle)} middle, {len(quick)} quick, {len(held.pairs)} table pairs held"
        f" out; {mutations.figures()}"
        f"{'; fewer than wanted: ' + ', '.join(short) if short else ''} -> {output_dir}",
    )


if __name__ == "__main__":
    main()
