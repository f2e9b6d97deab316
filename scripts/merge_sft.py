"""Merge the fine-tuning data: generated records, negatives with their twins, and a user's own Alpaca files.

A record of the user that cannot be trained on (a missing field, a template token, SQL that names what does not exist)
goes to the rejects with its reason, and the chain goes on. The merged rows are shuffled with the run's seed so that
every prefix has about the mix of the whole (`max_samples` takes the first rows).

**Reads** `--sft`, `--negatives` (with their meta), the `*.json` and `*.jsonl` files of `--extra`, catalog of the run.
**Writes** `--output`, its `.meta.jsonl`, and `.rejects.jsonl` beside it (one line for each reject, also when empty).

**Run as** `python scripts/merge_sft.py --sft raw/sft.jsonl --negatives raw/negatives.jsonl --extra mine/
--catalog catalog.json --settings settings.json --output raw/sft_merged.jsonl`
"""

from __future__ import annotations

import random
from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import EXISTING, FOLDER, click, closing_line, options, output_option, settings_option, step

if TYPE_CHECKING:
    from vgpt2.errors import UserError
    from vgpt2.records.fixes.foreign import Reject
    from vgpt2.records.model import Record


@step(__doc__)
@click.option("--sft", required=True, type=EXISTING, help="records of generate_training_data.py")
@click.option("--negatives", required=True, type=EXISTING, help="records of generate_negative_examples.py")
@click.option("--extra", type=FOLDER, help="a folder with your own Alpaca JSON or JSONL files")
@click.option("--catalog", type=EXISTING, help="catalog.json; by default the one beside --settings")
@options(settings_option, output_option)
def main(sft: Path, negatives: Path, extra: Path | None, catalog: Path | None, settings: Path, output: Path) -> None:
    """Read, check what is foreign, shuffle, write."""
    from vgpt2.files import scratch_folder, write_jsonl
    from vgpt2.records.dedupe.split import interleave
    from vgpt2.records.dedupe.traits import stratum
    from vgpt2.records.store import RecordFile, copy_records, write_records
    from vgpt2.settings import load_settings

    run = load_settings(settings)
    sources = [RecordFile(sft), RecordFile(negatives)]
    rejects: list[Reject] = []
    with scratch_folder(output) as folder:
        if extra:
            found, rejects = _extra(extra, catalog or settings.with_name("catalog.json"))
            if rejects and not found:
                raise _nothing_taken(extra, rejects, output)
            sources.append(write_records(folder / "extra.jsonl", found))
        read = [(source, number, stratum(record)) for source in sources for number, record in enumerate(source)]
        merged = interleave(read, itemgetter(2), random.Random(f"{run.seed}/merge"))
        write_jsonl(output.with_suffix(".rejects.jsonl"), (reject.to_json() for reject in rejects))
        copy_records(output, ((source, number) for source, number, _ in merged))
    own = len(sources[0]) + len(sources[1])
    text = f"{own:,} of ours, {len(merged) - own:,} of the user"
    if rejects:
        where = output.with_suffix(".rejects.jsonl")
        text += f", {len(rejects):,} rejected ({_reasons(rejects)}; first: {rejects[0].message}; all in {where})"
    closing_line("merge_sft", f"{text} -> {output}")


def _reasons(rejects: list[Reject]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(Counter(r.reason for r in rejects).items()))


def _nothing_taken(extra: Path, rejects: list[Reject], output: Path) -> UserError:
    """The error for files of which no record can be trained on; their rejects are written, and nothing else."""
    from vgpt2.errors import UserError
    from vgpt2.files import write_jsonl

    where = output.with_suffix(".rejects.jsonl")
    write_jsonl(where, (reject.to_json() for reject in rejects))
    said = f"all {len(rejects):,} records were rejected ({_reasons(rejects)}; first: {rejects[0].message})"
    return UserError(f"EXTRA={extra}: {said}; all of them with their reasons are in {where}")


def _extra(folder: Path, catalog_path: Path) -> tuple[list[Record], list[Reject]]:
    from vgpt2.catalog import store
    from vgpt2.records.fixes.foreign import read_extra
    from vgpt2.records.prompt import system_prompt
    from vgpt2.records.proof import Prover

    catalog = store.load(catalog_path)
    return read_extra(folder, system_prompt(catalog), Prover(catalog).describe)


if __name__ == "__main__":
    main()
