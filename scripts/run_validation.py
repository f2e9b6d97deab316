"""Examine a model on a suite: ask every question, keep every answer, grade by parsing, resolving and executing.

**Reads** the suite (build_suite.py), the catalog, the run's settings, and one of: a model folder (with adapters), an
OpenAI-compatible endpoint (key in VGPT2_API_KEY), or recorded answers (JSONL with `id` and `response`).
**Writes** the result as JSON and, beside it, `*.answers.jsonl`: answers as they come; an exam that was cut off goes on.
**Run as** `python scripts/run_validation.py --model runs/cpu/base --suite runs/cpu/suite/quick.jsonl
--catalog runs/cpu/catalog.json --settings runs/cpu/settings.json --output runs/cpu/exam/base.json`
"""

from __future__ import annotations

from pathlib import Path

import click

from vgpt2.cli import EXISTING, catalog_option, closing_line, options, output_option

MODEL = click.Path(path_type=Path)


@click.command(help=__doc__)
@options(
    click.option("--model", type=MODEL, help="folder of a model, or of a pointer to one"),
    click.option("--adapter", "adapters", multiple=True, type=MODEL, help="LoRA adapters, merged in this order"),
    click.option("--endpoint", help="base URL of an OpenAI-compatible endpoint, such as http://localhost:8000/v1"),
    click.option("--endpoint-model", default="", help="the model's name there (default: the first that it serves)"),
    click.option("--answers", type=EXISTING, help="recorded answers to grade, no model needed"),
    click.option("--suite", required=True, type=EXISTING, help="full.jsonl or quick.jsonl of build_suite.py"),
    catalog_option,
    output_option,
    click.option("--settings", type=EXISTING, help="settings.json of the run (default: the profile of this machine)"),
    click.option("--limit", type=click.IntRange(min=1), help="only the first so many questions"),
    click.option("--category", "categories", multiple=True, help="only questions of this category"),
    click.option("--mode", type=click.Choice(["schema", "gold_schema", "memory"]), help="what the prompt shows"),
    click.option(
        "--same-as", multiple=True, type=EXISTING, help="a result that counts if its model's weights are these"
    ),
    click.option("--max-new-tokens", type=click.IntRange(min=1), help="instead of the profile's"),
)
def main(
    model,
    adapters,
    endpoint,
    endpoint_model,
    answers,
    suite,
    catalog,
    output,
    settings,
    limit,
    categories,
    mode,
    same_as,
    max_new_tokens,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.exam.backends import Endpoint, Recorded
    from vgpt2.exam.model import check_category, read_suite
    from vgpt2.exam.reuse import reuse
    from vgpt2.exam.runner import examine
    from vgpt2.files import write_json
    from vgpt2.settings import load_profile, load_settings

    if sum(value is not None for value in (model, endpoint, answers)) != 1:
        raise UserError("run_validation: give exactly one of --model, --endpoint, --answers")
    questions = read_suite(suite)
    for category in categories:
        check_category(category, "--category")
    questions = [question for question in questions if not categories or question.category in categories][:limit]
    if not questions:
        raise UserError(f"{suite}: no question of {', '.join(categories)} in it; leave --category out or name another")
    resolved = load_settings(settings) if settings else None
    profile = resolved.profile if resolved else load_profile("cpu")
    exam = profile.exam
    max_new_tokens = max_new_tokens or exam.max_new_tokens
    known = reuse(model, same_as, questions, profile, mode or exam.mode) if model is not None and not adapters else None
    if known:
        write_json(output, known)
        closing_line(
            "run_validation", f"{closing(known, output)}, the answers of {known['answers_of']}: the same weights"
        )
        return
    if model is not None:
        from vgpt2.exam.local_model import LocalModel

        backend = LocalModel(model, adapters, exam.batch_size, max_new_tokens)
    elif endpoint is not None:
        backend = Endpoint(endpoint, endpoint_model, max_new_tokens)
    else:
        backend = Recorded(answers, [question.id for question in questions])
    result = examine(backend, load(catalog), questions, profile, output, mode or "")
    closing_line("run_validation", closing(result, output))


def closing(result: dict, output: Path) -> str:
    """The line of figures of an exam."""
    counts = ", ".join(f"{name} {count}" for name, count in result["outcomes"].items() if count)
    rate = result["rates"]["right"]
    low, high = rate["interval"]
    return (
        f"{rate['count']}/{rate['of']} right ({rate['rate']:.0%}, {low:.0%} to {high:.0%}): {counts}; "
        f"{result['asked']} asked in {result['seconds']:.0f} s, {result['tokens_per_second']:.0f} tokens/s -> {output}"
    )


if __name__ == "__main__":
    main()
