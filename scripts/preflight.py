"""Let LLaMA-Factory's own loader, template and tokenizer read a stage's datasets before anything is trained.

**Reads** settings.json, data/dataset_info.json and the files that it names for the stage, the tokenizer of the model.
**Writes** a report with tokens (mean, longest, all), the shape of one collated batch and the time to expect on a CPU.
Exit code 1 if a row would be dropped, cut at cutoff_len, or left without labels; the row is named, and the report is
then `<name>.failed.json`.
**Run as** `python scripts/preflight.py --stage kto --settings runs/R/settings.json --data-dir runs/R/data
--model runs/R/base --output runs/R/preflight/kto.json`
"""

from dataclasses import asdict
from pathlib import Path

import click

from vgpt2.cli import FOLDER, closing_line, output_option, settings_option
from vgpt2.settings import load_settings
from vgpt2.verdict import write_verdict


@click.command(help=__doc__)
@click.option("--stage", required=True, type=click.Choice(["sft", "dpo", "kto"]), help="stage whose data to read")
@settings_option
@click.option("--data-dir", required=True, type=FOLDER, help="folder of the datasets and dataset_info.json")
@click.option("--model", required=True, type=FOLDER, help="model folder whose tokenizer to use")
@output_option
def main(stage: str, settings: Path, data_dir: Path, model: Path, output: Path) -> None:
    from vgpt2.training.config import stage_config
    from vgpt2.training.data.preflight import preflight
    from vgpt2.training.lineage import checked

    loaded = load_settings(settings)
    where = f"profile {loaded.profile_name}"
    config = stage_config(stage, loaded.profile, loaded.seed, data_dir, checked(model), output.parent, where)
    report = preflight(stage, config)
    write_verdict(output, report.ok, asdict(report))
    if not report.ok:
        raise report.error()
    train = report.splits["train"]
    figures = f"{train['rows']:,} rows in, {train['tokenised']:,} tokenised, {train['mean_tokens']} tokens on average"
    expected = f", about {report.minutes_on_cpu} minutes" if loaded.profile.launch.use_cpu else ""
    closing_line(f"preflight {stage}", f"{figures}, longest {train['max_tokens']}{expected} -> {output}")


if __name__ == "__main__":
    main()
