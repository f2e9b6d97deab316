"""Before training: LLaMA-Factory's own loader, template and tokenizer read a stage's files, and nothing gets lost.

A row that it drops, cuts or leaves without a label ends the chain here, by name, and not in an hour of training.
"""

from __future__ import annotations

import copy
import os
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vgpt2.errors import GateError
from vgpt2.training.data.duration import cpu_minutes
from vgpt2.training.data.fitting import template_fault
from vgpt2.training.data.register import dataset_files
from vgpt2.training.data.rows import faults, read_rows

SPLITS = (("train", "dataset", "train_dataset"), ("eval", "eval_dataset", "eval_dataset"))
LOADER_STAGE = {"sft": "sft", "dpo": "rm", "kto": "kto"}
# Columns of the tokenised rows, and the labels that belong to them.
SIDES = {
    "sft": (("input_ids", "labels"),),
    "dpo": (("chosen_input_ids", "chosen_labels"), ("rejected_input_ids", "rejected_labels")),
    "kto": (("input_ids", "labels"),),
}
# What neither loads nor tokenises, and may not parse on the machine that only looks.
NOT_FOR_LOOKING = (
    "deepspeed",
    "fsdp",
    "fsdp_config",
    "quantization_bit",
    "quantization_method",
    "flash_attn",
    "bf16",
    "fp16",
    "tf32",
    "resume_from_checkpoint",
    "preprocessing_num_workers",
    "enable_liger_kernel",
    "plot_loss",
)
NO_CUT = 1 << 20
IGNORE = -100


@dataclass
class Report:
    """What preflight found in one stage."""

    stage: str
    ok: bool = True
    cutoff_len: int = 0
    rules: dict[str, list[str]] = field(default_factory=dict)  # rule: messages
    splits: dict[str, dict[str, Any]] = field(default_factory=dict)
    batch: dict[str, list[int]] = field(default_factory=dict)  # name: shape
    minutes: float = 0.0  # that the training may take; 0: unknown
    memory_bytes: int = 0  # of one process, at the peak
    resident_bytes: int = 0  # with what the system can take back, as memory.json will have it
    licence: str = ""  # of the base model; empty: nobody says

    def add(self, found: Iterable[tuple[str, str]]) -> None:
        """Take up faults as (rule, message)."""
        for rule, message in found:
            self.rules.setdefault(rule, []).append(message)
            self.ok = False

    def error(self) -> GateError:
        """The first rule that broke, how often, up to three examples, and what to do where a setting mends it."""
        rule, messages = next(iter(self.rules.items()))
        more = f" (and {len(messages) - 3} more)" if len(messages) > 3 else ""
        message = f"preflight {self.stage}: {rule}: {len(messages)}, limit 0: {'; '.join(messages[:3])}{more}"
        if rule == "too_long":
            longest = max(split["max_tokens"] for split in self.splits.values())
            message += (
                f"; set train.common.cutoff_len: {-(-longest // 64) * 64} in the profile, or show fewer tables"
                " (data.distractors) or columns (data.schema_columns)"
            )
        return GateError(message)


def preflight(stage: str, config: dict[str, Any]) -> Report:
    """Read the files of a stage's config as LLaMA-Factory will, and report; see `Report.ok`."""
    report = Report(stage, cutoff_len=config["cutoff_len"])
    data_dir = Path(config["dataset_dir"])
    rows: dict[str, list[dict]] = {}
    for split, key, _ in SPLITS:
        rows[split] = []
        for path in dataset_files(data_dir, config[key]):
            found = read_rows(path)
            report.add(faults(stage, path, found))
            rows[split] += found
    if report.ok:
        _tokenise(stage, config, rows, report)
    return report


def loader_arguments(config: dict[str, Any], output_dir: str) -> dict[str, Any]:
    """The config as far as loading goes, for a CPU, with a cutoff that cuts nothing: so real lengths are seen."""
    kept = {key: value for key, value in config.items() if key not in NOT_FOR_LOOKING}
    return {**kept, "use_cpu": True, "cutoff_len": NO_CUT, "output_dir": output_dir, "overwrite_cache": True}


