"""One stage of training from end to end: decide, make room, train, watch, merge, mark as done."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2 import pushing
from vgpt2.catalog.store import load
from vgpt2.errors import Stopped, UserError
from vgpt2.files import read_json, sync_tree, write_json
from vgpt2.model_folder import DONE
from vgpt2.screen import screen
from vgpt2.settings import Settings
from vgpt2.training import choice, early, resume
from vgpt2.training.checkpoints import newest_checkpoint, settle, step_of
from vgpt2.training.config import stage_config, write_config
from vgpt2.training.lineage import Start, read_start
from vgpt2.training.merge import merge
from vgpt2.training.run import fit, launch, timing, watch
from vgpt2.training.run.device import check_device
from vgpt2.training.run.health import Ended, health_watch
from vgpt2.training.run.space import check_space, needed_bytes

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of a stage. `action`: trained, resumed or nothing (it was done); seconds of all its parts."""

    action: str
    folder: Path
    steps: int
    loss: float | None
    seconds: float


def train_stage(
    stage: str, settings: Settings, run_dir: Path, base: Path, say: Say, choose: bool = False, keep: bool = False
) -> Outcome:
    """Train `stage` from the model that `base` (a gate's JSON or a model folder) names, into `saves/<stage>/`.

    `.done` is written last; a rerun with the same data, config and base goes on or does nothing, with others it starts
    anew beside the old folder. With `choose` all checkpoints are kept, and the best of them by exam is merged (see
    `choice`), not the one of the lowest loss. With `keep` nothing that was trained is moved away.

    Raises:
        UserError: data, config, base or disk space at fault, or the trainer failed; or other data, config or base than
            before, and `keep`.
        GateError: the first step shows the wrong reference policy, or was never seen; or the log shows that the stage
            is no use, and no checkpoint was evaluated before.
    """
    folder = run_dir / "saves" / stage
    start = read_start(base)
    config = stage_config(
        stage,
        settings.profile,
        settings.seed,
        run_dir / "data",
        start.model,
        folder,
        f"profile {settings.profile_name}",
    )
    inputs = resume.inputs_of(config, start.model)
    if choose:
        # another training than one that kept only the last checkpoints
        config.pop("save_total_limit", None)
        inputs["choose_checkpoint"] = True
    decision = resume.decide(folder, inputs)
    if decision == "done":
        (folder / DONE).touch()
        return Outcome("nothing", folder, *_figures(folder))
    if decision == "changed" and keep and resume.is_trained(folder):
        raise UserError(
            f"{folder}: trained from {resume.difference(folder, inputs)}; that would cost the trained stage {stage}."
            f" FRESH=1 (PowerShell: -Fresh) moves it aside and goes on; RUN=name makes another run"
        )
    use_cpu = settings.profile.launch.use_cpu
    check_device(settings.profile_name, use_cpu, bool(config.get("bf16")), needed=True)
    # before the old folder is moved: where there is no room, or nothing to choose by, all stays as it was
    check_space(folder, needed_bytes(start.model, config))
    catalog = load(run_dir / "catalog.json") if choose else None
    questions = choice.make_questions(run_dir, settings, catalog) if catalog else []
    if decision == "changed":
        say(f"{stage}: other data, config or base than before; the old folder is now {resume.move_away(folder)}")
    resume.begin(folder, inputs)
    checkpoint = newest_checkpoint(folder, say)
    if checkpoint:
        _go_on(config, checkpoint)
        say(f"{stage}: goes on from {checkpoint}")
    fit.apply_record(folder, config)
    ended = early.ended_at(folder)
    if not ended:
        try:
            _train_as_it_fits(stage, settings, config, start, folder, say)
        except Ended as fault:
            say(early.fall_back(folder, fault))
            ended = early.ended_at(folder)
        if line := early.stopped_line(stage, folder, config):
            say(line)
    trained, chosen = folder, {}
    if ended:
        trained, chosen = ended[0], {"checkpoint": ended[0].name, "ended": ended[1]}
    if catalog:
        trained = choice.choose_checkpoint(settings, catalog, questions, start, folder, say)
        chosen["checkpoint"] = trained.name
    model = folder / "merged"
    lineage = [*start.lineage, {"stage": stage, "model": str(model), **chosen}]
    with screen().doing(f"merging into {model}"):
        merge(start.model, trained, model, lineage)
    sync_tree(folder)  # `.done` promises all of it
    write_json(folder / DONE, {"stage": stage, "model": str(model), "lineage": lineage, **inputs})
    return Outcome("resumed" if checkpoint else "trained", folder, *_figures(folder))


def _go_on(config: dict[str, Any], checkpoint: Path) -> None:
    settle(checkpoint)
    config["resume_from_checkpoint"] = str(checkpoint.resolve())


def _train_as_it_fits(
    stage: str, settings: Settings, config: dict[str, Any], start: Start, folder: Path, say: Say
) -> None:
    try:
        _train(stage, settings, config, start, folder)
    except UserError as fault:
        once_more = fit.halve(stage, folder, config, fault)
        if not once_more:
            raise
        say(once_more)
        if newest := newest_checkpoint(folder, say):
            _go_on(config, newest)
        _train(stage, settings, config, start, folder)


def _train(stage: str, settings: Settings, config: dict[str, Any], start: Start, folder: Path) -> None:
    yaml_file = folder / "train.yaml"
    write_config(yaml_file, config, stage)
    watches = []
    resumed = "resume_from_checkpoint" in config
    proved = stage in ("dpo", "kto")
    if proved and resumed:
        watch.require_first_step(stage, folder)
    elif proved:
        # a run that never got to a checkpoint begins anew, and so do its log and its first step
        (folder / watch.TRAINER_LOG).unlink(missing_ok=True)
        (folder / watch.FIRST_STEP).unlink(missing_ok=True)
        watches.append(watch.first_step_watch(stage, folder))

    def on_line(line: str) -> None:
        for looked_at in watches:
            looked_at(line)

    processes = launch.process_count(settings.profile.launch)
    cache = folder / "cache"
    env = launch.environment(settings.profile.launch, start.model, cache, processes, fsdp="fsdp" in config)
    timing.begin(folder, processes, resumed)
    with screen().doing("LLaMA-Factory") as doing:
        watches.append(watch.progress_watch(folder, doing))
        watches.append(pushing.checkpoint_watch(folder.parents[1], folder))
        watches.append(health_watch(stage, config, folder, settings.profile.watch))
        try:
            launch.run(launch.command(yaml_file), env, folder / launch.LOG, on_line)
        except Stopped as stopped:
            pushing.push_now(folder.parents[1])
            kept = newest_checkpoint(folder)
            said = f"{kept.name} is kept, the next start goes on from it" if kept else "the next start begins it anew"
            raise Stopped(f"{stage}: {stopped.message}; {said}") from None
    timing.end(folder)
    fit.note_peak(folder)
    shutil.rmtree(cache, ignore_errors=True)
    if proved:
        watch.require_first_step(stage, folder)


def _figures(folder: Path) -> tuple[int, float | None, float]:
    """Steps, mean training loss and seconds of a finished stage, from the files that the trainer left."""
    if ended := early.ended_at(folder):
        return step_of(ended[0]), None, timing.seconds(folder)
    try:
        results = read_json(folder / "train_results.json")
        steps = read_json(folder / "trainer_state.json")["global_step"]
        return steps, results.get("train_loss"), timing.seconds(folder) or results.get("train_runtime", 0.0)
    except (UserError, KeyError):  # the figures are for the closing line only
        return 0, None, 0.0
