"""Free and bounded answers of one model side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vgpt2.exam.artefacts import ExamResult


def side_by_side(held: Sequence[tuple[ExamResult, Mapping[str, float]]]) -> Iterator[str]:
    """A Markdown table: a line for each exam (with its times), and what could not be bounded."""
    heads = "prompts show", "decode", "right", "wrong", "no T-SQL", "invented names", "false refusals", "tokens/s"
    yield f"| {' | '.join(heads)} | not bounded |"
    yield "|---" * (len(heads) + 1) + "|"
    for result, times in held:
        outcomes, rates = result["outcomes"], result["rates"]
        figures = (
            result["mode"],
            result["settings"].get("decode", "free"),
            f"{rates['right']['count']} of {rates['right']['of']}",
            outcomes["wrong"],
            outcomes["invalid_sql"],
            outcomes["hallucinated_object"],
            outcomes["false_refusal"],
            f"{times.get('tokens_per_second', 0):.0f}",
            sum(result.get("notes", {}).values()),
        )
        yield f"| {' | '.join(map(str, figures))} |"
    for result, _ in held:
        for note, count in result.get("notes", {}).items():
            yield f"{result['settings'].get('decode')}: {count} answers {note}"
