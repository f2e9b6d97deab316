"""The model card of an exported model: where it comes from, what it was trained on, how it did, how to run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.files import read_json
from vgpt2.settings import Settings
from vgpt2.training.base.base_model import base_name
from vgpt2.training.base.licence import licence_of
from vgpt2.training.run import fit

RATES = ("right", "hallucination", "false_refusal", "syntax")
# The ranks that vLLM makes room for (`--max-lora-rank`).
VLLM_RANKS = (8, 16, 32, 64, 128, 256, 320, 512)


def model_card(run_dir: Path, settings: Settings, catalog: Catalog, stages: list[str], result: dict[str, Any]) -> str:
    """README.md of the export, as Markdown with the hub's front matter."""
    from vgpt2.records.prompt import system_prompt

    profile = settings.profile
    overrides = result.get("overrides", ())
    base = base_name(profile.model.source, profile.model.name_or_path)
    licence = licence_of(profile.model)
    front = ["---", "pipeline_tag: text-generation", "library_name: transformers", "tags: [text-to-sql, t-sql]"]
    if profile.model.source != "tiny":
        front += [f"base_model: {base}", *([f"license: {licence.lower()}"] if licence else [])]
    lines = [*front, "---", "", f"# A T-SQL model for {catalog.database.title}", ""]
    if not stages:
        lines += ["**No stage was promoted: this is the base model, untouched.**", ""]
    parts = {
        "Training data": _data(run_dir, stages),
        "Exam": [
            *_exam(run_dir, stages),
            "",
            f"Asked again after the export: {result['checked']['questions']} questions, the same answers"
            f" ({result['checked']['against']}).",
            *(line for form in result.get("forms", ()) for line in ("", form_line(form))),
        ],
        "Where it comes from": _lineage(run_dir, settings, result),
        "Prompt": [
            f"System: `{system_prompt(catalog)}`",
            "",
            "User: the question, then the schema of the tables that it may need, a line a table:"
            " `Name(columns) key columns -- description`.",
        ],
        "To run it": _to_run(base, result),
        "Limits": _limits(run_dir, settings, catalog, stages),
    }
    lines += [
        f"Base model: {base}. Stages: {', '.join(stages) or 'none'}."
        f" Profile `{settings.profile_name}`, seed {settings.seed}.",
        "",
        f"Licence of the base model: {licence or 'not stated anywhere that was asked; look before you pass it on'}.",
        "",
        *(f"**{item['stage']} was promoted by an override, not by its exam:** {item['why']}\n" for item in overrides),
    ]
    for title, text in parts.items():
        lines += [f"## {title}", "", *text, ""]
    return "\n".join(lines)


def form_line(form: dict[str, Any]) -> str:
    """What a further form of the model answered."""
    if not form["questions"]:
        return f"As {form['form']} ({form['read_by']}): not asked, there is no exam of this model."
    return (
        f"As {form['form']} ({form['read_by']}): {form['same']} of {form['questions']} answers the same,"
        f" {form['right']} right ({form['right_before']} before)."
    )


def _data(run_dir: Path, stages: list[str]) -> list[str]:
    lines = ["| stage | rows | tokens | longest row | made of |", "|---|---:|---:|---:|---|"]
    for stage in stages:
        path = run_dir / "preflight" / f"{stage}.json"
        if path.exists():
            train = read_json(path)["splits"]["train"]
            counts = f"{train['rows']:,} | {train['tokens']:,} | {train['max_tokens']:,}"
            lines.append(f"| {stage} | {counts} | {_mix(run_dir / 'audit' / f'{stage}.json')} |")
    for stage in stages:
        if less := fit.halved(run_dir / "saves" / stage):
            evaluated = f", evaluated with {less[fit.EVALUATED]}," if fit.EVALUATED in less else ""
            said = f"trained with {less[fit.BATCH]} rows at a time{evaluated} instead"
            lines += ["", f"{stage}: memory was not enough; {said}."]
    return lines if len(lines) > 2 else ["None."]


def _mix(audit: Path) -> str:
    """The kinds of a dataset by their share, the largest first, how much of it refuses, and how many preferences are of
    the model's own answers."""
    figures = read_json(audit).get("figures", {}) if audit.exists() else {}
    said = []
    for name in ("kind", "polarity", "origin"):
        counts = figures.get(name, {})
        total = sum(counts.values())
        shown = {"refusals": counts.get("refuse", 0)} if name == "polarity" else counts
        ranked = sorted(shown.items(), key=lambda item: (-item[1], item[0]))
        said += [f"{kind} {count / total:.0%}" for kind, count in ranked] if total else []
    return ", ".join(said)


