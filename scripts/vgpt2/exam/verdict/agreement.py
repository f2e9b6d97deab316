"""How sure an answer is on which several agree: how many such answers are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from vgpt2.exam.artefacts import Agreement, ExamResult
from vgpt2.exam.model import RIGHT
from vgpt2.exam.verdict.statistics import wilson


def add_agreement(result: ExamResult, agreed: dict[str, list[int]]) -> None:
    """Put into a result how many answers say the same; `agreed`: by question how many, and of how many."""
    found: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for row in result["questions"]:
        if row["id"] in agreed:
            count, of = row["agreed"] = agreed[row["id"]]
            found[count, of].append(row["outcome"] in RIGHT)
    if found:
        result["agreement"] = [
            {"agreed": count, "of": of, "questions": len(rights), "right": sum(rights)}
            for (count, of), rights in sorted(found.items(), reverse=True)
        ]


def reliability(agreement: Sequence[Agreement]) -> Iterator[str]:
    """The reliability table, as Markdown: a server that answers from some agreement on would be so often right."""
    yield "| agree | questions | right | share (95 %) |"
    yield "|---|---|---|---|"
    for line in agreement:
        rate = wilson(line["right"], line["questions"])
        share = f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})"
        said = f"{line['agreed']} of {line['of']}" if line["agreed"] else "none is proved"
        yield f"| {said} | {line['questions']} | {line['right']} | {share} |"
