"""The YAML that LLaMA-Factory trains by: a stage file, the profile's `train` section over it, the paths of the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from vgpt2.files import read_jsonl, write_text
from vgpt2.settings import CONFIGS, Profile, read_yaml
from vgpt2.training.arguments import check_arguments, check_report_to, known_arguments
from vgpt2.training.data.register import stage_datasets

STAGE_FILES = {"sft": "stage1_sft.yaml", "dpo": "stage2_dpo.yaml", "kto": "stage3_kto.yaml"}
STAGES = tuple(STAGE_FILES)
AUTO = "auto"
# Where things lie, and what a resumed run adds: neither makes it another training.
PLACES = ("model_name_or_path", "dataset_dir", "output_dir", "resume_from_checkpoint", "enable_jit_checkpoint")


def check_profile(profile: Profile, where: str) -> None:
    """Stop at the first key of the profile's `train` section, or of a stage file, that LLaMA-Factory does not take.

    Takes a tenth of a second; does nothing where LLaMA-Factory is not installed.
    """
    known = known_arguments()
    for section in ("common", *STAGES):
        check_arguments(getattr(profile.train, section), f"{where}: train.{section}", known)
    for name in STAGE_FILES.values():
        check_arguments(read_yaml(CONFIGS / "stages" / name), f"{CONFIGS / 'stages' / name}", known)


def stage_settings(stage: str, profile: Profile) -> dict[str, Any]:
    """A stage's arguments without the paths of a run: stage file, then `train.common`, then `train.<stage>`.

    A null takes an argument away; `bf16: auto` is settled for this machine.
    """
    path = CONFIGS / "stages" / STAGE_FILES[stage]
    settings = {**read_yaml(path), **profile.train.common, **getattr(profile.train, stage)}
    settings["template"] = profile.model.template
    if settings.get("bf16") == AUTO:
        settings["bf16"] = has_fast_bf16() if profile.launch.use_cpu else True
    # LLaMA-Factory checkpoints unless this one says otherwise, whatever the trainer's own argument is.
    settings["disable_gradient_checkpointing"] = not settings.get("gradient_checkpointing", True)
    if profile.launch.use_cpu:
        settings["use_cpu"] = True
    if profile.launch.deepspeed:
        settings["deepspeed"] = str(CONFIGS.parents[1] / profile.launch.deepspeed)
    if settings.get("finetuning_type") == "full":
        settings = {key: value for key, value in settings.items() if not key.startswith("lora_")}
    return {key: value for key, value in settings.items() if value is not None}


def has_fast_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether this CPU multiplies bf16 itself (AVX512-BF16 or AMX): then training is nearly twice as fast as in fp32;
    without, bf16 is emulated and slower. False where it cannot be told."""
    try:
        return any(flag in cpuinfo.read_text("ascii", "replace").split() for flag in ("avx512_bf16", "amx_bf16"))
    except OSError:
        return False


def stage_config(
    stage: str, profile: Profile, seed: int, data_dir: Path, model: str, output_dir: Path, where: str = "profile"
) -> dict[str, Any]:
    """All arguments of one stage of a run, ready for `llamafactory-cli train`.

    `model` is the base or the merged stage before, never with an adapter: so that a fresh adapter is made on it and
    the reference policy of DPO and KTO is that model. A profile may name its own `dataset` (several, by commas).

    Raises:
        UserError: an argument that LLaMA-Factory does not take, something to report to that is not installed, or a
            dataset that is not registered.
    """
    check_profile(profile, where)
    settings = stage_settings(stage, profile)
    check_report_to(settings.get("report_to"), f"{where}: train.report_to")
    dataset, eval_dataset = stage_datasets(data_dir, stage)
    settings.setdefault("dataset", dataset)
    settings.setdefault("eval_dataset", eval_dataset)
    if stage == "kto" and settings["dataset"] == dataset and (data_dir / "kto.jsonl").exists():
        settings = kto_weights(data_dir / "kto.jsonl") | settings
    settings.update(
        model_name_or_path=model,
        dataset_dir=str(data_dir.resolve()),
        output_dir=str(output_dir.resolve()),
        seed=seed,
        disable_tqdm=True,
    )
    return settings


def kto_weights(path: Path) -> dict[str, float]:
    """LLaMA-Factory's weights of the two labels, so that both weigh the same in the loss whatever their counts; the
    rarer label's is raised (KTO, arXiv 2402.01306, section 4.2: their ratio lies between 1 and 4/3)."""
    labels = [row["kto_tag"] for row in read_jsonl(path)]
    good, bad = labels.count(True), labels.count(False)
    if not good or not bad:
        return {}
    return {"kto_chosen_weight": round(max(1.0, bad / good), 3), "kto_rejected_weight": round(max(1.0, good / bad), 3)}


def identity(config: dict[str, Any]) -> dict[str, Any]:
    """What of a config makes it another training; the places of a run, and when it may stop, do not."""
    return {key: value for key, value in config.items() if key not in PLACES}


def write_config(path: Path, config: dict[str, Any], stage: str) -> None:
    """Write the YAML with a line on where it came from."""
    head = f"# Made from automation/configs/stages/{STAGE_FILES[stage]} and the profile.\n"
    write_text(path, head + yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
