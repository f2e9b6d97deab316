"""A model's folder as one GGUF file, the form of llama.cpp and Ollama, written with llama.cpp's own `gguf` package.

For Qwen2 and Llama models with a byte-level BPE, which the project's profiles train. llama.cpp's converter knows many
more, but tells a tokenizer by a hash of known ones: one that was made anew it refuses, or takes for SentencePiece.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.errors import UserError
from vgpt2.model_folder import NO_CODE
from vgpt2.yaml_file import read_yaml_file

if TYPE_CHECKING:
    import numpy as np
    from gguf import GGMLQuantizationType, GGUFWriter

FAMILIES = ("qwen2", "llama")
# Adds or leaves out a token at the beginning: the chat template writes all there are.
FIRST = ("add_bos_token", "add_eos_token")


class Unknown(UserError):
    """A model that this writer has no form for; llama.cpp's converter may have one."""


def write_gguf(folder: Path, kind: str, output: Path, name: str) -> None:
    """Write the model of a folder (config, safetensors, tokenizer) as the file `output`, one tensor at a time.

    Args:
        kind: type of the matrices: f32, f16, bf16, or q8_0 (8 bits and a scale for 32 weights). Vectors stay f32.
        name: what the file says it is.

    Raises:
        Unknown: another architecture, tokenizer or rotary embedding than this writer knows.
    """
    import gguf
    from transformers import AutoConfig

    config: Any = AutoConfig.from_pretrained(folder, **NO_CODE)
    if config.model_type not in FAMILIES:
        raise Unknown(f"{folder}: a model of the type {config.model_type}, known are {' and '.join(FAMILIES)}")
    writer = gguf.GGUFWriter(output, config.model_type)
    writer.add_name(name)
    writer.add_file_type(_file_type(kind))
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    _shape(writer, config, folder)
    _tokens(writer, config, folder)
    listed = list(_tensors(folder, config, kind))
    for tensor, kept, shape, _ in listed:
        stored = gguf.quants.quant_shape_to_byte_shape(shape, kept)
        size = 1
        for length in stored:
            size *= length
        writer.add_tensor_info(tensor, stored, _bytes_type(), size, raw_dtype=kept)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for _, kept, _, read in listed:
        writer.write_tensor_data(gguf.quants.quantize(read(), kept))
    writer.close()


def _file_type(kind: str) -> int:
    from gguf import LlamaFileType

    return int(LlamaFileType.ALL_F32 if kind == "f32" else LlamaFileType[f"MOSTLY_{kind.upper()}"])


def _bytes_type() -> np.dtype:
    import numpy as np

    return np.dtype(np.uint8)


def _shape(writer: GGUFWriter, config: Any, folder: Path) -> None:
    """Layers, widths, heads and the rotary embedding."""
    rope = config.rope_parameters
    if rope.get("rope_type", "default") != "default" or getattr(config, "use_sliding_window", False):
        raise Unknown(f"{folder}: a rotary embedding or attention that is scaled ({rope.get('rope_type')})")
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)


def _tokens(writer: GGUFWriter, config: Any, folder: Path) -> None:
    """The vocabulary with its merges, how a text is cut before them, the special tokens and the chat template."""
    from gguf import SpecialVocab, TokenType
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **NO_CODE)
    own = json.loads(tokenizer.backend_tokenizer.to_str())
    if own["model"]["type"] != "BPE":
        raise Unknown(f"{folder}: a tokenizer of the type {own['model']['type']}, known is BPE")
    texts = {number: text for text, number in tokenizer.get_vocab().items()}
    added = tokenizer.added_tokens_decoder
    names, kinds = [], []
    for number in range(config.vocab_size):
        names.append(texts.get(number, f"[PAD{number}]"))
        token = added.get(number)
        kind = TokenType.NORMAL if token is None else TokenType.CONTROL if token.special else TokenType.USER_DEFINED
        kinds.append(kind if number in texts else TokenType.UNUSED)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_cut(own["pre_tokenizer"], folder))
    writer.add_token_list(names)
    writer.add_token_types(kinds)
    special = SpecialVocab(folder, load_merges=True, n_vocab=config.vocab_size)
    special.add_special_token = {}
    special.add_to_gguf(writer)
    for key in FIRST:
        getattr(writer, f"add_{key}")(False)


@cache
def _cuts() -> dict[str, dict[str, Any]]:
    return read_yaml_file(Path(__file__).with_name("cuts.yaml")).values


def _cut(pre_tokenizer: dict[str, Any], folder: Path) -> str:
    """llama.cpp's name for how a tokenizer cuts a text before its merges."""
    parts = pre_tokenizer.get("pretokenizers", [pre_tokenizer])
    found = {
        "digits": any(part["type"] == "Digits" and part["individual_digits"] for part in parts),
        "split": next((part["pattern"].get("Regex", "") for part in parts if part["type"] == "Split"), ""),
        "regex": any(part["type"] == "ByteLevel" and part["use_regex"] for part in parts),
    }
    whole = parts[-1]["type"] == "ByteLevel" and not parts[-1]["add_prefix_space"]
    for name, cut in _cuts().items():
        if whole and found == cut:
            return name
    raise Unknown(f"{folder}: a tokenizer that cuts texts in a way of its own")


def _tensors(folder: Path, config: Any, kind: str) -> Iterator[tuple[str, GGMLQuantizationType, list[int], Any]]:
    """Name there, type, shape, and a function that reads the numbers, of every tensor of a model."""
    import gguf
    from safetensors import safe_open

    arch = next(arch for arch, name in gguf.MODEL_ARCH_NAMES.items() if name == config.model_type)
    names = gguf.get_tensor_name_map(arch, config.num_hidden_layers)
    wanted = gguf.GGMLQuantizationType[kind.upper()]
    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, "pt") as weights:
            for key in weights.keys():  # noqa: SIM118 - it is no mapping
                name = names.get_name(key, try_suffixes=(".weight", ".bias"))
                if name is None:
                    raise Unknown(f"{file}: a tensor {key}, of which llama.cpp has none in this architecture")
                shape = list(weights.get_slice(key).get_shape())
                matrix = len(shape) > 1
                fits = shape[-1] % gguf.GGML_QUANT_SIZES[wanted][0] == 0
                kept = wanted if fits else gguf.GGMLQuantizationType.F16
                yield name, kept if matrix else gguf.GGMLQuantizationType.F32, shape, _reader(file, key, config)


def _reader(file: Path, key: str, config: Any) -> Any:
    def read() -> np.ndarray:
        from safetensors import safe_open

        with safe_open(file, "pt") as weights:
            numbers = weights.get_tensor(key).float().numpy()
        if config.model_type == "llama" and (heads := _heads(key, config)):
            # llama.cpp rotates neighbours, transformers the halves of a head
            return numbers.reshape(heads, 2, -1, *numbers.shape[1:]).swapaxes(1, 2).reshape(numbers.shape)
        return numbers

    return read


def _heads(key: str, config: Any) -> int:
    if ".q_proj." in key:
        return int(config.num_attention_heads)
    return int(config.num_key_value_heads) if ".k_proj." in key else 0
