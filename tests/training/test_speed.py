"""What makes a training fast does not change its loss; what does is not in the stage files.

On the tiny model, on a CPU: that sums are added up in another order there than on a GPU is not what is asked.
"""

from __future__ import annotations

import pytest
from tests.training.trained import STEPS, as_tiny, logged, long, new_run

from vgpt2.settings import CONFIGS, read_yaml
from vgpt2.training.config import STAGE_FILES
from vgpt2.training.stage import train_stage

SAME = 1e-4
# Against the settings of the stage files, fused AdamW, SDPA, one loader on a CPU: AdamW weight by weight, attention
# written out, loaders of their own. In one training: that two of these should undo each other in every step is no luck
# that anybody has.
PLAIN = {"optim": "adamw_torch", "flash_attn": "disabled", "dataloader_num_workers": 2}


@pytest.fixture
def losses(tmp_path, tiny_base, left_alone):
    """The losses of a stage's steps with these arguments over those of the run that was left alone."""

    def of(stage: str, **arguments) -> list[float]:
        settings = long(as_tiny())
        getattr(settings.profile.train, stage).update(arguments)
        run = new_run(tmp_path / "run", settings)
        train_stage(
            stage, settings, run, tiny_base if stage == "sft" else left_alone("sft") / "gates" / "sft.json", print
        )
        return logged(run / "saves" / stage)

    return of


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["sft", "dpo"])
def test_what_is_fast_has_the_loss_of_what_is_not(losses, left_alone, stage):
    as_it_is = logged(left_alone(stage) / "saves" / stage)
    assert len(as_it_is) == STEPS[stage] and len(set(as_it_is)) > 1
    assert losses(stage, **PLAIN) == pytest.approx(as_it_is, abs=SAME)


@pytest.mark.slow
def test_bf16_has_nearly_the_loss_of_fp32(losses, left_alone):
    """Of the settings of the stage files the one that rounds. Three steps, of which the third is behind an update: a
    CPU may have to emulate it."""
    half = losses("sft", bf16=True, max_steps=3, eval_steps=3, save_steps=3)
    whole = logged(left_alone("sft") / "saves" / "sft")[:3]
    assert len(half) == 3 and half != whole
    assert half == pytest.approx(whole, rel=0.002)


@pytest.mark.slow
def test_packing_has_another_loss(losses, left_alone):
    packed, as_it_is = losses("sft", neat_packing=True), logged(left_alone("sft") / "saves" / "sft")
    assert len(packed) < len(as_it_is) or packed != pytest.approx(as_it_is, abs=0.01)


@pytest.mark.parametrize("stage", STAGE_FILES)
def test_only_what_keeps_the_loss_is_set(stage):
    found = read_yaml(CONFIGS / "stages" / STAGE_FILES[stage])
    assert (found["flash_attn"], found["bf16"], found["dataloader_num_workers"]) == ("sdpa", True, 4)
    assert not {"packing", "neat_packing", "enable_liger_kernel"} & set(found)
    assert found.get("optim", "adamw_torch_fused") == "adamw_torch_fused"
