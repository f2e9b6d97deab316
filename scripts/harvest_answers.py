"""Harvest the promoted model's own answers: right and wrong ones to one question are pairs for DPO, rows for KTO.

The model answers fresh training questions, several times each, with tokens drawn by chance; the exam's grader says
which answers are right. A pair is a right and a wrong answer of like length to one question; where none was right, the
gold's answer is the chosen side. A chosen side is proved, a rejected one is proved worse. The generators of the
preference data take these first (`--harvest`), and synthetic ones fill up.

**Reads** the model (a gate's JSON, a model folder, or an OpenAI-compatible endpoint; key in VGPT2_API_KEY),
catalog.json, held_out.json, settings.json, and the datasets whose questions are not asked again

**Writes** data/raw/harvest_<stage>.jsonl (and .meta.jsonl beside it; .json: whose answers, and what became of them;
.answers.jsonl: answers as they come; a harvest that was cut off goes on)

**Run as** `python scripts/harvest_answers.py dpo --model runs/R/gates/sft.json --catalog runs/R/catalog.json
--held-out runs/R/suite/held_out.json --apart runs/R/data/sft.jsonl --settings runs/R/settings.json
--output runs/R/data/raw/harvest_dpo.jsonl`
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from vgpt2.settings import Profile
    from vgpt2.training.harvest.sampling import Sampler


@step(__doc__)
@click.argument("stage", type=click.Choice(["dpo", "kto"]))
@options(catalog_option, held_out_option, settings_option, output_option)
@click.option("--model", help="a gate's JSON or a model folder; with --endpoint also the name there")
@click.option("--endpoint", help="base URL of an OpenAI-compatible endpoint, such as http://localhost:8000/v1")
@click.option("--apart", "apart", multiple=True, type=EXISTING, help="a dataset whose questions are not asked again")
@click.option("--count", type=click.IntRange(min=1), help="so many questions, instead of the profile's")
@click.option("--answers", type=click.IntRange(min=1), help="so many answers to each, instead of the profile's")
@click.option("--aside", is_flag=True, help="answers of another model that are there are moved to a file beside them")
def main(
    stage: str,
    catalog: Path,
    held_out: Path | None,
    settings: Path,
    output: Path,
    model: str | None,
    endpoint: str | None,
    apart: tuple[Path, ...],
    count: int | None,
    answers: int | None,
    aside: bool,
) -> None:
    """Ask, grade, choose, write."""
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.files import read_json
    from vgpt2.records.held_out import HeldOut
    from vgpt2.settings import load_settings
    from vgpt2.training.harvest.harvest import Apart, harvest

    run = load_settings(settings)
    asked = {name: value for name, value in (("count", count), ("answers", answers)) if value is not None}
    wanted = run.profile.harvest.model_copy(update=asked)
    if not wanted.count:
        raise UserError(f"{settings}: harvest.count of profile {run.profile_name} is 0; set it, or give --count")
    held = HeldOut.from_json(read_json(held_out)) if held_out else HeldOut()
    known = Apart.read(apart)
    sampler = _sampler(model, endpoint, run.profile)
    about = harvest(stage, sampler, load(catalog), run, held, known, output, wanted, aside)
    unit = "pairs" if stage == "dpo" else "rows"
    if about["questions"] < wanted.count:
        few = f"{about['questions']:,} of {wanted.count:,} questions"
        click.echo(f"warning: harvest {stage}: {few}: the catalog gives no more that no dataset has", err=True)
    if about["told_by_words"]:
        click.echo(
            f"warning: harvest {stage}: {about['told_by_words']:,} {unit} left out: words alone tell good from bad",
            err=True,
        )
    outcomes = ", ".join(f"{name} {number:,}" for name, number in about["outcomes"].items())
    closing_line(
        "harvest_answers",
        f"{about['questions']:,} questions, {about['answers']:,} answers ({outcomes}), {about['records']:,} {unit}, "
        f"{about['with_gold']:,} of them with the gold's answer -> {output}",
    )


def _sampler(model: str | None, endpoint: str | None, profile: Profile) -> Sampler:
    """Who answers."""
    from vgpt2.errors import UserError
    from vgpt2.inference.backends import Endpoint
    from vgpt2.inference.local_model import LocalModel
    from vgpt2.training.harvest.sampling import Served
    from vgpt2.training.lineage import read_start

    exam = profile.exam
    if endpoint is not None:
        if model is None or not model.endswith(".json"):
            return Endpoint(endpoint, model or "", exam.max_new_tokens, concurrency=exam.batch_size)
        folder = read_start(Path(model)).folder
        return Served(endpoint, folder, exam.max_new_tokens, concurrency=exam.batch_size, folder=folder)
    if model is None:
        raise UserError("harvest_answers: give --model (a gate's JSON or a model folder), --endpoint, or both")
    folder = read_start(Path(model)).folder
    return LocalModel(folder, (), exam.batch_size, exam.max_new_tokens)


if __name__ == "__main__":
    main()
