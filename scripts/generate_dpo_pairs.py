"""Make the DPO pairs of a run: a right answer and one with a single defect, which is proved to make it worse.

Refusing what is invented is as often chosen as denying what is real is rejected. Harvested pairs go first.

**Reads** catalog.json, held_out.json, settings.json, and with `--harvest` a JSONL file of pairs

**Writes** data/raw/dpo.jsonl (and dpo.meta.jsonl beside it)

**Run as** `python scripts/generate_dpo_pairs.py --catalog runs/R/catalog.json --held-out runs/R/suite/held_out.json
--settings runs/R/settings.json --output runs/R/data/raw/dpo.jsonl`
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from vgpt2.cli import (
    EXISTING,
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
@click.option("--harvest", type=EXISTING, help="records to take first (harvest_answers.py)")
@click.option("--harvest-of", type=EXISTING, help="the gate that names the model whose harvest it must be")
def main(
    catalog: Path, held_out: Path | None, settings: Path, output: Path, harvest: Path | None, harvest_of: Path | None
) -> None:
    """Make so many pairs as the profile asks for, or as many as the catalog gives."""
    from vgpt2.catalog import store
    from vgpt2.files import read_json
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import write_records
    from vgpt2.settings import load_settings
    from vgpt2.synthesis.preferences.harvest import check_model, read_harvest
    from vgpt2.synthesis.preferences.sets import Preferences
    from vgpt2.training.lineage import read_start

    if harvest and harvest_of:
        check_model(harvest, read_start(harvest_of).folder)
    run = load_settings(settings)
    profile = run.profile
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    maker = Preferences(store.load(catalog), profile.data, run.seed, held, profile.audit.max_defect_share)
    records = maker.dpo(profile.data.dpo, read_harvest(harvest, "dpo", maker.prover) if harvest else ())
    if len(records) < profile.data.dpo:
        wanted = f"{len(records):,} of {profile.data.dpo:,}"
        click.echo(f"warning: dpo: {wanted}: the catalog gives no more that can be proved")
    write_records(output, records)
    defects = Counter(record.meta.defect or "harvested" for record in records)
    parts = ", ".join(f"{name} {count:,}" for name, count in sorted(defects.items()))
    closing_line("generate_dpo_pairs", f"{len(records):,} pairs ({parts}) -> {output}")


if __name__ == "__main__":
    main()
