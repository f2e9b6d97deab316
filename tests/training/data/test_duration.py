"""What preflight says of a stage's minutes on a CPU."""

import json

import pytest

from vgpt2.training.data import duration
from vgpt2.training.data.duration import START_SECONDS, cpu_minutes

LORA = {"use_cpu": True, "finetuning_type": "lora", "disable_gradient_checkpointing": True}
TOKENS = 1_000_000


@pytest.fixture
def minutes(tmp_path, monkeypatch):
    """Minutes on two cores, without the start, of a model of 100 million weights in fp32 with a head of its own."""
    monkeypatch.setattr(duration.os, "cpu_count", lambda: 2)
    config = {"dtype": "float32", "hidden_size": 500, "vocab_size": 40_000, "tie_word_embeddings": False}
    (tmp_path / "config.json").write_text(json.dumps(config), "utf-8")
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.truncate(400_000_000)

    def run(stage="sft", **settings):
        found = cpu_minutes(stage, {"model_name_or_path": str(tmp_path), **LORA, **settings}, TOKENS)
        return max(0.0, found - START_SECONDS / 60)

    return run


def test_they_follow_from_the_products_of_a_token(minutes):
    # 80 of the 100 million weights are multiplied, forward and backward: 3.2e8 operations a token, 1e11 a second.
    assert minutes() == pytest.approx(TOKENS * 3.2e8 / 1e11 / 60, rel=0.01)


@pytest.mark.parametrize(
    ("stage", "settings", "times"),
    [
        ("sft", {"finetuning_type": "full"}, 1.5),
        ("sft", {"disable_gradient_checkpointing": False}, 1.5),
        ("sft", {"bf16": True}, 1 / 1.8),
        ("dpo", {}, 4 / 3),
        ("kto", {}, 2),
        ("sft", {"use_cpu": False}, 0),
    ],
)
def test_what_costs_more_takes_longer(minutes, stage, settings, times):
    assert minutes(stage, **settings) == pytest.approx(minutes() * times, rel=0.01)
