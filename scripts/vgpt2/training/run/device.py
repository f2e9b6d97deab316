"""Whether the GPU that a profile trains on is one that torch can use; said before hours go by on a processor.

On Windows the registry's torch is the build for CPUs: `nvidia-smi` shows a GPU, and a 7B model would train for weeks.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from vgpt2.errors import UserError

VISIBLE = "CUDA_VISIBLE_DEVICES"


def gpus() -> list[str]:
    """What `nvidia-smi` names, each like `NVIDIA RTX A6000`; empty where there is none, or no driver."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    words = [program, "--query-gpu=name", "--format=csv,noheader"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def check_device(profile: str, use_cpu: bool, bf16: bool = False, needed: bool = False) -> None:
    """Stop where the profile means a GPU and torch cannot use the one that is there.

    Args:
        bf16: what the stage trains in.
        needed: stop too where there is no GPU at all; without, data may be looked at on any machine.

    Raises:
        UserError: says why torch sees none, and the ways out.
    """
    if use_cpu:
        return
    import torch

    if torch.accelerator.is_available():
        if bf16 and torch.cuda.is_available() and not torch.cuda.is_bf16_supported(including_emulation=False):
            name = torch.cuda.get_device_name(0)
            raise UserError(f"{name} has no bf16: set train.common to {{bf16: false, fp16: true}} in profile {profile}")
        return
    there = gpus()
    if there:
        raise UserError(f"{there[0]} is there, but torch {torch.__version__} sees no GPU: {_why(torch.version.cuda)}")
    if needed:
        raise UserError(f"profile {profile} trains on a GPU, and there is none here; PROFILE=cpu is for this machine")


def _why(cuda: str | None) -> str:
    if cuda is None:
        return (
            "it is the build for CPUs; set up with one for CUDA by TORCH_INDEX=https://download.pytorch.org/whl/cu128"
            " (run_pipeline.ps1: -TorchIndex), run in the container (-Container), or take PROFILE=cpu"
        )
    if VISIBLE in os.environ:
        return f"{VISIBLE}={os.environ[VISIBLE]} hides it; unset that, or take PROFILE=cpu"
    return f"it is built for CUDA {cuda}, and the driver is too old for that; update the driver, or take PROFILE=cpu"
