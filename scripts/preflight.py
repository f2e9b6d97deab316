"""Read a stage's datasets as LLaMA-Factory will: its own loader, template and tokenizer, before anything is trained.

**Reads** settings.json, data/dataset_info.json and the files that it names for the stage, the tokenizer of the model.
**Writes** a report with tokens (mean, longest, all), the shape of one collated batch, the memory that a training needs,
the licence of the base model, and the time to expect: by earlier trainings on this machine, or a guess by the size of
model and data. Exit code 2 if it does not fit into this machine or its GPU, there to be trained and (whole, in bf16) to
be examined, or if the licence is not the one that we know.
Exit code 1 if a row would be dropped, cut at cutoff_len, or left without labels; the row is named, and the report is
then `<name>.failed.json`.
**Run as** `python scripts/preflight.py --stage kto --settings runs/R/settings.json --data-dir runs/R/data
--model runs/R/base --output runs/R/preflight/kto.json`
"""

from dataclasses import asdict
from pathlib import Path

from vgpt2.cli import FOLDER, click, closing_line, output_option, settings_option, step
from vgpt2.settings import load_settings
from vgpt2.verdict import write_verdict


@step(__doc__)
@click.option("--stage", required=True, type=click.Choice(["sft", "dpo", "kto"]), help="stage whose data to read")
@settings_option
@click.option("--data-dir", required=True, type=FOLDER, help="folder of the datasets and dataset_info.json")
@click.option("--model", required=True, type=FOLDER, help="model folder whose tokenizer to use")
@output_option
def main(stage: str, settings: Path, data_dir: Path, model: Path, output: Path) -> None:
    from vgpt2.pace import Pace, duration
    from vgpt2.training.base.licence import check_licence
    from vgpt2.training.config import stage_config, stage_settings
    from vgpt2.training.data.fitting import check_model
    from vgpt2.training.data.preflight import preflight
    from vgpt2.training.lineage import checked
    from vgpt2.training.run.device import check_device
    from vgpt2.training.run.exam_memory import check_exam_memory
    from vgpt2.training.run.launch import process_count
    from vgpt2.training.run.memory import GIB, check_memory

    loaded = load_settings(settings)
    where = f"profile {loaded.profile_name}"
    check_device(loaded.profile_name, loaded.profile.launch.use_cpu)
    name = checked(model)
    check_model(name)
    licence = check_licence(loaded.profile.model)
    config = stage_config(stage, loaded.profile, loaded.seed, data_dir, name, output.parent, where)
    report = preflight(stage, config)
    learnt = Pace.of_run(settings.parent).seconds(f"train {stage}", report.splits.get("train", {}).get("tokens", 0))
    if learnt is not None:
        report.minutes = round(learnt / 60, 1)
    if not report.ok:
        write_verdict(output, False, asdict(report))
        raise report.error()
    train = report.splits["train"]
    evaluated, rows = report.splits["eval"]["max_tokens"], report.splits["eval"]["rows"]
    processes = process_count(loaded.profile.launch)
    need = check_memory(stage, config, train["max_tokens"], processes, evaluated, rows)
    if stage == "sft" and loaded.profile.harvest.count:
        # Their data are made behind the gate, of like prompts; what cannot fit is said before the hours of SFT.
        for later in ("dpo", "kto"):
            later_config = stage_settings(later, loaded.profile) | {"model_name_or_path": name}
            check_memory(later, later_config, train["max_tokens"], processes, evaluated)
    check_exam_memory(config, loaded.profile.exam, max(train["max_tokens"], evaluated))
    report.memory_bytes, report.resident_bytes = round(need.total), round(need.resident)
    report.licence = licence
    write_verdict(output, True, asdict(report))
    figures = f"{train['rows']:,} rows in, {train['tokenised']:,} tokenised, {train['mean_tokens']} tokens on average"
    minutes = f"{duration(report.minutes * 60)} to train and " if report.minutes else ""
    expected = f", about {minutes}{need.total / GIB:.1f} GiB"
    expected += "" if licence else "; no licence of the base model is known"
    closing_line(f"preflight {stage}", f"{figures}, longest {train['max_tokens']}{expected} -> {output}")


if __name__ == "__main__":
    main()
