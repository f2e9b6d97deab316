"""The end of the chain: the last promoted model in a folder of its own, examined once more from there."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.errors import GateError, UserError
from vgpt2.files import read_json, write_json, write_text
from vgpt2.model_folder import DONE, NO_CODE, SAFE, whole_folder
from vgpt2.settings import Settings
from vgpt2.training.export.card import model_card
from vgpt2.training.lineage import Start, read_start

STAGES = ("kto", "dpo", "sft")
EXPORT = "export.json"


@dataclass(frozen=True)
class Promoted:
    """The model to export. `gate` is the last gate's file (None: no stage was trained)."""

    start: Start
    gate: Path | None

    @property
    def stages(self) -> list[str]:
        """The trained stages that it is made of; empty for the base model."""
        return [step["stage"] for step in self.start.lineage if step["stage"] in STAGES]

    @property
    def overrides(self) -> list[dict[str, str]]:
        """Stages that were promoted by an override, in this model's lineage: `stage` and `why`."""
        return list(read_json(self.gate).get("overrides") or ()) if self.gate else []


def last_promoted(run_dir: Path) -> Promoted:
    """What the last gate of a run names, or the base where there is no gate.

    Raises:
        UserError: neither a gate nor a base.
    """
    gates = [path for stage in STAGES if (path := run_dir / "gates" / f"{stage}.json").exists()]
    if gates:
        return Promoted(read_start(gates[0]), gates[0])
    if not (run_dir / "base").is_dir():
        raise UserError(f"{run_dir}: neither gates/ nor base/ in it; run the chain first")
    return Promoted(read_start(run_dir / "base"), None)


def export(run_dir: Path, settings: Settings, catalog: Catalog, output: Path) -> dict[str, Any]:
    """Write `output` whole (weights, tokenizer, Modelfile, card, export.json, `.done` last) and return export.json.

    Raises:
        GateError: the exported model answers otherwise than the promoted one did.
    """
    promoted = last_promoted(run_dir)
    with whole_folder(output) as temporary:
        copy_model(promoted.start, temporary)
        write_text(temporary / "Modelfile", modelfile(temporary, settings.profile.model.template, catalog))
        checked = examine_again(promoted, settings, catalog, run_dir, temporary)
        result = {
            "stages": promoted.stages,
            "from": promoted.start.folder,
            "lineage": promoted.start.lineage,
            "gate": str(promoted.gate) if promoted.gate else "",
            "overrides": promoted.overrides,
            "checked": checked,
        }
        write_json(temporary / EXPORT, result)
        write_text(temporary / "README.md", model_card(run_dir, settings, catalog, promoted.stages, result))
        write_json(temporary / DONE, {"from": promoted.start.folder})
    return result


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


def modelfile(folder: Path, template_name: str, catalog: Catalog) -> str:
    """LLaMA-Factory's Ollama Modelfile for the folder, with this database's system prompt as the default."""
    os.environ.setdefault("LLAMAFACTORY_VERBOSITY", "ERROR")
    from llamafactory.data import get_template_and_fix_tokenizer
    from llamafactory.hparams import DataArguments
    from transformers import AutoTokenizer

    from vgpt2.records.prompt import system_prompt

    tokenizer = AutoTokenizer.from_pretrained(folder, **NO_CODE)
    template = get_template_and_fix_tokenizer(tokenizer, DataArguments(template=template_name))
    template.default_system = system_prompt(catalog)
    return template.get_ollama_modelfile(tokenizer)


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
    answers = _answers(folder, prompts, settings)
    against = "the exam on record"
    expected = [recorded[question.id] for question in chosen]
    if answers != expected:
        expected = _answers(Path(promoted.start.folder), prompts, settings)
        against = "the promoted model, asked again in the same batch"
    for question, answer, other in zip(chosen, answers, expected, strict=True):
        if answer != other:
            raise GateError(
                f"export: question {question.id}: the exported model answers {answer[:80]!r},"
                f" the promoted one {other[:80]!r}; {promoted.start.folder} has changed since its exam"
            )
    return {"questions": len(chosen), "ids": [question.id for question in chosen], "same": True, "against": against}


def exam_of(promoted: Promoted, run_dir: Path) -> dict[str, Any] | None:
    """The exam result of the promoted model: that of its last stage, or of the base."""
    path = run_dir / "exam" / f"{promoted.stages[-1] if promoted.stages else 'base'}.json"
    return read_json(path) if path.exists() else None


def spread(items: list, count: int) -> list:
    """`count` items at even distances, the first among them."""
    step = max(1, len(items) // max(1, count))
    return items[::step][:count]


def _answers(folder: Path, prompts: list, settings: Settings) -> list[str]:
    from vgpt2.inference.local_model import LocalModel

    model = LocalModel(folder, (), settings.profile.exam.batch_size, settings.profile.exam.max_new_tokens)
    found = {answer.index: answer.text for answer in model.answer(prompts)}
    return [found[index] for index in range(len(prompts))]
