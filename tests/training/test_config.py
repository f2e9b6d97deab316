import json

import pytest
import yaml

from vgpt2.errors import UserError
from vgpt2.files import write_jsonl
from vgpt2.settings import CONFIGS, load_profile, profile_names
from vgpt2.training.arguments import check_arguments, known_arguments
from vgpt2.training.config import (
    STAGE_FILES,
    STAGES,
    check_profile,
    has_fast_bf16,
    kto_weights,
    stage_config,
    stage_settings,
    write_config,
)
from vgpt2.training.data.preflight import loader_arguments

REVIEW = {
    "sft": {"learning_rate": 1.5e-4, "num_train_epochs": 3},
    "dpo": {"learning_rate": 5e-6, "num_train_epochs": 2, "pref_beta": 0.1},
    "kto": {"learning_rate": 5e-6, "num_train_epochs": 1, "pref_beta": 0.1},
}
ALL = {
    "lora_rank": 256,
    "lora_alpha": 512,
    "lora_target": "all",
    "lr_scheduler_type": "cosine",
    "bf16": True,
    "gradient_checkpointing": True,
    "logging_first_step": True,
    "load_best_model_at_end": True,
    "eval_strategy": "steps",
    "restore_callback_states_from_checkpoint": True,
    "report_to": "none",
}


@pytest.mark.parametrize("stage", STAGES)
def test_stage_files_hold_the_reviews_numbers(stage):
    settings = yaml.safe_load((CONFIGS / "stages" / STAGE_FILES[stage]).read_text("utf-8"))
    expected = {**ALL, **REVIEW[stage]}
    assert {key: settings.get(key) for key in expected} == expected
    assert settings["per_device_train_batch_size"] * settings["gradient_accumulation_steps"] == 16
    assert settings["warmup_ratio"] > 0 and settings["early_stopping_steps"] > 0
    assert stage != "kto" or settings["per_device_train_batch_size"] > 1


def test_the_profile_lies_over_the_stage_and_its_stage_over_common():
    profile = load_profile("cpu")
    profile.train.common["pref_beta"] = 0.2
    profile.train.dpo["pref_beta"] = 0.3
    assert stage_settings("kto", load_profile("a6000"))["pref_beta"] == 0.1
    assert stage_settings("kto", profile)["pref_beta"] == 0.2
    assert stage_settings("dpo", profile)["pref_beta"] == 0.3


def test_a_null_takes_an_argument_away():
    profile = load_profile("cpu")
    profile.train.common["early_stopping_steps"] = None
    assert "early_stopping_steps" not in stage_settings("sft", profile)


def test_gradient_checkpointing_is_switched_off_where_llamafactory_looks():
    assert stage_settings("sft", load_profile("cpu"))["disable_gradient_checkpointing"] is True
    assert stage_settings("sft", load_profile("a6000"))["disable_gradient_checkpointing"] is False


def test_bf16_auto_follows_the_cpu(tmp_path):
    (tmp_path / "new").write_text("flags : fpu avx2 avx512_bf16 avx512f")
    (tmp_path / "old").write_text("flags : fpu avx2")
    assert has_fast_bf16(tmp_path / "new")
    assert not has_fast_bf16(tmp_path / "old")
    assert not has_fast_bf16(tmp_path / "absent")
    profile = load_profile("cpu")
    profile.train.common["bf16"] = "auto"
    assert stage_settings("sft", profile)["bf16"] is has_fast_bf16()


@pytest.mark.parametrize("section", ["common", "sft", "dpo", "kto"])
def test_an_unknown_key_names_the_nearest(section):
    profile = load_profile("cpu")
    getattr(profile.train, section)["learning_rat"] = 1
    with pytest.raises(UserError) as caught:
        check_profile(profile, "profiles/mine.yaml")
    assert caught.value.message == (
        f"profiles/mine.yaml: train.{section}: LLaMA-Factory takes no argument 'learning_rat';"
        " did you mean 'learning_rate'?"
    )


def test_the_cheap_check_knows_all_that_the_parser_takes():
    import dataclasses

    from llamafactory.hparams.parser import _TRAIN_ARGS

    real = {field.name for kind in _TRAIN_ARGS for field in dataclasses.fields(kind) if field.init}
    assert real <= known_arguments()


def test_without_llamafactory_nothing_is_checked():
    assert check_arguments(["anything"], "x", known=set()) is None
    with pytest.raises(UserError, match="x: LLaMA-Factory takes no argument 'anything'"):
        check_arguments(["anything"], "x", known={"learning_rate"})


def test_a_run_has_its_own_paths_and_evaluation_file(run_dir, settings, tiny_base):
    config = stage_config("dpo", settings.profile, 7, run_dir / "data", str(tiny_base), run_dir / "saves" / "dpo")
    assert config["model_name_or_path"] == str(tiny_base)
    assert "adapter_name_or_path" not in config
    assert (config["dataset"], config["eval_dataset"]) == ("vgpt2_v3_dpo", "vgpt2_v3_dpo_eval")
    assert "val_size" not in config


@pytest.mark.parametrize(
    ("good", "bad", "weights"),
    [(60, 40, (1.0, 1.5)), (40, 60, (1.5, 1.0)), (5, 5, (1.0, 1.0)), (3, 0, None)],
)
def test_both_labels_of_kto_weigh_the_same_whatever_their_counts(tmp_path, good, bad, weights):
    write_jsonl(tmp_path / "kto.jsonl", [{"kto_tag": number < good} for number in range(good + bad)])
    made = kto_weights(tmp_path / "kto.jsonl")
    assert tuple(made.values()) == (weights or ())
    if made:
        assert good * made["kto_chosen_weight"] == pytest.approx(bad * made["kto_rejected_weight"])


