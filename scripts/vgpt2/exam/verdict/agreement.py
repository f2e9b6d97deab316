"""How sure an answer is on which several agree: how many such answers are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from vgpt2.exam.artefacts import Agreement, ExamResult
from vgpt2.exam.model import RIGHT
from vgpt2.exam.verdict.statistics import wilson


def add_agreement(result: ExamResult, agreed: dict[str, list[int]], again: Collection[str] = ()) -> None:
    """Put into a result how many answers say the same; `agreed`: by question how many, and of how many; `again`: those
    that were asked again and then answered."""
    found: dict[tuple[int, int, bool], list[bool]] = defaultdict(list)
    for row in result["questions"]:
        if row["id"] in agreed:
            count, of = row["agreed"] = agreed[row["id"]]
            if row["id"] in again:
                row["again"] = True
            found[count, of, row["id"] in again].append(row["outcome"] in RIGHT)
    if found:
        result["agreement"] = [
            {"agreed": count, "of": of, "again": second, "questions": len(rights), "right": sum(rights)}
            for (count, of, second), rights in sorted(found.items(), reverse=True)
        ]


def reliability(agreement: Sequence[Agreement]) -> Iterator[str]:
    """The reliability table, as Markdown: a server that answers from some agreement on would be so often right."""
    yield "| agree | questions | right | share (95 %) |"
    yield "|---|---|---|---|"
    for line in agreement:
        rate = wilson(line["right"], line["questions"])
        share = f"{rate.value:.0%} ({rate.low:.0%} to {rate.high:.0%})"
        none = "none; asked again, with what was found" if line.get("again") else "none is proved"
        said = f"{line['agreed']} of {line['of']}" if line["agreed"] else none
        yield f"| {said} | {line['questions']} | {line['right']} | {share} |"
