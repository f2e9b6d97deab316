"""Examine a model on a suite: ask every question, keep every answer, grade by parsing, resolving and executing.

The modes of the profile (what the prompts show) are examined one after the other with one load of the model. What was
answered before, by the same model to the same prompt with the same settings, is not asked again.

**Reads** the suite (build_suite.py), the catalog, the run's settings, and one of: a model folder (with adapters), an
OpenAI-compatible endpoint (key in VGPT2_API_KEY), or recorded answers (JSONL with `id` and `response`).
**Writes** the result of the first mode as JSON, those of further modes beside it as `*.<mode>.json`, and for each
`*.answers.jsonl`: answers as they come; an exam that was cut off goes on; and `*.times.json`: how long it took.
**Run as** `python scripts/run_validation.py --model runs/cpu/base --suite runs/cpu/suite/quick.jsonl
--catalog runs/cpu/catalog.json --settings runs/cpu/settings.json --output runs/cpu/exam/base.json`
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.cli import EXISTING, OUTPUT, catalog_option, click, closing_line, options, output_option, step

if TYPE_CHECKING:
    from vgpt2.catalog.model import Catalog
    from vgpt2.exam.artefacts import ExamResult, ExamTimes
    from vgpt2.exam.model import Question
    from vgpt2.inference.backends import Backend, Recorded
    from vgpt2.settings import Decode, Profile

MODES = click.Choice(["schema", "gold_schema", "memory"])
DECODE = click.Choice(["free", "names", "grammar"])
MODEL = click.Path(path_type=Path)


@step(__doc__)
@options(
    click.option("--model", help="folder of a model, or of a pointer to one; with --endpoint the model's name there"),
    click.option("--adapter", "adapters", multiple=True, type=MODEL, help="LoRA adapters, merged in this order"),
    click.option("--endpoint", help="base URL of an OpenAI-compatible endpoint, such as http://localhost:8000/v1"),
    click.option("--answers", type=EXISTING, help="recorded answers to grade, no model needed"),
    click.option(
        "--examine", help="any model: a folder, a .gguf file, a name on the hub, or an endpoint as http://host/v1#model"
    ),
    click.option("--suite", required=True, type=EXISTING, help="full, middle or quick.jsonl of build_suite.py"),
    catalog_option,
    output_option,
    click.option("--settings", type=EXISTING, help="settings.json of the run (default: the profile of this machine)"),
    click.option("--limit", type=click.IntRange(min=1), help="only the first so many questions"),
    click.option("--category", "categories", multiple=True, help="only questions of this category"),
    click.option("--only-failed", type=EXISTING, help="only what this earlier result did not get right"),
    click.option("--mode", "modes", multiple=True, type=MODES, help="what the prompts show, instead of the profile's"),
    click.option("--also-mode", type=MODES, help="this mode too, where it is not examined anyway"),
    click.option(
        "--same-as", multiple=True, type=EXISTING, help="a result that counts if its model's weights are these"
    ),
    click.option(
        "--decode", multiple=True, type=DECODE, help="what may be said in a SQL fence, instead of the profile's"
    ),
    click.option("--samples", type=click.IntRange(min=1), help="so many answers to each question, one chosen by proof"),
    click.option("--max-new-tokens", type=click.IntRange(min=1), help="instead of the profile's"),
    click.option("--judge", help="a model as of --examine that reads answers in prose too, beside the grade"),
    click.option("--report", type=OUTPUT, help="a short report of the first mode, as Markdown"),
)
def main(
    model: str | None,
    adapters: tuple[Path, ...],
    endpoint: str | None,
    answers: Path | None,
    examine: str | None,
    suite: Path,
    catalog: Path,
    output: Path,
    settings: Path | None,
    limit: int | None,
    categories: tuple[str, ...],
    only_failed: Path | None,
    modes: tuple[str, ...],
    also_mode: str | None,
    same_as: tuple[Path, ...],
    decode: tuple[Decode, ...],
    samples: int | None,
    max_new_tokens: int | None,
    judge: str | None,
    report: Path | None,
) -> None:
    from vgpt2.catalog.store import load
    from vgpt2.errors import UserError
    from vgpt2.exam.model import read_suite
    from vgpt2.exam.reuse import reuse
    from vgpt2.exam.runner import examine as hold_exam
    from vgpt2.exam.selection import check_outputs, choose_modes, choose_questions, examined, output_of
    from vgpt2.exam.times import read_times, write_times
    from vgpt2.exam.verdict.agreement import reliability
    from vgpt2.exam.verdict.decoding import side_by_side
    from vgpt2.exam.verdict.results import read_exam
    from vgpt2.exam.verdict.short import opinions, short_report
    from vgpt2.files import write_json, write_text
    from vgpt2.settings import load_profile, load_settings

    if sum(value is not None for value in (endpoint or model, answers, examine)) != 1:
        raise UserError("run_validation: give exactly one of --model, --endpoint, --answers and --examine")
    if examine is not None:
        model, endpoint = examined(examine, output)
    if adapters and (endpoint or answers):
        raise UserError("run_validation: --adapter goes with --model alone: a server merges its own adapters")
    profile = load_settings(settings).profile if settings else load_profile("cpu")
    earlier = read_exam(only_failed) if only_failed else None
    chosen = choose_modes(modes, also_mode, profile, earlier, recorded=answers is not None)
    decodes = decode or (profile.decode,)
    outputs = {
        (mode, how): output_of(output_of(output, mode, chosen[0]), how, decodes[0])
        for mode in chosen
        for how in decodes
    }
    check_outputs(list(outputs.values()), [earlier.path] if earlier else [])
    questions = choose_questions(read_suite(suite), categories, earlier, limit)
    known = reuse(Path(model), same_as, questions, profile, chosen[0]) if model and not (endpoint or adapters) else None
    if known:
        speed = read_times(Path(known["answers_of"])).get("tokens_per_second", 0.0)
        nothing: ExamTimes = {"asked": 0, "seconds": 0.0, "tokens_per_second": speed, "grading_seconds": 0.0}
        write_times(output, nothing)
        write_json(output, known)
        line = closing(known, read_times(output), output)
        closing_line("run_validation", f"{line}, the answers of {known['answers_of']}: the same weights")
        return
    backend = make_backend(model, adapters, endpoint, answers, max_new_tokens, profile, questions)
    reader = make_judge(judge, output, profile) if judge else None
    loaded = load(catalog)
    held = []
    for (mode, how), path in outputs.items():
        bound(backend, how, loaded)
        asked = repeated(backend, samples or profile.exam.answers, loaded)
        result = hold_exam(asked, loaded, questions, profile, path, mode, str(only_failed or ""), reader)
        held.append((result, read_times(path)))
        if "agreement" in result:
            click.echo("\n".join(reliability(result["agreement"])))
        if "judge" in result:
            click.echo(opinions(result["judge"]))
        if report and path == output:
            write_text(report, short_report(result))
        closing_line("run_validation", closing(result, read_times(path), report if path == output and report else path))
    if len(decodes) > 1:
        click.echo("\n".join(side_by_side(held)))


def make_backend(
    model: str | None,
    adapters: Sequence[Path],
    endpoint: str | None,
    answers: Path | None,
    max_new_tokens: int | None,
    profile: Profile,
    questions: Sequence[Question],
) -> Backend | Recorded:
    """Who answers."""
    from vgpt2.inference.backends import Endpoint, Recorded

    limit = max_new_tokens or profile.exam.max_new_tokens
    if endpoint is not None:
        return Endpoint(endpoint, model or "", limit)
    if model is not None:
        from vgpt2.inference.gguf_model import GgufModel
        from vgpt2.inference.local_model import LocalModel

        if model.endswith(".gguf"):
            return GgufModel(Path(model), limit)
        return LocalModel(model, adapters, profile.exam.batch_size, limit)
    assert answers is not None  # one of the three is given
    return Recorded(answers, [question.id for question in questions])


def bound(backend: Backend | Recorded, decode: Decode, catalog: Catalog) -> None:
    """Have a backend bound its answers, or say that it cannot."""
    from vgpt2.inference.backends import Endpoint
    from vgpt2.inference.bounded.remote import Remote
    from vgpt2.inference.gguf_model import GgufModel
    from vgpt2.inference.local_model import LocalModel

    if isinstance(backend, LocalModel | GgufModel):
        backend.bounded(decode, catalog)
    elif isinstance(backend, Endpoint):
        backend.bounds = Remote(decode, catalog) if decode != "free" else None


def repeated(backend: Backend | Recorded, count: int, catalog: Catalog) -> Backend | Recorded:
    """A backend that is asked `count` times for each answer; recorded answers are there once."""
    from vgpt2.inference.backends import Endpoint
    from vgpt2.inference.local_model import LocalModel
    from vgpt2.inference.several.backend import Several

    if count > 1 and isinstance(backend, LocalModel | Endpoint):
        return Several(backend, count, catalog)
    return backend


def make_judge(named: str, output: Path, profile: Profile) -> Backend:
    """Who reads answers in prose beside the grade."""
    from vgpt2.exam.judge import MAX_NEW_TOKENS
    from vgpt2.exam.selection import examined
    from vgpt2.inference.backends import Endpoint
    from vgpt2.inference.local_model import LocalModel

    model, endpoint = examined(named, output)
    if endpoint is not None:
        return Endpoint(endpoint, model or "", MAX_NEW_TOKENS)
    return LocalModel(model or named, (), profile.exam.batch_size, MAX_NEW_TOKENS)


def closing(result: ExamResult, times: dict[str, float], output: Path) -> str:
    """The line of figures of an exam."""
    counts = ", ".join(f"{name} {count}" for name, count in result["outcomes"].items() if count)
    rate = result["rates"]["right"]
    low, high = rate["interval"]
    part = f" of those that {result['only_failed']} did not get right" if result["only_failed"] else ""
    empty = result["outcomes"]["empty"]
    advice = ""
    if empty > rate["of"] / 2:
        advice = (
            f"; {empty} of {rate['of']} answers are empty: does the model end at once (chat template, end tokens), "
            "or were the answers recorded for another suite?"
        )
    return (
        f"{result['mode']}: {rate['count']}/{rate['of']} right{part} ({rate['rate']:.0%}, {low:.0%} to {high:.0%}): "
        f"{counts}; {times.get('asked', 0)} asked, {times.get('seconds', 0):.0f} s, "
        f"{times.get('tokens_per_second', 0):.0f} tokens/s{advice} -> {output}"
    )


if __name__ == "__main__":
    main()
