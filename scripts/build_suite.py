"""Build the exam: 500 questions in six categories, 50 of them as the quick suite, every gold proved.

**Reads** the catalog, the curated file that the database names (if any), and the run's settings.
**Writes** `full.jsonl`, `quick.jsonl` and `held_out.json` (table pairs, families, wordings and questions that training
leaves alone) into the output folder.
**Run as** `python scripts/build_suite.py --catalog runs/cpu/catalog.json --settings runs/cpu/settings.json
--output-dir runs/cpu/suite`
"""

from __future__ import annotations

import click

from vgpt2.cli import EXISTING, FOLDER, catalog_option, closing_line, options, settings_option


@click.command(help=__doc__)
@options(
    catalog_option,
    settings_option,
    click.option("--output-dir", required=True, type=FOLDER, help="folder to write to"),
    click.option("--curated", type=EXISTING, help="curated questions, instead of those that the database names"),
)
def main(catalog, settings, output_dir, curated) -> None:
    from collections import Counter

    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.exam.curated import read_curated
    from vgpt2.exam.execution import Rows
    from vgpt2.exam.model import write_suite
    from vgpt2.exam.suite import FULL, build, quick_suite
    from vgpt2.files import write_json
    from vgpt2.settings import ROOT, load_settings

    resolved = load_settings(settings)
    known = load(catalog)
    named = known.database.curated_suite
    path = curated or (ROOT / named if named else None)
    with Rows(known) as rows:
        by_hand = read_curated(path, known, rows) if path else []
        questions, held = build(known, resolved.profile.data, resolved.seed, rows, by_hand)
    if not questions:
        raise UserError(f"{catalog}: nothing to ask about; the catalog has no table with columns")
    quick = quick_suite(questions, resolved.seed)
    write_suite(output_dir / "quick.jsonl", quick)
    write_json(output_dir / "held_out.json", held.to_json())
    write_suite(output_dir / "full.jsonl", questions)
    counts = Counter(question.category for question in questions)
    short = [f"{name} {counts[name]} of {wanted}" for name, wanted in FULL.items() if counts[name] < wanted]
    closing_line(
        "build_suite",
        f"{len(questions)} questions ({', '.join(f'{name} {counts[name]}' for name in FULL)}), {len(by_hand)} curated, "
        f"{len(quick)} quick, {len(held.pairs)} table pairs held out"
        f"{'; fewer than wanted: ' + ', '.join(short) if short else ''} -> {output_dir}",
    )


if __name__ == "__main__":
    main()
