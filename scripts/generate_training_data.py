"""Make the SFT records of a run: questions to SQL, schema questions, documents, corrections, and questions with two
readings, which are asked back.

Every SQL is parsed, resolved against the catalog and checked for the house rules before it becomes a record, and every
stated fact is looked up. Nothing that the suite holds out is used. Negatives have their own script. Large sets are
made in several processes; their number changes the time and no byte.

With `--teacher` the run's own base model, or an OpenAI-compatible endpoint (its key is read from VGPT2_API_KEY), says a
share of the SQL questions in other words. A rewording is taken only if names, literals, aggregation, conditions and
order are all there still, or by round trip: asked the new question, the teacher answers with a query that returns the
same rows. What it answered is kept beside the output, so that a second run does not ask again.

**Reads** catalog.json, held_out.json, settings.json

**Writes** data/raw/sft.jsonl (and sft.meta.jsonl beside it; with `--teacher` teacher.cache.jsonl too, and
teacher.json: how many were asked and taken, and why others were not)

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

from vgpt2.cli import FOLDER, catalog_option, click, closing_line, held_out_option, output_option, settings_option, step
from vgpt2.errors import UserError
from vgpt2.synthesis.rewording.who import BASE, NONE, check_teacher

if TYPE_CHECKING:
    from vgpt2.records.model import Record
    from vgpt2.settings import Settings
    from vgpt2.synthesis.rewording.asking import Teacher
    from vgpt2.synthesis.rewording.teacher import Taken


@step(__doc__)
@catalog_option
@held_out_option
@settings_option
@output_option
@click.option("--processes", type=click.IntRange(1, 64), default=min(8, os.cpu_count() or 1), help="at most so many")
@click.option(
    "--teacher", metavar="WHO", default="", help="rewords questions: base, or an endpoint's URL; default: none"
)
@click.option("--base", type=FOLDER, help="the base model, for --teacher base")
@click.option("--teacher-model", metavar="NAME", default="", help="the endpoint's model")
@click.option("--teacher-share", type=click.FloatRange(0, 1), help="of the SQL questions; default: as the settings say")
@click.option("--teacher-rate", type=click.IntRange(1), default=60, show_default=True, help="requests a minute at most")
def main(
    catalog: Path,
    held_out: Path | None,
    settings: Path,
    output: Path,
    processes: int,
    teacher: str,
    base: Path | None,
    teacher_model: str,
    teacher_share: float | None,
    teacher_rate: int,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.files import read_json, scratch_folder, write_json
    from vgpt2.inference.progress import shown
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import copy_records, write_records
    from vgpt2.settings import load_settings
    from vgpt2.synthesis.generate import SFT_KINDS
    from vgpt2.synthesis.sft_set import sft_examples
    from vgpt2.synthesis.to_record import sft_record

    check_teacher(teacher, teacher_model, "--teacher", "--teacher-model")
    if teacher == BASE and base is None:
        raise UserError("--teacher base: give the folder of the base model with --base")
    run = load_settings(settings)
    known = load(catalog)
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    data = run.profile.data
    dropped: Counter[str] = Counter()
    cover = run.profile.audit.min_coverage > 0
    examples = sft_examples(known, data, run.seed, held, processes=processes, cover=cover, dropped=dropped, warn=warn)
    taken: Taken | None = None
    if teacher not in ("", NONE):
        from vgpt2.synthesis.rewording.teacher import reword

        asked = _teacher(teacher, teacher_model, teacher_rate, base, output.with_name("teacher.cache.jsonl"), run)
        share = data.teacher_share if teacher_share is None else teacher_share
        said, taken = reword([*examples], asked, known, data, run.seed, share, held)
        examples = iter(said)
        if taken.asked and not taken.taken:
            warn(f"teacher: none of its {taken.asked:,} rewordings is taken; the questions stay in our own words")
    counts = output.with_name("teacher.json")
    if taken:
        write_json(counts, {"teacher": teacher, "model": teacher_model, **taken.to_json()})
    else:
        counts.unlink(missing_ok=True)
    kinds: list[str] = []

    def records() -> Iterator[Record]:
        for example in examples:
            kinds.append(example.kind)
            yield sft_record(example, known, data, random.Random(f"{run.seed}/sft/prompt/{example.family}"))

    with scratch_folder(output) as folder:
        made = write_records(folder / "made.jsonl", shown(records(), data.sft, "records", unit="records"))
        order = sorted(range(len(made)), key=lambda number: SFT_KINDS.index(kinds[number]))
        random.Random(f"{run.seed}/sft/order").shuffle(order)
        copy_records(output, ((made, number) for number in order))
    closing_line("generate_training_data", summary(Counter(kinds), dropped, output, taken))


def _teacher(who: str, model: str, rate: int, base: Path | None, cache: Path, run: Settings) -> Teacher:
    if base is not None and who == BASE:
        from vgpt2.synthesis.rewording.in_process import BaseTeacher

        return BaseTeacher(base, cache, run.seed, run.profile.exam.batch_size)
    from vgpt2.synthesis.rewording.endpoint_teacher import EndpointTeacher

    return EndpointTeacher(who, model, cache, rate, say=lambda text: click.echo(text, err=True))


def warn(text: str) -> None:
    """Say what the catalog could not fill."""
    click.echo(f"warning: {text}", err=True)


def summary(kinds: Counter[str], dropped: Counter[str], output: Path, taken: Taken | None) -> str:
    """`400 records (sql 288, schema 48, ...), 3 dropped (join_list/missing_key_column 3) -> FILE`; with a teacher also
    what it was asked and what of it was taken."""
    parts = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common())
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in dropped.most_common(5))
    text = f"{kinds.total():,} records ({parts}), {dropped.total():,} dropped"
    text += f" ({reasons})" if reasons else ""
    if taken:
        text += f", {taken}"
    return f"{text} -> {output}"


if __name__ == "__main__":
    main()
