"""A short report of one exam, as Markdown: what came out, by what it was judged, and every answer."""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.exam.artefacts import ExamResult, JudgeFigures, QuestionResult
from vgpt2.exam.model import RIGHT
from vgpt2.exam.verdict.statistics import wilson

# What an outcome is called; the rest is its slug with blanks.
BY = {
    "rows": "their rows beside the gold's",
    "structure": "the structure of their query (it could not be run here, or is the gold itself)",
    "facts": "the facts that they state",
    "words": "their words: refused, denied, asked back",
    "checker": "the checker: SQL that cannot be read, names that do not exist",
}


def short_report(result: ExamResult) -> str:
    """The report; answers that are not right come first."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: ExamResult) -> Iterator[str]:
    rows = result["questions"]
    right = wilson(sum(row["outcome"] in RIGHT for row in rows), len(rows))
    yield f"# {result['model']}: {right.count} of {right.of} right"
    yield ""
    yield (
        f"{right.value:.0%} of these questions. Of all questions like them it would answer {right.low:.0%} to "
        f"{right.high:.0%} right, as far as {right.of} can tell (95 % interval)."
    )
    outcomes = (f"{name.replace('_', ' ')} {count}" for name, count in result["outcomes"].items() if count)
    yield f"Outcomes: {', '.join(outcomes)}."
    if judged := [f"{count} by {BY[name]}" for name, count in result["judged"].items() if count]:
        yield f"Judged were {'; '.join(judged)}."
    if "judge" in result:
        yield opinions(result["judge"])
    yield ""
    yield "| category | right | of |"
    yield "|---|---|---|"
    for name, figures in result["categories"].items():
        yield f"| {name.replace('_', ' ')} | {figures['right']} | {figures['questions']} |"
    for title, of in (
        ("Not right", [row for row in rows if row["outcome"] not in RIGHT]),
        ("Right", [row for row in rows if row["outcome"] in RIGHT]),
    ):
        if of:
            yield f"\n## {title}"
            for row in of:
                yield from _question(row)


def opinions(found: JudgeFigures) -> str:
    """How often a judge says what the grade says, as a sentence."""
    return (
        f"The judge {found['model']} read {found['of']} answers in prose: the same verdict on {found['same']}, right "
        f"to the judge alone {found['only_judge']}, right to the grade alone {found['only_grade']}, unclear "
        f"{found['unclear']}. Only the grade counts."
    )


def _question(row: QuestionResult) -> Iterator[str]:
    yield f"\n### {row['id']}: {row['outcome'].replace('_', ' ')}"
    yield f"\n{_quoted(row['question'])}\n"
    if row["why"]:
        yield f"Why: {row['why']}"
    if "judge" in row:
        yield f"The judge says {row['judge']['verdict']}: {' '.join(row['judge']['why'].split())}"
    yield from _block("Answer", row["response"] or "(nothing)")
    if row["outcome"] not in RIGHT:
        yield from _block("Gold", row["gold"])


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _block(title: str, text: str) -> Iterator[str]:
    """A block of code whose fence is longer than any in the text."""
    longest = max((len(run) for run in _fences(text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"\n{title}:\n\n{fence}\n{text}\n{fence}"


def _fences(text: str) -> Iterator[str]:
    run = ""
    for letter in text + " ":
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""