def _tokenise(stage: str, config: dict[str, Any], rows: dict[str, list[dict]], report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix="preflight-") as scratch:
        os.environ["HF_DATASETS_CACHE"] = scratch
        if Path(config["model_name_or_path"]).is_dir():
            os.environ["HF_HUB_OFFLINE"] = "1"
        for name in ("LLAMAFACTORY_VERBOSITY", "TRANSFORMERS_VERBOSITY"):
            os.environ.setdefault(name, "ERROR" if name.startswith("LLAMA") else "error")
        import datasets
        from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
        from llamafactory.hparams import get_train_args
        from llamafactory.model import load_tokenizer

        datasets.disable_progress_bars()
        arguments = get_train_args(loader_arguments(config, scratch))
        model_args, data_args, training_args = arguments[:3]
        training_args.log_level = "error"
        module = load_tokenizer(model_args)
        own = copy.deepcopy(module["tokenizer"])  # LLaMA-Factory puts in a chat template where there is none
        template = get_template_and_fix_tokenizer(module["tokenizer"], data_args)
        if fault := template_fault(template, own, config["template"]):
            report.add([("template", fault)])
            return
        try:
            with _without_printing():
                loaded = get_dataset(
                    template, model_args, data_args, training_args, stage=LOADER_STAGE[stage], **module
                )
        except (RuntimeError, ValueError, TypeError, datasets.exceptions.DatasetsError) as error:
            why = (str(error.__cause__ or error).strip().splitlines() or ["no message"])[0]
            report.add([("loader", f"LLaMA-Factory cannot read {config['dataset']}: {why}")])
            return
        for split, _, name in SPLITS:
            _look(stage, split, rows[split], loaded[name], report)
        if report.ok:
            _collate(stage, config, loaded["train_dataset"], template, module, report)
        _estimate(stage, config, report)


def _look(stage: str, split: str, rows: list[dict], tokenised: Any, report: Report) -> None:
    lengths, labelled = [], 0
    kept = {name: tokenised[name] for side in SIDES[stage] for name in side}
    for index in range(len(tokenised)):
        sizes = [len(kept[ids][index]) for ids, _ in SIDES[stage]]
        counts = [sum(label != IGNORE for label in kept[labels][index]) for _, labels in SIDES[stage]]
        lengths.append(sizes)
        labelled += sum(counts)
        name = rows[index]["id"] if len(tokenised) == len(rows) else f"tokenised row {index + 1}"
        if max(sizes) > report.cutoff_len:
            report.add([("too_long", f"{split} {name}: {max(sizes)} tokens, cutoff_len {report.cutoff_len}")])
        if min(counts) == 0:
            report.add([("no_label", f"{split} {name}: nothing to learn in it")])
    if len(tokenised) != len(rows):
        message = f"{split}: {len(rows)} rows in, {len(tokenised)} tokenised; LLaMA-Factory dropped the others"
        report.add([("rows_lost", message)])
    total = sum(map(sum, lengths))
    longest = [max(sizes) for sizes in lengths] or [0]
    report.splits[split] = {
        "rows": len(rows),
        "tokenised": len(tokenised),
        "tokens": total,
        "mean_tokens": round(total / max(1, sum(map(len, lengths))), 1),
        "max_tokens": max(longest),
        "label_tokens": labelled,
    }


def _collate(stage: str, config: dict[str, Any], tokenised: Any, template: Any, module: dict, report: Report) -> None:
    from llamafactory.data import (
        KTODataCollatorWithPadding,
        PairwiseDataCollatorWithPadding,
        SFTDataCollatorWith4DAttentionMask,
    )

    kinds = {
        "sft": SFTDataCollatorWith4DAttentionMask,
        "dpo": PairwiseDataCollatorWithPadding,
        "kto": KTODataCollatorWithPadding,
    }
    collator = kinds[stage](template=template, pad_to_multiple_of=8, label_pad_token_id=IGNORE, **module)
    size = min(config.get("per_device_train_batch_size", 8), len(tokenised))
    batch = collator([tokenised[index] for index in range(size)])
    report.batch = {name: list(value.shape) for name, value in batch.items() if hasattr(value, "shape")}


def _estimate(stage: str, config: dict[str, Any], report: Report) -> None:
    tokens = report.splits["train"]["tokens"] * config.get("num_train_epochs", 3) + report.splits["eval"]["tokens"]
    report.minutes = cpu_minutes(stage, config, tokens)


def _without_printing() -> AbstractContextManager[object]:
    """LLaMA-Factory prints an example of each split; a step says one line."""
    import contextlib
    import io

    return contextlib.redirect_stdout(io.StringIO())
