"""The model card of an exported model: where it comes from, what it was trained on, how it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.files import read_json
from vgpt2.settings import Settings
from vgpt2.training.base.base_model import base_name
from vgpt2.training.run import fit


def model_card(run_dir: Path, settings: Settings, catalog: Catalog, stages: list[str], result: dict[str, Any]) -> str:
    """README.md of the export, as Markdown with the hub's front matter."""
    from vgpt2.records.prompt import system_prompt

    profile = settings.profile
    overrides = result.get("overrides", ())
    base = base_name(profile.model.source, profile.model.name_or_path)
    front = ["---", "pipeline_tag: text-generation", "library_name: transformers", "tags: [text-to-sql, t-sql]"]
    if profile.model.source != "tiny":
        front.append(f"base_model: {base}")
    lines = [*front, "---", "", f"# A T-SQL model for {catalog.database.title}", ""]
    if not stages:
        lines += ["**No stage was promoted: this is the base model, untouched.**", ""]
    lines += [
        f"Base model: {base}. Stages: {', '.join(stages) or 'none'}."
        f" Profile `{settings.profile_name}`, seed {settings.seed}.",
        "",
        *(f"**{item['stage']} was promoted by an override, not by its exam:** {item['why']}\n" for item in overrides),
        "## Training data",
        "",
        *_data(run_dir, stages),
        "",
        "## Exam",
        "",
        *_exam(run_dir, stages),
        "",
        f"Asked again after the export: {result['checked']['questions']} questions, the same answers"
        f" ({result['checked']['against']}).",
        "",
        "## Prompt",
        "",
        f"System: `{system_prompt(catalog)}`",
        "",
        "User: the question, then the schema of the tables that it may need, a line a table:"
        " `Name(columns) key columns -- description`.",
        "",
        "SQL of this model is a proposal: check it before it runs.",
    ]
    return "\n".join(lines) + "\n"


def _data(run_dir: Path, stages: list[str]) -> list[str]:
    lines = ["| stage | rows | tokens | longest row |", "|---|---:|---:|---:|"]
    for stage in stages:
        path = run_dir / "preflight" / f"{stage}.json"
        if path.exists():
            train = read_json(path)["splits"]["train"]
            lines.append(f"| {stage} | {train['rows']:,} | {train['tokens']:,} | {train['max_tokens']:,} |")
    for stage in stages:
        if less := fit.halved(run_dir / "saves" / stage):
            lines += ["", f"{stage}: memory was not enough; trained with {less[fit.BATCH]} rows at a time instead."]
    return lines if len(lines) > 2 else ["None."]


def _exam(run_dir: Path, stages: list[str]) -> list[str]:
    names = ("right", "hallucination", "false_refusal", "syntax")
    lines = ["| model | questions | " + " | ".join(names) + " |", "|---|---:|" + "---:|" * len(names)]
    for name in ("base", *stages):
        path = run_dir / "exam" / f"{name}.json"
        if path.exists():
            exam = read_json(path)
            rates = [f"{exam['rates'][rate]['rate']:.1%}" if rate in exam["rates"] else "" for rate in names]
            lines.append(f"| {name} | {len(exam['questions'])} | " + " | ".join(rates) + " |")
    return lines if len(lines) > 2 else ["None on record."]
