"""Ollama's Modelfile: LLaMA-Factory's, held against the chat template, with the settings that the exam asks by."""

from __future__ import annotations

import os
import re
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.model_folder import NO_CODE
from vgpt2.training.data.fitting import ASKED, SYSTEM

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog

# Ollama draws answers by chance and punishes words that come again; SQL has such words, and the exam is greedy.
GREEDY = "PARAMETER temperature 0\nPARAMETER repeat_penalty 1.0\n"
TEMPLATE = re.compile(r'TEMPLATE """(.*?)"""\n', re.DOTALL)
PARTS = re.compile(
    r"(?P<first>.*?)\{\{ if \.System \}\}(?P<system>.*?)\{\{ end \}\}"
    r'\{\{ range \.Messages \}\}\{\{ if eq \.Role "user" \}\}(?P<user>.*?)\{\{ else if eq \.Role "assistant" \}\}.*',
    re.DOTALL,
)


def modelfile(folder: Path, template_name: str, catalog: Catalog, source: str = ".") -> tuple[str, str]:
    """The Modelfile of a model's folder with this database's system prompt as the default; or '' and why there is none.

    Args:
        template_name: LLaMA-Factory's; empty: taken from the chat template.
        source: what Ollama reads the weights from, relative to the Modelfile.
    """
    os.environ.setdefault("LLAMAFACTORY_VERBOSITY", "ERROR")
    from llamafactory.data import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments
    from transformers import AutoTokenizer

    from vgpt2.records.prompt import system_prompt

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **NO_CODE)
    own = tokenizer.apply_chat_template(
        [{"role": "system", "content": SYSTEM}, {"role": "user", "content": ASKED}],
        tokenize=False,
        add_generation_prompt=True,
    )
    known = get_template_and_fix_tokenizer(tokenizer, DataArguments(template=template_name or None))
    template = copy(known)  # LLaMA-Factory's own is the one of every later call
    template.default_system = system_prompt(catalog)
    text = template.get_ollama_modelfile(tokenizer).replace("FROM .", f"FROM {source}", 1)
    found = TEMPLATE.search(text)
    written = as_ollama_writes(found[1] if found else "")
    if own not in (written, (tokenizer.bos_token or "") + written):
        return "", f"Ollama would ask {written[:60]!r}, the model's chat template asks {own[:60]!r}"
    return text + GREEDY, ""


def as_ollama_writes(template: str) -> str:
    """What a template of the form that LLaMA-Factory writes makes of one question with a system prompt."""
    parts = PARTS.fullmatch(template)
    if parts is None:
        return ""
    system = parts["system"].replace("{{ .System }}", SYSTEM)
    return parts["first"] + system + parts["user"].replace("{{ .Content }}", ASKED)
