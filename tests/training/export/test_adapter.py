"""The stages' adapters as one: the same model as all of them merged in turn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vgpt2.files import write_json
from vgpt2.training.export.adapter import CONFIG, WEIGHTS, one_adapter, trained_folders


@pytest.fixture(scope="module")
def two_stages(tiny_base, tmp_path_factory):
    """Two adapters of other ranks and scales, the second trained on the first one merged; and the model after both."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("stages")
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_pretrained(tiny_base)
    trained = []
    for stage, rank, rslora in (("sft", 4, False), ("dpo", 8, True)):
        config = LoraConfig(
            r=rank, lora_alpha=16, use_rslora=rslora, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        adapted = get_peft_model(model, config)
        for name, weight in adapted.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.05)
        adapted.save_pretrained(folder / stage)
        trained.append((stage, folder / stage))
        model = adapted.merge_and_unload()
        vars(model).pop("peft_config", None)
    return trained, model


def test_one_adapter_is_the_model_after_all_stages(two_stages, tiny_base, tmp_path):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    trained, after = two_stages
    assert one_adapter(trained, "owner/base", tmp_path / "adapter") == ""
    config = json.loads((tmp_path / "adapter" / CONFIG).read_text())
    assert (config["r"], config["lora_alpha"], config["use_rslora"]) == (12, 12, False)
    assert config["base_model_name_or_path"] == "owner/base"
    base = AutoModelForCausalLM.from_pretrained(tiny_base)
    ids = torch.arange(4, 40).reshape(2, 18)
    with torch.no_grad():
        plain = base(ids).logits
        found = PeftModel.from_pretrained(base, tmp_path / "adapter").eval()(ids).logits
        wanted = after.eval()(ids).logits
    assert torch.allclose(found, wanted, atol=1e-4)
    assert not torch.allclose(found, plain, atol=1e-2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"use_dora": True}, "the adapter of dpo has use_dora: True"),
        ({"modules_to_save": ["lm_head"]}, "the adapter of dpo has modules_to_save: ['lm_head']"),
        ({"rank_pattern": {"q_proj": 2}}, "the adapter of dpo has rank_pattern: {'q_proj': 2}"),
    ],
)  # fmt: skip
def test_what_is_more_than_two_matrices_is_said(two_stages, tmp_path, change, said):
    trained, _ = two_stages
    odd = tmp_path / "dpo"
    write_json(odd / CONFIG, {**json.loads((trained[1][1] / CONFIG).read_text()), **change})
    assert one_adapter([trained[0], ("dpo", odd)], "b", tmp_path / "adapter") == said
    assert not (tmp_path / "adapter").exists()


def test_no_stage_other_layers_and_all_weights(two_stages, tmp_path):
    from safetensors.torch import load_file, save_file

    trained, _ = two_stages
    assert one_adapter([], "b", tmp_path / "adapter") == "no stage was promoted"
    assert one_adapter([("sft", tmp_path)], "b", tmp_path / "adapter") == "sft trained all weights"
    fewer = tmp_path / "fewer"
    write_json(fewer / CONFIG, json.loads((trained[1][1] / CONFIG).read_text()))
    weights = load_file(trained[1][1] / WEIGHTS)
    save_file({name: value for name, value in weights.items() if "q_proj" in name}, fewer / WEIGHTS)
    said = one_adapter([trained[0], ("dpo", fewer)], "b", tmp_path / "adapter")
    assert said == "the stages trained different layers"


def test_a_stage_ended_early_has_its_adapter_in_a_checkpoint_and_a_run_may_be_moved(tmp_path):
    for folder in ("saves/sft/merged", "saves/sft/checkpoint-8", "saves/dpo/merged"):
        (tmp_path / folder).mkdir(parents=True)
    lineage = [
        {"stage": "base", "model": "/gone/r/base"},
        {"stage": "sft", "model": "/gone/r/saves/sft/merged", "checkpoint": "checkpoint-8"},
        {"stage": "dpo", "model": "/gone/r/saves/dpo/merged"},
    ]
    found = trained_folders(lineage, tmp_path / "gates" / "dpo.json")
    assert found == [("sft", Path(tmp_path / "saves/sft/checkpoint-8")), ("dpo", Path(tmp_path / "saves/dpo"))]
