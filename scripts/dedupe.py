"""Drop duplicates and what the suite holds out, and split a dataset into training and evaluation rows.

Dropped are further records of the same question (`exact`), the same family (`family`), the same query but for its
literals (`skeleton`) or nearly the same words (`near`), the less proved ones; rows that belong to the suite
(`held_out_question`, `held_out_family`, `held_out_wording`, `held_out_pair`); and what lost its twin (`twin_lost`). The
evaluation rows (2 % of sft, 5 % of dpo, 10 % of kto, at least 2) share no family with training.

**Reads** one raw dataset with its meta, `--held-out`.
**Writes** `--output` and `<output>_eval.jsonl`, each with its meta, and `<output>.rejects.jsonl`.

**Run as** `python scripts/dedupe.py raw/sft_merged.jsonl --stage sft --settings settings.json
--held-out suite/held_out.json --output data/sft.jsonl`
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from vgpt2.cli import EXISTING, click, closing_line, held_out_option, options, output_option, settings_option, step


@step(__doc__)
@click.argument("file", type=EXISTING)
@click.option("--stage", required=True, type=click.Choice(["sft", "negatives", "dpo", "kto"]), help="what it is for")
@options(settings_option, held_out_option, output_option)
def main(file: Path, stage: str, settings: Path, held_out: Path | None, output: Path) -> None:
    """Read, drop, split, write."""
    from vgpt2.errors import UserError
    from vgpt2.files import read_json, write_jsonl
    from vgpt2.records.dedupe.dedupe import find_dropped
    from vgpt2.records.dedupe.split import split
    from vgpt2.records.dedupe.traits import Traits, whole_text
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import RecordFile, copy_records
    from vgpt2.settings import load_settings

    run = load_settings(settings)
    held = HeldOut.from_json(read_json(held_out)) if held_out else None
    with RecordFile(file, "sft" if stage == "negatives" else stage) as records:
        traits = [Traits.of(record, held) for record in records]
        dropped = find_dropped(traits, lambda number: whole_text(records.row(number), traits[number].kind))
        kept = {number: one for number, one in enumerate(traits) if number not in dropped}
        if not kept:
            raise UserError(f"{file}: no record is left of {len(records)}; make more of them, or hold out less")
        train, evaluation = split(kept, stage, random.Random(f"{run.seed}/split/{stage}"))
        write_jsonl(
            output.with_suffix(".rejects.jsonl"),
            ({"reason": dropped[number], "record": records.row(number)} for number in sorted(dropped)),
        )
        copy_records(
            output.with_name(f"{output.stem}_eval{output.suffix}"), ((records, number) for number in evaluation)
        )
        copy_records(output, ((records, number) for number in train))
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(Counter(dropped.values()).items()))
    text = f"{len(traits):,} in, {len(train):,} for training, {len(evaluation):,} for evaluation"
    told = f" ({reasons}; in {output.with_suffix('.rejects.jsonl').name})" if reasons else ""
    closing_line("dedupe", f"{text}, {len(dropped):,} dropped{told} -> {output}")


if __name__ == "__main__":
    main()
