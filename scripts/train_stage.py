"""Train one stage with LLaMA-Factory from the last promoted model, and merge it.

**Reads** settings.json, data/<stage>.jsonl, data/<stage>_eval.jsonl, data/dataset_info.json, and the base: a gate's
JSON (its `model`) or a model folder.
**Writes** saves/<stage>/: train.yaml, train.log, the trainer's own files, first_step.json (DPO, KTO); merged/, the
whole model that is examined and goes on; .done last. A rerun goes on where it was killed, or does nothing; with other
data, config or base it moves the old folder aside if FRESH=1 is in the environment, and else ends. With
--choose-checkpoint also choice.json: right answers of every checkpoint, on questions that no gate asks.
**Run as** `python scripts/train_stage.py dpo --settings runs/R/settings.json --run-dir runs/R
--base runs/R/gates/sft.json`
"""

import os
from pathlib import Path

from vgpt2.cli import FOLDER, WORK, click, closing_line, settings_option, step
from vgpt2.settings import load_settings


@step(__doc__)
@click.argument("stage", type=click.Choice(["sft", "dpo", "kto"]))
@settings_option
@click.option("--run-dir", required=True, type=FOLDER, help="folder of the run")
@click.option("--base", required=True, type=click.Path(path_type=Path), help="gate JSON or model folder to start from")
@click.option("--choose-checkpoint", is_flag=True, help="merge the best checkpoint by exam, not the one of least loss")
@click.pass_context
def main(
    context: click.Context, stage: str, settings: Path, run_dir: Path, base: Path, choose_checkpoint: bool
) -> None:
    from vgpt2.training.stage import train_stage

    context.meta[WORK] = tokens_of(run_dir / "preflight" / f"{stage}.json")
    keep = os.environ.get("FRESH", "") in ("", "0")
    outcome = train_stage(stage, load_settings(settings), run_dir, base, click.echo, choose_checkpoint, keep)
    if outcome.action == "nothing":
        closing_line(stage, f"already trained from this data, config and base, nothing to do -> {outcome.folder}")
    else:
        loss = "unknown" if outcome.loss is None else f"{outcome.loss:.4f}"
        figures = f"{outcome.action}, {outcome.steps:,} steps in {outcome.seconds / 60:.1f} minutes, mean loss {loss}"
        closing_line(stage, f"{figures} -> {outcome.folder / 'merged'}")


def tokens_of(preflight: Path) -> float:
    """How many tokens a stage trains on, as its preflight counted them; 0 where that is not known."""
    from vgpt2.errors import UserError
    from vgpt2.files import read_json

    try:
        return float(read_json(preflight)["splits"]["train"]["tokens"])
    except (UserError, LookupError, TypeError, ValueError):  # for the next estimate only
        return 0.0


if __name__ == "__main__":
    main()
