"""Make the negatives of a run: questions about tables, columns and joins that do not exist, each with a twin of the
same wording about what does exist.

A refusal names what is missing and the nearest real thing. Both sides of a pair carry the same schema in their prompt.

**Reads** catalog.json, held_out.json, settings.json

**Writes** data/raw/negatives.jsonl (and negatives.meta.jsonl beside it)

**Run as** `python scripts/generate_negative_examples.py --catalog runs/R/catalog.json
--held-out runs/R/suite/held_out.json --settings runs/R/settings.json --output runs/R/data/raw/negatives.jsonl`
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from pathlib import Path

from vgpt2.cli import (
    catalog_option,
    click,
    closing_line,
    held_out_option,
    options,
    output_option,
    settings_option,
    step,
)


@step(__doc__)
@options(catalog_option, held_out_option, settings_option, output_option)
def main(catalog: Path, held_out: Path | None, settings: Path, output: Path) -> None:
    """Make so many pairs as the profile asks for, or as many as the catalog gives."""
    from vgpt2.catalog import store
    from vgpt2.files import read_json
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import write_records
    from vgpt2.settings import load_settings
    from vgpt2.synthesis.generate import fits, negative_kinds
    from vgpt2.synthesis.negatives.pairs import stream
    from vgpt2.synthesis.to_record import sft_record

    run = load_settings(settings)
    known, data = store.load(catalog), run.profile.data
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    made = islice(stream(known, run.seed, "train", held, negative_kinds(data), data.compact), 4 * data.negatives)
    pairs = [pair for pair in made if fits(pair[1], data)]
    pairs = pairs[: data.negatives]
    if len(pairs) < data.negatives:
        click.echo(f"warning: negatives: {len(pairs):,} of {data.negatives:,}: the catalog has no more")
    records = []
    for number, pair in enumerate(pairs):
        # The same chance for both, so that their prompts have the same shape.
        records += [
            sft_record(example, known, data, random.Random(f"{run.seed}/negatives/prompt/{number}")) for example in pair
        ]
    write_records(output, records)
    counts = Counter(refusal.intent for refusal, _ in pairs)
    parts = ", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items()))
    closing_line("generate_negative_examples", f"{len(pairs):,} refusals and their twins ({parts}) -> {output}")


if __name__ == "__main__":
    main()
