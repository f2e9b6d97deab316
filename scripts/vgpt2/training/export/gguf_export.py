"""The exported model as one GGUF file with its Modelfile, asked again by llama.cpp, or read back by transformers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vgpt2.errors import GateError, UserError
from vgpt2.exam.as_examined import as_examined
from vgpt2.files import read_json, sha256, write_json, write_text
from vgpt2.inference import gguf_model
from vgpt2.inference.gguf_model import GgufModel
from vgpt2.inference.local_model import LocalModel
from vgpt2.model_folder import DONE, NO_CODE, whole_folder
from vgpt2.screen import screen
from vgpt2.training.export.export import EXPORT
from vgpt2.training.export.forms import ask_form
from vgpt2.training.export.gguf_file import Unknown, write_gguf
from vgpt2.training.export.modelfile import modelfile
from vgpt2.training.export.promoted import Promoted
from vgpt2.training.lineage import Start
from vgpt2.training.merge import TOKENIZER_FILES

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.inference.backends import Backend
    from vgpt2.inference.prompts import Prompt
    from vgpt2.settings import Settings

FILE, RECORD = "model.gguf", "gguf.json"
CONVERTER = "convert_hf_to_gguf.py"
LLAMA_CPP = "LLAMA_CPP"


def export_gguf(run_dir: Path, settings: Settings, catalog: Catalog, kind: str, output: Path) -> dict[str, Any]:
    """Write `output` whole (model.gguf, Modelfile, gguf.json, `.done` last) from `export/` of a run; returns gguf.json.

    Raises:
        UserError: no exported model, or one that neither this project's writer nor llama.cpp's converter knows.
        GateError: the file cuts prompts otherwise than training did, or answers as another model would.
    """
    folder = run_dir / "export"
    if not (folder / DONE).exists():
        raise UserError(f"{folder}: no exported model; make export")
    exported = read_json(folder / EXPORT)
    gate = Path(exported["gate"]) if exported["gate"] else None
    promoted = Promoted(Start(str(folder), str(folder), exported["lineage"]), gate)
    with whole_folder(output) as temporary:
        file = temporary / FILE
        with screen().doing(f"writing {kind}"):
            written_by = _write(folder, kind, file, settings.run)
        check_kind(file, folder)
        ollama, no_ollama = modelfile(folder, settings.profile.model.template, catalog, f"./{FILE}")
        if ollama:
            write_text(temporary / "Modelfile", ollama)
        with _asked(file, folder, settings, catalog) as backend:
            of_llama_cpp = isinstance(backend, GgufModel)
            read_by = backend.read_by if isinstance(backend, GgufModel) else "transformers, which reads it back"

            def look(prompts: Sequence[Prompt]) -> None:
                if isinstance(backend, GgufModel):
                    check_tokens(backend, folder, prompts)

            form = ask_form(f"GGUF {kind}", backend, promoted, settings, catalog, run_dir, read_by, look)
        result = {
            "kind": kind,
            "written_by": written_by,
            "sha256": sha256(file),
            "bytes": file.stat().st_size,
            "of": exported.get("weights", {}),
            "tokens_checked": of_llama_cpp and bool(form["questions"]),
            "form": form,
            "without": {"Modelfile": no_ollama},
        }
        write_json(temporary / RECORD, result)
        write_json(temporary / DONE, {"kind": kind})
    return result


def check_kind(file: Path, folder: Path) -> None:
    """A byte-level BPE that is written as another kind ends llama.cpp itself, and us with it, at the first question.

    Raises:
        GateError: so it is, as llama.cpp's converter does with some that it takes for SentencePiece.
    """
    from gguf import GGUFReader

    path = folder / "tokenizer.json"
    own = read_json(path) if path.exists() else {}
    if '"ByteLevel"' not in json.dumps(own.get("pre_tokenizer")):
        return
    field = GGUFReader(file).get_field("tokenizer.ggml.model")
    if (said := field.contents() if field else None) != "gpt2":
        raise GateError(f"{file}: the model's tokenizer is a byte-level BPE, in this file it is {said!r}; it is no use")


def check_tokens(model: GgufModel, folder: Path, prompts: Sequence[Prompt]) -> None:
    """A file whose tokenizer cuts prompts otherwise than the one that the model was trained with is another model.

    Raises:
        GateError: names the place where the first of them differs.
    """
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder, **NO_CODE)
    for prompt in prompts:
        text = tokenizer.apply_chat_template(prompt.messages(), tokenize=False, add_generation_prompt=True)
        known = tokenizer(text, add_special_tokens=False)["input_ids"]
        found = model.tokens(prompt)
        if found != known:
            pairs = zip(known, found, strict=False)
            place = next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(known), len(found)))
            raise GateError(
                f"{model.model}: its tokenizer writes {tokenizer.decode(found[place : place + 4])!r} where training"
                f" wrote {tokenizer.decode(known[place : place + 4])!r} (token {place + 1}); this file is no use"
            )


def _write(folder: Path, kind: str, file: Path, name: str) -> str:
    """Write the file; returns by what. llama.cpp's converter is asked for what our writer does not know."""
    try:
        write_gguf(folder, kind, file, name)
        return "gguf"
    except Unknown as unknown:
        converter = find_converter()
        if converter is None:
            raise UserError(
                f"{unknown.message}; llama.cpp's converter knows more: set {LLAMA_CPP} to its folder"
            ) from None
        file.unlink(missing_ok=True)
        command = [sys.executable, str(converter), str(folder), "--outtype", kind, "--outfile", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not file.exists():
            why = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise UserError(f"{folder}: {converter} could not convert it ({why[:200]})") from None
        return str(converter.name)


def find_converter() -> Path | None:
    """llama.cpp's converter: in the folder that LLAMA_CPP names, else on the path.

    Raises:
        UserError: the folder has none.
    """
    if folder := os.environ.get(LLAMA_CPP, ""):
        found = Path(folder) / CONVERTER
        if not found.is_file():
            raise UserError(f"{LLAMA_CPP}={folder}: no {CONVERTER} in it; give the folder of llama.cpp's source")
        return found
    on_path = shutil.which(CONVERTER)
    return Path(on_path) if on_path else None


@contextmanager
def _asked(file: Path, folder: Path, settings: Settings, catalog: Catalog) -> Iterator[Backend]:
    """Who answers for a file, as the exam is asked: llama.cpp where its package is here, else transformers, which reads
    the weights back."""
    exam = settings.profile.exam
    if gguf_model.can_ask():
        yield GgufModel(file, exam.max_new_tokens).bounded(settings.profile.decode, catalog)
        return
    with tempfile.TemporaryDirectory(prefix="gguf-") as scratch:
        read_back(file, folder, Path(scratch))
        model = LocalModel(scratch, (), exam.batch_size, exam.max_new_tokens)
        yield as_examined(model, settings.profile, catalog)


def read_back(file: Path, folder: Path, output: Path) -> None:
    """A GGUF file's weights as transformers reads them, with the tokenizer of the folder that it was made of.

    Raises:
        UserError: transformers cannot read this architecture from GGUF.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype="auto", **NO_CODE)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        first = (str(error).strip().splitlines() or ["no message"])[0]
        raise UserError(
            f"{file}: transformers cannot read it ({first[:200]}); pip install {gguf_model.PACKAGE} asks it itself"
        ) from None
    model.save_pretrained(output)
    for name in (*TOKENIZER_FILES, "config.json"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, output / name)
