"""Check what the user asked for, and copy into the run what it is made of: settings, source, curated questions.

Each copy is rewritten only when its content changed, so that a second `make all` finds nothing to do. A change that
would cost trained stages is refused; with FRESH=1 in the environment the old run is moved aside first. With a command
after `--` the run is locked for it: it runs in this process's place.

**Reads** the profile, the database and the stage YAML, curated questions, the files of EXTRA and of SOURCE, the locks.
**Writes** `settings.json`, `source.stamp` and `inputs/` in `runs/<run>/`. With `--plan` or `--changes` nothing: they
say which steps would run and why, or which of these files would be written.
**Run as**: `python scripts/prepare_run.py --profile cpu --source data/sample --database vista.yaml --run my-run
--output runs/my-run/settings.json`
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import click, closing_line

if TYPE_CHECKING:
    from vgpt2.chain.inputs import Inputs
    from vgpt2.chain.plan import Due
    from vgpt2.settings import Settings


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--profile", required=True, help="name of a file in automation/configs/profiles")
@click.option("--source", required=True, help="folder (or one .sql file, or mssql://server/database) to read")
@click.option("--scripts", type=click.Path(path_type=Path), help="scripts of the same database beside a VGPT2 folder")
@click.option("--database-name", default="", help="which database, where the scripts make several")
@click.option("--database", required=True, type=click.Path(path_type=Path), help="the database's settings (YAML)")
@click.option("--by-tables", is_flag=True, help="--database is a guess: the catalog recognises it by its tables")
@click.option("--run", required=True, help="name of the run")
@click.option("--extra", default="", help="folder with Alpaca files of your own")
@click.option("--teacher", default="", help="who rewords questions: base, none, or an endpoint")
@click.option("--teacher-model", default="", help="the endpoint's model")
@click.option("--harvest", type=click.IntRange(min=0), help="so many questions to harvest, not the profile's; 0: none")
@click.option("--seed", type=int, help="another seed than the profile's")
@click.option("--model", default="", help="another model than the profile's: a name, a folder, owner/model, a .yaml")
@click.option("--suite", default="", help="quick, middle or full: the gates' suite, if not the profile's; for --plan")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="settings.json to write")
@click.option("--plan", is_flag=True, help="say which steps would run, and write nothing")
@click.option("--goal", default="", help="the target that is asked for: how many steps lead to it is said")
@click.option("--changes", is_flag=True, help="say which of these files would be written, and write nothing")
@click.argument("command", nargs=-1)
def main(
    suite: str, output: Path, plan: bool, goal: str, changes: bool, command: tuple[str, ...], **asked: object
) -> None:
    from vgpt2.chain.asked import Asked, check
    from vgpt2.chain.inputs import inputs_of
    from vgpt2.chain.lock import end_with_parent, hold

    words = Asked(**asked)  # type: ignore[arg-type]  # click has checked them by the options above
    checked = check(words)
    run_dir = output.parent
    settings = checked.settings
    suite = suite or settings.profile.exam.suite
    if command:
        hold(run_dir)
    inputs = inputs_of(words, checked, run_dir)
    changed = inputs.changed(run_dir)
    if plan:
        say_plan(run_dir, suite, goal or "all", settings, inputs, changed)
    elif changes:
        click.echo("".join(f"{run_dir.as_posix()}/{name}\n" for name in watched(changed)), nl=False)
        say_cost(run_dir, suite, inputs, changed)
    else:
        try_out_push(run_dir)
        write(run_dir, suite, inputs, changed)
        if goal:
            say_work(run_dir, suite, goal, settings)
    if command:
        end_with_parent()
        sys.stdout.flush()  # what is not said by now would be lost
        os.execvp(command[0], command)


def try_out_push(run_dir: Path) -> None:
    """Whether the place that PUSH names can be written, before hours are spent on what should go there."""
    from vgpt2.pushing import PUSH, wanted

    if url := wanted():
        from vgpt2.chain.carry.place import Place

        Place(url, run_dir.name, PUSH).try_out()


def watched(changed: list[str]) -> list[str]:
    """Those of these files whose change makes steps run."""
    from vgpt2.chain.inputs import WATCHED

    return [name for name in WATCHED if name in changed]


def due_for(run_dir: Path, suite: str, goal: str, changed: list[str], settings: Settings) -> list[Due]:
    """The steps that would run for a target."""
    from vgpt2.chain.plan import due_steps
    from vgpt2.chain.table import STAGES, run_values, targets

    stages = STAGES[: STAGES.index(goal) + 1] if goal in STAGES else STAGES
    paths = [f"{run_dir.as_posix()}/{name}" for name in watched(changed)]
    harvests = settings.profile.harvest.count > 0
    values = run_values(run_dir.as_posix(), suite, stages, settings.teacher, harvests)
    return due_steps(targets()[goal].goals, values, paths)


def expected(run_dir: Path, settings: Settings, due: list[Due]) -> str:
    """How long these steps will take, with a comma in front; nothing where that is not known."""
    from vgpt2.pace import Pace

    told = Pace(run_dir.parent, settings.profile_name, settings.source).told(item.step.name for item in due)
    return f", {told}" if told else ""


def say_plan(run_dir: Path, suite: str, goal: str, settings: Settings, inputs: Inputs, changed: list[str]) -> None:
    """A line for each step that would run, with the reason; and whether FRESH=1 would be asked for."""
    due = due_for(run_dir, suite, goal, changed, settings)
    for item in due:
        click.echo(f"  {item.step.name:<14} {item.reason}")
    click.echo(f"{len(due)} steps would run{expected(run_dir, settings, due)}")
    say_cost(run_dir, suite, inputs, changed)


def say_work(run_dir: Path, suite: str, goal: str, settings: Settings) -> None:
    """How many steps are to be done, before the first of them."""
    if due := due_for(run_dir, suite, goal, [], settings):
        click.echo(f"{run_dir.as_posix()}: {len(due)} steps to do{expected(run_dir, settings, due)}")


def say_cost(run_dir: Path, suite: str, inputs: Inputs, changed: list[str]) -> None:
    """Say on the error stream that FRESH=1 would be asked for, where it would be."""
    from vgpt2.chain.fresh import describe, lost_stages, require_fresh

    lost = lost_stages(run_dir, suite, changed)
    if lost:
        click.echo(f"note: {require_fresh(run_dir, lost, describe(run_dir, inputs, changed)).message}", err=True)


def write(run_dir: Path, suite: str, inputs: Inputs, changed: list[str]) -> None:
    """Write what changed, if that costs nothing that was trained or FRESH=1 was said."""
    from vgpt2.chain.fresh import describe, lost_stages, move_aside, require_fresh

    lost = lost_stages(run_dir, suite, changed)
    if lost:
        what = describe(run_dir, inputs, changed)
        if os.environ.get("FRESH", "") in ("", "0"):
            raise require_fresh(run_dir, lost, what)
        old = move_aside(run_dir, suite, changed)
        click.echo(f"{what}: the run as it was is now {old}")
        changed = inputs.changed(run_dir)
    new = not run_dir.exists()
    inputs.write(run_dir, changed)
    if names := watched(changed):
        closing_line("prepare", f"{'a new run' if new else ', '.join(names)} -> {run_dir}")


if __name__ == "__main__":
    main()
