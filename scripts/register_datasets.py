"""Tell LLaMA-Factory where the audited datasets are and what their columns mean, and write down what they are made of.

**Reads** data/{sft,dpo,kto}.jsonl and their *_eval.jsonl, as far as they are there; the catalog for the names' prefix.
**Writes** dataset_info.json with <prefix>_sft_merged, <prefix>_dpo, <prefix>_kto, and the same with _eval; beside it
manifest.json with the hashes of catalog, settings and every dataset. With `--stage` and `--done`, for data that are
made behind a gate, last a file that says what was registered of that stage.
**Run as** `python scripts/register_datasets.py --data-dir runs/R/data --catalog runs/R/catalog.json
--held-out runs/R/suite/held_out.json --settings runs/R/settings.json --output runs/R/data/dataset_info.json`
"""

from pathlib import Path

from vgpt2.cli import (
    FOLDER,
    OUTPUT,
    catalog_option,
    click,
    closing_line,
    held_out_option,
    output_option,
    settings_option,
    step,
)


@step(__doc__)
@click.option("--data-dir", required=True, type=FOLDER, help="folder of the audited datasets")
@catalog_option
@held_out_option
@settings_option
@output_option
@click.option("--stage", type=click.Choice(["dpo", "kto"]), help="the stage whose data were made last")
@click.option("--done", type=OUTPUT, help="file that says what was registered of --stage")
def main(
    data_dir: Path,
    catalog: Path,
    held_out: Path | None,
    settings: Path,
    output: Path,
    stage: str | None,
    done: Path | None,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.files import write_json
    from vgpt2.records.manifest import MANIFEST, manifest
    from vgpt2.settings import load_settings
    from vgpt2.training.data.register import register, stage_datasets

    if bool(stage) != bool(done):
        raise click.UsageError("--stage and --done go together")
    made = manifest(data_dir, catalog, held_out, load_settings(settings))
    write_json(output.with_name(MANIFEST), made)
    found = register(data_dir, load(catalog).database.prefix, output)
    if stage and done:
        names = stage_datasets(data_dir, stage)
        write_json(done, {name: made["outputs"][found[name]["file_name"]] for name in names})
    closing_line("register", f"{len(found)} datasets ({', '.join(found)}) -> {output}")


if __name__ == "__main__":
    main()