def _exam(run_dir: Path, stages: list[str]) -> list[str]:
    lines = ["| model | questions | " + " | ".join(RATES) + " |", "|---|---:|" + "---:|" * len(RATES)]
    for name in ("base", *stages):
        path = run_dir / "exam" / f"{name}.json"
        if path.exists():
            exam = read_json(path)
            cells = [_rate(exam["rates"].get(rate)) for rate in RATES]
            lines.append(f"| {name} | {len(exam['questions'])} | " + " | ".join(cells) + " |")
    if len(lines) == 2:
        return ["None on record."]
    return [*lines, "", "In brackets: the range in which the rate lies with 95 % certainty (Wilson)."]


def _rate(found: dict[str, Any] | None) -> str:
    if not found:
        return ""
    low, high = found.get("interval", (None, None))
    return f"{found['rate']:.1%}" + (f" ({low:.0%} to {high:.0%})" if low is not None else "")


def _lineage(run_dir: Path, settings: Settings, result: dict[str, Any]) -> list[str]:
    """What made it, each with the checksum by which it is known."""
    lines = ["| what | SHA-256 |", "|---|---|"]
    manifest = run_dir / "data" / "manifest.json"
    known = read_json(manifest) if manifest.exists() else {}
    if catalog := known.get("inputs", {}).get("catalog"):
        lines.append(f"| catalog of {settings.source} | `{catalog}` |")
    for name, item in known.get("outputs", {}).items():
        if name in ("sft.jsonl", "dpo.jsonl", "kto.jsonl"):
            lines.append(f"| data/{name} | `{item['sha256']}` |")
    for item in result.get("lineage", ()):
        lines += [f"| model {item['stage']}, {name} | `{value}` |" for name, value in _weights(item, run_dir).items()]
    lines += [f"| this model, {name} | `{value}` |" for name, value in result.get("weights", {}).items()]
    return lines if len(lines) > 2 else ["Not on record."]


def _weights(item: dict[str, str], run_dir: Path) -> dict[str, str]:
    folder = "base" if item["stage"] == "base" else f"saves/{item['stage']}/merged"
    path = run_dir / folder / ".done"
    return dict(read_json(path).get("weights", {})) if path.exists() else {}


def _to_run(base: str, result: dict[str, Any]) -> list[str]:
    """Commands that ask as the exam did: greedy, without the penalties that a base's own settings may hold."""
    greedy = "--generation-config vllm --override-generation-config '{\"temperature\": 0}'"
    lines = ["```", f"vllm serve . --served-model-name t-sql {greedy}"]
    without = result.get("without", {})
    rank = result.get("adapter_rank", 0)
    room = next((most for most in VLLM_RANKS if most >= rank), 0)
    if rank and room:
        lines.append(f"vllm serve {base} --enable-lora --max-lora-rank {room} --lora-modules t-sql=adapter {greedy}")
    if not without.get("Modelfile", "none"):
        lines.append("ollama create t-sql -f Modelfile && ollama run t-sql")
    lines += ["```"]
    reasons = {name: why for name, why in without.items() if why}
    lines += [line for name, why in reasons.items() for line in ("", f"No {name}: {why}.")]
    if rank and not room:
        lines += ["", f"The adapter has rank {rank}, more than vLLM serves; peft and LLaMA-Factory load it."]
    return [*lines, "", "`make gguf` writes a GGUF file of it, for llama.cpp and Ollama."]


def _limits(run_dir: Path, settings: Settings, catalog: Catalog, stages: list[str]) -> list[str]:
    profile = settings.profile
    last = run_dir / "exam" / f"{stages[-1] if stages else 'base'}.json"
    wrong = ""
    if last.exists():
        rates = read_json(last)["rates"]
        wrong = f" Of the exam's questions it answered {1 - rates['right']['rate']:.0%} wrongly or not at all."
    return [
        "* SQL of this model is a proposal: check it before it runs." + wrong,
        f"* It knows {catalog.database.title} as it was when the catalog was read; what was added since does not exist"
        " for it.",
        f"* It was examined with at most {profile.exam.retrieved_tables} tables of {profile.data.schema_columns}"
        f" columns in a prompt and answers of at most {profile.exam.max_new_tokens} tokens, asked in English; other"
        " prompts were not tried.",
        "* The exam runs on made rows of the database's shape, never on anybody's data: it says nothing of speed, or of"
        " whether figures of a business are right.",
    ]
