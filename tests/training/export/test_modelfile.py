"""Ollama asks what the model was trained on, or there is no Modelfile."""

from __future__ import annotations

import pytest

from vgpt2.catalog.model import Catalog
from vgpt2.settings import load_database
from vgpt2.training.export.modelfile import TEMPLATE, as_ollama_writes, modelfile


@pytest.fixture(scope="module")
def catalog():
    return Catalog(load_database("vista.yaml"))


def test_its_template_writes_what_the_chat_template_writes(tiny_base, catalog):
    text, why = modelfile(tiny_base, "qwen", catalog, "./model.gguf")
    assert why == ""
    assert text.count("FROM ./model.gguf\n") == 1
    assert as_ollama_writes(TEMPLATE.search(text)[1]) == (
        "<|im_start|>system\nYou write T-SQL.<|im_end|>\n"
        "<|im_start|>user\nHow many jobs are open?<|im_end|>\n<|im_start|>assistant\n"
    )
    for line in ('PARAMETER stop "<|im_end|>"', "PARAMETER temperature 0", "PARAMETER repeat_penalty 1.0"):
        assert f"\n{line}\n" in text
    assert 'SYSTEM """You write T-SQL for Viewpoint Vista' in text


def test_one_that_would_ask_otherwise_is_not_written(tiny_base, catalog):
    text, why = modelfile(tiny_base, "llama3", catalog)
    assert text == ""
    assert why.startswith("Ollama would ask '<|im_start|><|start_header_id|>system")
    assert "the model's chat template asks '<|im_start|>system\\nYou write T-SQL" in why


def test_a_template_of_another_form_is_none():
    assert as_ollama_writes("{{ .Prompt }}") == ""
