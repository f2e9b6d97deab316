"""Asking an exam's questions here, against LLaMA-Factory's own prediction of the same prompts; bounded answers against
free ones; several answers at once against one after another.

Both engines decode SmolLM2-135M greedily on the CPU in fp32, up to the same number of tokens; LLaMA-Factory at its best
batch size. Seconds are those of answering, without the start and the load of the model.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.bench.catalog import Figure
from vgpt2.errors import UserError
from vgpt2.exam.model import Question
from vgpt2.files import digest, read_json, read_jsonl, write_json, write_text
from vgpt2.inference.prompts import Prompt
from vgpt2.model_folder import whole_folder
from vgpt2.settings import Decode, Profile, load_profile

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog

# What LLaMA-Factory asks for with `predict_with_generate`, for a score that nobody reads here.
PACKAGES = ("jieba==0.42.1", "nltk==3.10.4", "rouge-chinese==1.0.3", "six==1.17.0")
PROFILE = "cpu"
BATCHES = (1, 4, 8, 16, 32)
# So many prompts, answered by so many tokens at most, tell what bounds cost, and so many answers what sharing saves.
FEW, SHORT, TIMES = 16, 64, 4


@dataclass(slots=True)
class Answered:
    """Who answered: its name, the texts in the order of the prompts, and the seconds that it took."""

    name: str
    texts: list[str]
    seconds: float


def measure(run_dir: Path, folder: Path, count: int = 50, batches: Sequence[int] = BATCHES) -> list[Figure]:
    """The first `count` questions of the run's quick suite, answered by both; files go below `folder`."""
    from vgpt2.catalog.store import load
    from vgpt2.exam.model import read_suite
    from vgpt2.exam.runner import make_prompts
    from vgpt2.training.base.base_model import make_base

    profile = load_profile(PROFILE)
    model = folder / "model"
    make_base(profile.model, profile.seed, run_dir / "catalog.json", model)
    questions = read_suite(run_dir / "suite" / "quick.jsonl")[:count]
    catalog = load(run_dir / "catalog.json")
    prompts = make_prompts(catalog, questions, profile, "schema")
    ours = answer_here(model, prompts, profile)
    dataset(folder, questions, prompts)
    theirs = [predict(model, folder, profile, batch) for batch in batches]
    best = min(theirs, key=lambda answered: answered.seconds)
    same = sum(text.startswith(own) for own, text in zip(ours.texts, best.texts, strict=True))
    tries = ", ".join(f"{answered.name} {answered.seconds:.1f} s" for answered in theirs)
    ratio = best.seconds / ours.seconds
    return [
        Figure(f"LLaMA-Factory's predict of {count} questions", tries, "-"),
        Figure(
            f"an exam's answers to them, {ours.name}", f"{ours.seconds:.1f} s, {ratio:.1f} times as fast", "3 times"
        ),
        Figure("the same answers, as far as the exam reads them", f"{same} of {count}", f"{count}"),
        *bounded_here(model, prompts[:FEW], profile, catalog),
        several_here(model, prompts[: FEW // 2], profile),
    ]


def bounded_here(model: Path, prompts: Sequence[Prompt], profile: Profile, catalog: Catalog) -> list[Figure]:
    """Tokens a second of answers that are bounded, beside those of free ones."""
    from vgpt2.inference.local_model import LocalModel

    loaded = LocalModel(model, (), profile.exam.batch_size, SHORT)
    rates = {}
    modes: tuple[Decode, ...] = ("free", "names", "grammar")
    for mode in modes:
        loaded.bounded(mode, catalog)
        list(loaded.answer(prompts[:1], 4))  # what is made once
        started = time.perf_counter()
        tokens = sum(answer.tokens for answer in loaded.answer(prompts))
        rates[mode] = tokens / (time.perf_counter() - started)
    return [
        Figure(
            f"tokens a second, {len(prompts)} answers of at most {SHORT}, decode: {mode}",
            f"{rates[mode]:.0f} of {rates['free']:.0f} free ({rates[mode] / rates['free']:.0%})",
            "85 %",
        )
        for mode in modes[1:]
    ]


def several_here(model: Path, prompts: Sequence[Prompt], profile: Profile) -> Figure:
    """Several drawn answers to each prompt at once, beside one after another."""
    from vgpt2.inference.draws import Drawn
    from vgpt2.inference.local_model import LocalModel

    loaded = LocalModel(model, (), profile.exam.batch_size, SHORT)
    seeds = [range(number, number + TIMES) for number in range(0, TIMES * len(prompts), TIMES)]
    started = time.perf_counter()
    for number in range(TIMES):
        list(loaded.answer(prompts, drawn=Drawn(1.0, [own[number] for own in seeds])))
    apart = time.perf_counter() - started
    copies = [prompt for prompt in prompts for _ in range(TIMES)]
    started = time.perf_counter()
    list(loaded.answer(copies, drawn=Drawn(1.0, [seed for own in seeds for seed in own])))
    together = time.perf_counter() - started
    return Figure(
        f"{TIMES} answers to each of {len(prompts)} questions at once",
        f"{together:.1f} s, {apart / together:.1f} times as fast as one after another ({apart:.1f} s)",
        "-",
    )


def answer_here(model: Path, prompts: Sequence[Prompt], profile: Profile) -> Answered:
    """The answers of the exam's own backend."""
    from vgpt2.inference.local_model import LocalModel

    loaded = LocalModel(model, (), profile.exam.batch_size, profile.exam.max_new_tokens)
    started = time.perf_counter()
    texts = {answer.index: answer.text for answer in loaded.answer(prompts)}
    seconds = time.perf_counter() - started
    return Answered(f"batch {profile.exam.batch_size}", [texts[index] for index in range(len(prompts))], seconds)


def dataset(folder: Path, questions: Sequence[Question], prompts: Sequence[Prompt]) -> None:
    """The prompts as a dataset of LLaMA-Factory's, the golds as its answers."""
    rows = [
        {
            "system": prompt.system,
            "instruction": prompt.instruction,
            "input": prompt.input,
            "output": (question.gold.sql or (question.gold.answer,))[0] or "-",
        }
        for question, prompt in zip(questions, prompts, strict=True)
    ]
    write_json(folder / "exam.json", rows)
    columns = {"prompt": "instruction", "query": "input", "response": "output", "system": "system"}
    write_json(folder / "dataset_info.json", {"exam": {"file_name": "exam.json", "columns": columns}})


def packages() -> Path:
    """A folder with PACKAGES, installed once.

    Raises:
        UserError: pip could not install them.
    """
    from vgpt2.training.base.embedded import cache_folder

    folder = cache_folder() / f"predict-{digest(PACKAGES, 12)}"
    if not folder.is_dir():
        with whole_folder(folder) as temporary:
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            run = subprocess.run([*pip, "--target", str(temporary), *PACKAGES], capture_output=True, text=True)
            if run.returncode:
                why = (run.stderr.strip().splitlines() or ["no message"])[-1]
                raise UserError(f"bench: pip could not install {', '.join(PACKAGES)} ({why}); they come from PyPI")
    return folder


def predict(model: Path, folder: Path, profile: Profile, batch: int) -> Answered:
    """The answers of `llamafactory-cli train` with `do_predict` and `predict_with_generate`.

    Raises:
        UserError: it ended with an error.
    """
    import yaml

    from vgpt2.training.run import launch

    output = folder / f"predict-{batch}"
    config = {
        "model_name_or_path": str(model),
        "stage": "sft",
        "do_predict": True,
        "predict_with_generate": True,
        "finetuning_type": "full",
        "template": profile.model.template,
        "dataset_dir": str(folder),
        "eval_dataset": "exam",
        "cutoff_len": 4096,
        "output_dir": str(output),
        "per_device_eval_batch_size": batch,
        "max_new_tokens": profile.exam.max_new_tokens,
        "do_sample": False,
        "use_cpu": True,
        "report_to": "none",
    }
    write_text(output.with_suffix(".yaml"), yaml.safe_dump(config))
    env = launch.environment(profile.launch, str(model), folder / "cache", 1)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(packages()), env.get("PYTHONPATH", "")]))
    log = output.with_suffix(".log")
    launch.run(launch.command(output.with_suffix(".yaml")), env, log, lambda line: None)
    rows = read_jsonl(output / "generated_predictions.jsonl")
    seconds = read_json(output / "predict_results.json")["predict_runtime"]
    return Answered(f"batch {batch}", [row["predict"].strip() for row in rows], seconds)
