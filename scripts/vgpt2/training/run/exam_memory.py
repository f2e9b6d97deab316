"""Whether a GPU holds the model that is examined: whole and in bf16, also where it is trained in four bits."""

from __future__ import annotations

import math
from typing import Any

from vgpt2.errors import UserError
from vgpt2.settings import ExamSettings
from vgpt2.training.model_size import weight_count
from vgpt2.training.run.dry_run import model_config
from vgpt2.training.run.memory import GIB, PROCESS, available

ITEM = 2  # bytes of a number in bf16


def check_exam_memory(config: dict[str, Any], exam: ExamSettings, tokens: int) -> None:
    """Stop before a training whose model could not be examined on this machine's GPU.

    The exam, the harvest and the export load the merged model in bf16 on one GPU. Counted are its weights, and keys
    and values of a batch of prompts with their answers (2 numbers a layer, head and dimension for each token; Pope et
    al. 2022, section 2.1). On a CPU, and where the size of the model is not known, nothing is said.

    Args:
        config: the arguments of LLaMA-Factory.
        tokens: of the longest row, prompt and answer.

    Raises:
        UserError: more is needed than there is; names the way out.
    """
    name = config["model_name_or_path"]
    weights = weight_count(name) * ITEM
    there, where = available(config)
    if config.get("use_cpu") or not weights or math.isinf(there):
        return
    row = _cache_of_a_token(name) * tokens
    held = PROCESS["cuda"] + weights
    if held + exam.batch_size * row <= there:
        return
    needed = f"about {(held + exam.batch_size * row) / GIB:.1f} GiB of memory needed"
    said = f"the exam loads {name} in bf16 on one GPU: {needed} (weights {weights / GIB:.1f}), {there / GIB:.1f} GiB"
    rows = int((there - held) // row) if row else 0
    if rows >= 1:
        raise UserError(f"{said} {where}; set exam.batch_size: {rows} in the profile")
    raise UserError(
        f"{said} {where}, though four bits may be enough to train it; take a GPU with more memory (an H100 has 80 GB),"
        " or a smaller MODEL"
    )


def _cache_of_a_token(name: str) -> float:
    """Bytes of the keys and values of one token, all layers together."""
    made = model_config(name)
    heads = made.num_attention_heads
    size = getattr(made, "head_dim", None) or made.hidden_size // heads
    return 2.0 * made.num_hidden_layers * (getattr(made, "num_key_value_heads", None) or heads) * size * ITEM
