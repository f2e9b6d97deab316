"""The end of the chain: the last promoted model in a folder of its own, examined once more from there."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.errors import GateError
from vgpt2.exam.as_examined import as_examined
from vgpt2.files import read_json, sha256, write_json, write_text
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt
from vgpt2.model_folder import DONE, NO_CODE, SAFE, whole_folder
from vgpt2.settings import Settings
from vgpt2.training.base.base_model import base_name
from vgpt2.training.export.adapter import CONFIG, one_adapter, trained_folders
from vgpt2.training.export.card import model_card
from vgpt2.training.export.forms import Answered, ask_form
from vgpt2.training.export.modelfile import modelfile
from vgpt2.training.export.promoted import Promoted, exam_of, last_promoted, spread
from vgpt2.training.lineage import Start, checked, find_folder

EXPORT = "export.json"


def export(run_dir: Path, settings: Settings, catalog: Catalog, output: Path) -> dict[str, Any]:
    """Write `output` whole (weights, tokenizer, the stages' adapter where there is one, Modelfile, card, export.json,
    `.done` last) and return export.json.

    Raises:
        GateError: the exported model answers otherwise than the promoted one did, or its adapter is another model.
    """
    promoted = last_promoted(run_dir)
    with whole_folder(output) as temporary:
        copy_model(promoted.start, temporary)
        ollama, no_ollama = modelfile(temporary, settings.profile.model.template, catalog)
        if ollama:
            write_text(temporary / "Modelfile", ollama)
        asked = examine_again(promoted, settings, catalog, run_dir, temporary)
        forms, no_adapter = _adapter(promoted, settings, catalog, run_dir, temporary)
        result = {
            "stages": promoted.stages,
            "from": promoted.start.folder,
            "lineage": promoted.start.lineage,
            "gate": str(promoted.gate) if promoted.gate else "",
            "overrides": promoted.overrides,
            "checked": asked,
            "forms": forms,
            "without": {"adapter": no_adapter, "Modelfile": no_ollama},
            "adapter_rank": read_json(temporary / "adapter" / CONFIG)["r"] if forms else 0,
            "weights": {file.name: sha256(file) for file in sorted(temporary.glob("*.safetensors"))},
        }
        write_json(temporary / EXPORT, result)
        write_text(temporary / "README.md", model_card(run_dir, settings, catalog, promoted.stages, result))
        write_json(temporary / DONE, {"from": promoted.start.folder})
    return result


def _adapter(
    promoted: Promoted, settings: Settings, catalog: Catalog, run_dir: Path, folder: Path
) -> tuple[list[Answered], str]:
    """The adapter in a folder of its own, asked again on the base; or why there is none."""
    source = settings.profile.model
    trained = trained_folders(promoted.start.lineage, promoted.gate) if promoted.gate else []
    target = folder / "adapter"
    if why := one_adapter(trained, base_name(source.source, source.name_or_path), target):
        return [], why
    base = promoted.start.lineage[0]["model"]
    found = find_folder(base, promoted.gate) if promoted.gate else Path(base)
    exam = settings.profile.exam
    model = LocalModel(checked(found), (target,), exam.batch_size, exam.max_new_tokens)
    backend = as_examined(model, settings.profile, catalog)
    return [ask_form("adapter", backend, promoted, settings, catalog, run_dir)], ""


def copy_model(start: Start, output: Path) -> None:
    """The files of a model folder; a model of the hub is loaded and saved."""
    folder = Path(start.model)
    if folder.is_dir():
        for file in sorted(folder.iterdir()):
            if file.is_file() and file.name not in (DONE, "README.md", "pointer.json"):
                shutil.copyfile(file, output / file.name)
        return
    from transformers import AutoModelForCausalLM, AutoTokenizer

    AutoModelForCausalLM.from_pretrained(start.model, dtype="auto", **SAFE).save_pretrained(output)
    AutoTokenizer.from_pretrained(start.model, **NO_CODE).save_pretrained(output)


def examine_again(
    promoted: Promoted, settings: Settings, catalog: Catalog, run_dir: Path, folder: Path
) -> dict[str, Any]:
    """Ask the exported model some questions of the exam again; all answers must be those on record.

    Where one is not (another batch can tip a near tie, in bf16 above all), the promoted model is asked the same batch:
    the two must then agree with each other.

    Raises:
        GateError: an answer of the exported model is its own.
    """
    from vgpt2.exam.model import read_suite
    from vgpt2.exam.runner import make_prompts

    exam = exam_of(promoted, run_dir)
    if exam is None:
        return {"questions": 0, "same": True, "against": "nothing: no exam of this model"}
    recorded = {question["id"]: question["response"] for question in exam["questions"]}
    profile = settings.profile
    suite = read_suite(run_dir / "suite" / f"{profile.exam.suite}.jsonl")
    known = [question for question in suite if question.id in recorded]
    chosen = spread(known, profile.exam.export_questions)
    prompts = make_prompts(catalog, chosen, profile, exam.get("mode", ""))
    answers = _answers(folder, prompts, settings, catalog)
    against = "the exam on record"
    expected = [recorded[question.id] for question in chosen]
    if answers != expected:
        expected = _answers(Path(promoted.start.folder), prompts, settings, catalog)
        against = "the promoted model, asked again in the same batch"
    for question, answer, other in zip(chosen, answers, expected, strict=True):
        if answer != other:
            raise GateError(
                f"export: question {question.id}: the exported model answers {answer[:80]!r},"
                f" the promoted one {other[:80]!r}; {promoted.start.folder} has changed since its exam"
            )
    return {"questions": len(chosen), "ids": [question.id for question in chosen], "same": True, "against": against}


def _answers(folder: Path, prompts: list[Prompt], settings: Settings, catalog: Catalog) -> list[str]:
    exam = settings.profile.exam
    model = LocalModel(folder, (), exam.batch_size, exam.max_new_tokens)
    backend = as_examined(model, settings.profile, catalog)
    found = {answer.index: answer.text for answer in backend.answer(prompts)}
    return [found[index] for index in range(len(prompts))]