@pytest.mark.parametrize("stage", ["sft", "dpo", "kto"])
def test_tiny_draws_nothing_within_a_step(stage, run_dir, settings):
    # `make soak` compares its bytes: SIGTERM's checkpoint may lie behind the draws of a step that is done again
    config = stage_config(stage, settings.profile, 7, run_dir / "data", "m", run_dir / "saves" / stage)
    assert config["lora_dropout"] == 0


def test_a_profile_may_list_datasets(run_dir, settings, tiny_base):
    settings.profile.train.sft["dataset"] = "vgpt2_v3_sft_merged,vgpt2_v3_sft_merged_eval"
    config = stage_config("sft", settings.profile, 7, run_dir / "data", str(tiny_base), run_dir / "saves" / "sft")
    assert config["dataset"] == "vgpt2_v3_sft_merged,vgpt2_v3_sft_merged_eval"


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("profile", profile_names())
def test_llamafactorys_own_parser_takes_every_profile(profile, stage, run_dir, tiny_base, tmp_path):
    from llamafactory.hparams import get_train_args

    loaded = load_profile(profile)
    config = stage_config(stage, loaded, 7, run_dir / "data", str(tiny_base), tmp_path / "out")
    write_config(tmp_path / "train.yaml", config, stage)
    config = yaml.safe_load((tmp_path / "train.yaml").read_text("utf-8"))
    # DeepSpeed needs its package and torchrun; its file is checked below. use_cpu: bf16 parses without a GPU.
    config.pop("deepspeed", None)
    model, data, training, finetuning, _ = get_train_args({**config, "use_cpu": True})
    assert finetuning.stage == stage
    assert data.cutoff_len == config["cutoff_len"]
    assert training.load_best_model_at_end and finetuning.early_stopping_steps
    assert training.save_steps == training.eval_steps
    assert stage != "kto" or training.per_device_train_batch_size > 1
    assert model.adapter_name_or_path is None
    assert (model.quantization_bit == 4) is (profile == "gpu24")
    full = profile == "multi" or (profile, stage) == ("cpu", "sft")
    assert finetuning.finetuning_type == ("full" if full else "lora")


def test_preflight_parses_a_quantised_and_a_deepspeed_profile(run_dir, tiny_base, tmp_path):
    from llamafactory.hparams import get_train_args

    for name in ("gpu24", "multi"):
        config = stage_config("sft", load_profile(name), 7, run_dir / "data", str(tiny_base), tmp_path / "out")
        assert {"quantization_bit", "deepspeed"} & set(config)
        model, data, training, *_ = get_train_args(loader_arguments(config, str(tmp_path)))
        # Looking at the data needs neither: without their packages LLaMA-Factory would refuse them.
        assert (model.quantization_bit, training.deepspeed) == (None, None)
        assert data.dataset == ["vgpt2_v3_sft_merged"] and training.use_cpu


@pytest.mark.parametrize("stage", STAGES)
def test_llamafactorys_own_parser_takes_a_model_that_is_parted_by_fsdp(stage, run_dir, tiny_base, tmp_path):
    from accelerate.utils import FullyShardedDataParallelPlugin
    from llamafactory.hparams import get_train_args

    loaded = load_profile("a6000", "qwen2.5-32b-qlora-fsdp")
    config = stage_config(stage, loaded, 7, run_dir / "data", str(tiny_base), tmp_path / "out")
    model, _, training, *_ = get_train_args({**config, "use_cpu": True})
    assert (model.quantization_bit, training.per_device_train_batch_size) == (4, 2 if stage == "kto" else 1)
    of_the_plugin = training.fsdp_plugin_args
    # Weights that one process reads are sent to devices, of which none is here.
    sent = dict.fromkeys(("cpu_ram_efficient_loading", "sync_module_states"), True)
    assert sent.items() <= of_the_plugin.items()
    plugin = FullyShardedDataParallelPlugin(**{**of_the_plugin, **dict.fromkeys(sent, False)})
    assert str(plugin.sharding_strategy) == "ShardingStrategy.FULL_SHARD"
    assert str(plugin.state_dict_type) == "StateDictType.FULL_STATE_DICT"
    assert plugin.use_orig_params
    looking = get_train_args(loader_arguments(config, str(tmp_path)))[2]
    assert not looking.fsdp


@pytest.mark.parametrize(("profile", "stage"), [("multi", 3), ("multi-lora", 2)])
def test_deepspeeds_file_asks_for_its_stage_and_leaves_batches_to_the_trainer(profile, stage):
    path = CONFIGS.parents[1] / load_profile(profile).launch.deepspeed
    config = json.loads(path.read_text("ascii"))
    from_trainer = ("train_batch_size", "train_micro_batch_size_per_gpu", "gradient_accumulation_steps")
    assert {config[key] for key in (*from_trainer, "gradient_clipping")} == {"auto"}
    assert config["bf16"]["enabled"] == "auto"
    zero = config["zero_optimization"]
    assert zero["stage"] == stage
    assert stage == 2 or zero["stage3_gather_16bit_weights_on_model_save"] is True
    known = {
        *from_trainer,
        "gradient_clipping",
        "zero_allow_untested_optimizer",
        "bf16",
        "fp16",
        "zero_optimization",
    }
    assert set(config) <= known
