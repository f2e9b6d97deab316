"""A made-up Qwen2 of about a million weights, whose tokenizer is trained on a catalog: the chain in minutes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgpt2.training.base.tokenizer import finish

TINY_VOCABULARY = 4096


def make_tiny(catalog: Any, seed: int, output: Path) -> str:
    """Write the model of this seed, and return a sentence about it."""
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
    finish(model, wrapped, "qwen", output)
    return f"a made-up Qwen2, {model.num_parameters():,} weights, vocabulary {len(wrapped):,}"


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
