"""The arguments that LLaMA-Factory takes, read from its source without importing it (that takes 7 seconds)."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError, did_you_mean

# What `report_to` may name, and the package that it needs.
REPORT_TO = {
    "azure_ml": "azureml",
    "clearml": "clearml",
    "codecarbon": "codecarbon",
    "comet_ml": "comet_ml",
    "dagshub": "dagshub",
    "dvclive": "dvclive",
    "flyte": "flytekit",
    "kubeflow": "kubeflow",
    "mlflow": "mlflow",
    "neptune": "neptune",
    "swanlab": "swanlab",
    "tensorboard": "tensorboard",
    "trackio": "trackio",
    "wandb": "wandb",
}
SOURCES = {
    "llamafactory": (
        "hparams/model_args.py",
        "hparams/data_args.py",
        "hparams/training_args.py",
        "hparams/finetuning_args.py",
        "hparams/generating_args.py",
    ),
    "transformers": ("training_args.py", "training_args_seq2seq.py"),
}


def known_arguments() -> set[str]:
    """Every key that a training YAML may hold; empty where LLaMA-Factory is not installed.

    All annotated names of the argument modules, so a few more than the parser takes, never fewer.
    """
    known: set[str] = set()
    for package, files in SOURCES.items():
        try:
            spec = find_spec(package)
        except ImportError:  # an import hook may refuse it
            return set()
        if spec is None or spec.origin is None:
            return set()
        for name in files:
            path = Path(spec.origin).parent / name
            if path.exists():
                known.update(_annotated_names(path))
    return known


def check_arguments(keys: Iterable[str], where: str, known: set[str] | None = None) -> None:
    """Stop at the first key that LLaMA-Factory does not take.

    Raises:
        UserError: names the key, the nearest known one, and `where` it stands.
    """
    known = known_arguments() if known is None else known
    for key in keys:
        if known and key not in known:
            raise UserError(f"{where}: LLaMA-Factory takes no argument '{key}'{did_you_mean(key, known)}")


def check_report_to(report_to: Any, where: str) -> None:
    """Stop where what a training is to report to is not installed, before a model is loaded for it.

    Raises:
        UserError: names the package, or the nearest name that transformers knows.
    """
    for name in [report_to] if isinstance(report_to, str) else report_to or []:
        if name in ("none", "all"):
            continue
        if name not in REPORT_TO:
            raise UserError(f"{where}: transformers knows no '{name}'{did_you_mean(name, REPORT_TO)}")
        if find_spec(REPORT_TO[name]) is None:
            raise UserError(f"{where}: {name} is not installed; pip install {REPORT_TO[name]}")


def _annotated_names(path: Path) -> Iterable[str]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    yield item.target.id
