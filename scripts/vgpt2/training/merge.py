"""After training: one whole model in `merged/`, the only form in which a stage is examined, trained on and exported."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from vgpt2.files import sha256, write_json
from vgpt2.model_folder import DONE, NO_CODE, SAFE, check_adapter, file_sizes, is_local, whole_folder

LINEAGE = "lineage.json"
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "chat_template.jinja",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "generation_config.json",
)


def merge(base: str, trained: Path, output: Path, lineage: list[dict[str, str]]) -> None:
    """Merge the adapter in `trained` into `base` (full tuning: take its weights as they are) and write `output` whole.

    Weights keep the type of the base; tokenizer and chat template are the base's, byte for byte; `lineage.json` says
    which stages it is made of.
    """
    with whole_folder(output) as temporary:
        _write(base, trained, temporary, lineage)


def _write(base: str, trained: Path, temporary: Path, lineage: list[dict[str, str]]) -> None:
    if (trained / "adapter_config.json").exists():
        _merge_adapter(base, trained, temporary)
    else:
        for file in (*trained.glob("model*.safetensors*"), trained / "config.json"):
            link_or_copy(file, temporary / file.name)
    _tokenizer(base, temporary)
    write_json(temporary / LINEAGE, lineage)
    weights = {file.name: sha256(file) for file in sorted(temporary.glob("*.safetensors"))}
    write_json(temporary / DONE, {"base": base, "weights": weights, "files": file_sizes(temporary)})


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link where the file system has them: the weights of a full tuning need not lie there twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _merge_adapter(base: str, adapter: Path, output: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    check_adapter(adapter, base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype="auto", low_cpu_mem_usage=True, **SAFE)
    # safe_merge stops at weights that are not numbers, before they reach an exam
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload(safe_merge=True)
    merged.save_pretrained(output)


def _tokenizer(base: str, output: Path) -> None:
    if is_local(base):
        for name in TOKENIZER_FILES:
            if (Path(base) / name).exists():
                shutil.copyfile(Path(base) / name, output / name)
    else:
        from transformers import AutoTokenizer

        AutoTokenizer.from_pretrained(base, **NO_CODE).save_pretrained(output)
