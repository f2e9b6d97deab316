"""What a profile's `report_to` names is written while a stage trains; TensorBoard's files by its own reader."""

from __future__ import annotations

import json

import pytest

from vgpt2.errors import UserError
from vgpt2.training.config import stage_config


@pytest.mark.slow
def test_tensorboard_reads_the_losses_of_a_stage(left_alone):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder = left_alone("sft") / "saves" / "sft"
    # one folder a start; what is evaluated when all is trained has a file of its own in it
    (events,) = {file.parent for file in folder.rglob("events.out.tfevents.*")}
    reader = EventAccumulator(str(events)).Reload()
    history = json.loads((folder / "trainer_state.json").read_text("utf-8"))["log_history"]
    for tag, key in (("train/loss", "loss"), ("eval/loss", "eval_loss")):
        read = {event.step: event.value for event in reader.Scalars(tag)}
        logged = {row["step"]: row[key] for row in history if key in row}
        assert logged and read == pytest.approx(logged, rel=1e-4)


@pytest.mark.parametrize(
    ("report_to", "said"),
    [
        ("wandbx", "train.report_to: transformers knows no 'wandbx'; did you mean 'wandb'?"),
        (["none", "comet_ml"], "train.report_to: comet_ml is not installed; pip install comet_ml"),
    ],
)
def test_what_is_not_there_is_said_before_anything_is_trained(run_dir, settings, tiny_base, report_to, said):
    settings.profile.train.common["report_to"] = report_to
    with pytest.raises(UserError) as caught:
        stage_config("sft", settings.profile, 7, run_dir / "data", str(tiny_base), run_dir / "saves", "profile tiny")
    assert caught.value.message == f"profile tiny: {said}"
