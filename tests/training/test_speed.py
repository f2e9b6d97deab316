"""What makes a training fast does not change its loss; what does is not in the stage files.

On the tiny model, on a CPU: that sums are added up in another order there than on a GPU is not what is asked.
"""

from __future__ import annotations

import json
import shutil

import pytest

from vgpt2.settings import CONFIGS, read_yaml
from vgpt2.training.config import STAGE_FILES
from vgpt2.training.stage import train_stage

SAME = 1e-4
# Against the settings of the stage files, fused AdamW, SDPA, one loader on a CPU: AdamW weight by weight, attention
# written out, loaders of their own. In one training: that two of these should undo each other in every step is no luck
# that anybody has.
PLAIN = {"optim": "adamw_torch", "flash_attn": "disabled", "dataloader_num_workers": 2}


@pytest.fixture(scope="module")
def curves() -> dict[str, list[float]]:
    """The losses of a training by its settings, so that each is trained once."""
    return {}


@pytest.fixture
def losses(run_dir, settings, tiny_base, tmp_path, curves):
    """The losses of SFT's steps with these arguments over the profile."""

    def of(name: str, **arguments) -> list[float]:
        if name not in curves:
            place = tmp_path / "one"
            shutil.copytree(run_dir, place)
            copied = settings.model_copy(deep=True)
            copied.profile.train.sft.update(logging_steps=1, learning_rate=1e-3, **arguments)
            train_stage("sft", copied, place, tiny_base, print)
            history = json.loads((place / "saves/sft/trainer_state.json").read_text("utf-8"))["log_history"]
            curves[name] = [row["loss"] for row in history if "loss" in row]
            shutil.rmtree(place)
        return curves[name]

    return of


@pytest.mark.slow
def test_what_is_fast_has_the_loss_of_what_is_not(losses):
    as_it_is = losses("as it is")
    assert len(as_it_is) >= 4 and len(set(as_it_is)) > 1
    assert losses("plain", **PLAIN) == pytest.approx(as_it_is, abs=SAME)


@pytest.mark.slow
def test_packing_has_another_loss(losses):
    packed, as_it_is = losses("packed", neat_packing=True), losses("as it is")
    assert len(packed) < len(as_it_is) or packed != pytest.approx(as_it_is, abs=0.01)


@pytest.mark.parametrize("stage", STAGE_FILES)
def test_only_what_keeps_the_loss_is_set(stage):
    found = read_yaml(CONFIGS / "stages" / STAGE_FILES[stage])
    assert (found["flash_attn"], found["bf16"], found["dataloader_num_workers"]) == ("sdpa", True, 4)
    assert not {"packing", "neat_packing", "enable_liger_kernel"} & set(found)
    assert found.get("optim", "adamw_torch_fused") == "adamw_torch_fused"
