"""Make the KTO rows of a run: six in ten are desirable, the others have one defect that is proved to make them worse.

No two rows share a question, and no row shares a question or a query's shape with the DPO pairs. Harvested rows go
first.

**Reads** catalog.json, held_out.json, settings.json, dpo.jsonl, and with `--harvest` a JSONL file of rows

**Writes** data/raw/kto.jsonl (and kto.meta.jsonl beside it)

**Run as** `python scripts/generate_kto_data.py --catalog runs/R/catalog.json --held-out runs/R/suite/held_out.json
--dpo runs/R/data/raw/dpo.jsonl --settings runs/R/settings.json --output runs/R/data/raw/kto.jsonl`
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
@click.option("--dpo", type=EXISTING, help="records of generate_dpo_pairs.py")
@click.option("--harvest", type=EXISTING, help="records to take first (harvest_answers.py)")
@click.option("--harvest-of", type=EXISTING, help="the gate that names the model whose harvest it must be")
def main(
    catalog: Path,
    held_out: Path | None,
    settings: Path,
    output: Path,
    dpo: Path | None,
    harvest: Path | None,
    harvest_of: Path | None,
) -> None:
    """Make so many rows as the profile asks for, or as many as the catalog gives."""
    from vgpt2.catalog import store
    from vgpt2.files import read_json
    from vgpt2.records.held_out import HeldOut
    from vgpt2.records.store import read_records, write_records
    from vgpt2.settings import load_settings
    from vgpt2.synthesis.preferences.harvest import check_model, read_harvest
    from vgpt2.synthesis.preferences.sets import Preferences
    from vgpt2.training.lineage import read_start

    if harvest and harvest_of:
        check_model(harvest, read_start(harvest_of).folder)
    run = load_settings(settings)
    profile = run.profile
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    maker = Preferences(
        store.load(catalog),
        profile.data,
        run.seed,
        held,
        profile.audit.max_defect_share,
        read_records(dpo) if dpo else (),
    )
    records = maker.kto(profile.data.kto, read_harvest(harvest, "kto", maker.prover) if harvest else ())
    if len(records) < profile.data.kto:
        wanted = f"{len(records):,} of {profile.data.kto:,}"
        click.echo(f"warning: kto: {wanted}: the catalog gives no more that can be proved")
    write_records(output, records)
    defects = Counter(
        record.meta.defect or ("desirable" if record.row["kto_tag"] else "harvested") for record in records
    )
    parts = ", ".join(f"{name} {count:,}" for name, count in sorted(defects.items()))
    closing_line("generate_kto_data", f"{len(records):,} rows ({parts}) -> {output}")


if __name__ == "__main__":
    main()
