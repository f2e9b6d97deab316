"""Make the SFT records of a run: questions to SQL, schema questions, documents, corrections.

Every SQL is parsed, resolved against the catalog and checked for the house rules before it becomes a record, and every
stated fact is looked up. Nothing that the suite holds out is used. Negatives have their own script. Large sets are
made in several processes; their number changes the time and no byte.

With `--teacher` an OpenAI-compatible endpoint says a share of the SQL questions in other words (its key is read from
VGPT2_API_KEY). A rewording is taken only if names, literals, aggregation, conditions and order are all there still.
What it answered is kept beside the output, so that a second run does not ask again.

**Reads** catalog.json, held_out.json, settings.json

**Writes** data/raw/sft.jsonl (and sft.meta.jsonl beside it; with `--teacher` teacher.cache.jsonl too)

**Run as** `python scripts/generate_training_data.py --catalog runs/R/catalog.json --held-out runs/R/suite/held_out.json
--settings runs/R/settings.json --output runs/R/data/raw/sft.jsonl`
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import catalog_option, click, closing_line, held_out_option, output_option, settings_option, step
from vgpt2.errors import UserError

if TYPE_CHECKING:
    from vgpt2.records.model import Record


@step(__doc__)
@catalog_option
@held_out_option
@settings_option
@output_option
@click.option("--processes", type=click.IntRange(1, 64), default=min(8, os.cpu_count() or 1), help="at most so many")
@click.option("--teacher", metavar="URL", help="OpenAI-compatible endpoint that rewords questions; none by default")
@click.option("--teacher-model", metavar="NAME", help="its model")
@click.option("--teacher-share", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="of the questions")
@click.option("--teacher-rate", type=click.IntRange(1), default=60, show_default=True, help="requests a minute at most")
def main(
    catalog: Path,
    held_out: Path | None,
    settings: Path,
    output: Path,
    processes: int,
    teacher: str | None,
    teacher_model: str | None,
    teacher_share: float,
    teacher_rate: int,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.files import read_json, scratch_folder
    from vgpt2.inference.progress import shown
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import copy_records, write_records
    from vgpt2.settings import load_settings
    from vgpt2.synthesis.generate import KINDS
    from vgpt2.synthesis.sft_set import sft_examples
    from vgpt2.synthesis.to_record import sft_record

    if bool(teacher) != bool(teacher_model):
        raise UserError("--teacher and --teacher-model go together: give the endpoint's URL and the name of its model")
    run = load_settings(settings)
    known = load(catalog)
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    data = run.profile.data
    dropped: Counter[str] = Counter()
    cover = run.profile.audit.min_coverage > 0
    examples = sft_examples(known, data, run.seed, held, processes=processes, cover=cover, dropped=dropped, warn=warn)
    reworded: Counter[str] = Counter()
    if teacher and teacher_model:
        from vgpt2.synthesis.rewording.teacher import Teacher, reword

        cache = output.with_name("teacher.cache.jsonl")
        asked = Teacher(teacher, teacher_model, cache, teacher_rate, say=lambda text: click.echo(text, err=True))
        said, reworded = reword([*examples], asked, known, data, run.seed, teacher_share, held)
        examples = iter(said)
    kinds: list[str] = []

    def records() -> Iterator[Record]:
        for example in examples:
            kinds.append(example.kind)
            yield sft_record(example, known, data, random.Random(f"{run.seed}/sft/prompt/{example.family}"))

    with scratch_folder(output) as folder:
        made = write_records(folder / "made.jsonl", shown(records(), data.sft, "records", unit="records"))
        order = sorted(range(len(made)), key=lambda number: KINDS.index(kinds[number]))
        random.Random(f"{run.seed}/sft/order").shuffle(order)
        copy_records(output, ((made, number) for number in order))
    closing_line("generate_training_data", summary(Counter(kinds), dropped, output, reworded))


def warn(text: str) -> None:
    """Say what the catalog could not fill."""
    click.echo(f"warning: {text}", err=True)


def summary(kinds: Counter[str], dropped: Counter[str], output: Path, reworded: Counter[str]) -> str:
    """`400 records (sql 288, schema 48, ...), 3 dropped (join_list/missing_key_column 3) -> FILE`; with a teacher also
    `60 of 86 reworded (name_lost 20, ...)`, the reasons of the others behind it."""
    parts = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in dropped.most_common(5))
    text = f"{kinds.total():,} records ({parts}), {dropped.total():,} dropped"
    text += f" ({reasons})" if reasons else ""
    if reworded:
        kept = ", ".join(f"{reason} {count:,}" for reason, count in reworded.most_common() if reason != "reworded")
        text += f", {reworded['reworded']:,} of {reworded.total():,} reworded{f' ({kept})' if kept else ''}"
    return f"{text} -> {output}"


if __name__ == "__main__":
    main()
