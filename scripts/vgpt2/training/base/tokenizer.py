"""What a base model's folder needs so that LLaMA-Factory, transformers and servers write the same tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vgpt2.files import write_json

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


def chat_template(template: str) -> str:
    """The Jinja chat template that gives the same tokens as LLaMA-Factory's template of this name."""
    return CHAT_TEMPLATE.replace("__SYSTEM__", DEFAULT_SYSTEM[template])


def finish(model: Any, tokenizer: Any, template: str, output: Path) -> None:
    """Write model and tokenizer with the ends of a turn, padding on the left, and the template's chat form."""
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
