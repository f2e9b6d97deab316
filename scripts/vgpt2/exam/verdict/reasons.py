"""What a gate says of its verdict, for somebody who does not know statistics."""

from __future__ import annotations

from vgpt2.exam.verdict.evidence import Evidence, Level
from vgpt2.exam.verdict.harm import Harm
from vgpt2.exam.verdict.results import Exam
from vgpt2.exam.verdict.sides import Sides
from vgpt2.settings import GateSettings


def how_sure(earlier: Exam, new: Exam, sides: Sides, shown: Evidence, level: Level) -> list[str]:
    """How many are right, whether that is more than luck, how large the difference is, and what can be seen at all."""
    of, now, before = len(new.right), new.right_count, earlier.right_count
    comparison = "more than" if now > before else "as many as" if now == before else "fewer than"
    interval = sides.difference.interval
    maybe = "; it includes 0, so this may be luck" if interval and interval[0] <= 0 <= interval[1] else ""
    words = [
        f"{new.name} answers {now} of {of} right ({now / of:.0%}), {comparison} {earlier.name} with {before} "
        f"({before / of:.0%}); gained {shown.gained}, lost {shown.lost}",
        f"{luck(shown)}; {at_level(level)}",
        f"difference {sides.difference}{maybe}",
        f"what can be seen: {sides.detectable}",
    ]
    left = of - before
    if sides.detectable.gain is not None and left < sides.detectable.gain:
        words[-1] += f"; {earlier.name} left only {left} to gain"
    blind = [
        f"{name} {'at no loss' if item['detectable'] is None else item['detectable']} of {item['questions']}"
        for name, item in sides.categories.items()
        if item["detectable"] is None or item["detectable"] > item["questions"] / 4
    ]
    if blind:
        words.append(f"a loss within a category shows only from so many questions on: {', '.join(blind)}")
    return words


def luck(shown: Evidence) -> str:
    """How often chance would bring such a gain, and whether that is rare enough."""
    if shown.gained <= shown.lost:
        return "no gain is shown"
    by_table = shown.by_table is not None and shown.by_table > shown.by_question
    how = "table by table, for questions about one table stand and fall together" if by_table else "exact McNemar"
    verdict = "the gain is shown" if shown.enough else "the gain is not shown, it may be luck"
    return f"{verdict}: of two models that are as good, one would gain that much with p = {shown.p:.2g} ({how})"


def at_level(level: Level) -> str:
    """What p must stay under, and why so little."""
    if level.gates == 1:
        return f"asked is p under {level.at:.2g}"
    handed = f", with {level.carried:.2g} that the gate before it handed on" if level.carried else ""
    return (
        f"asked is p under {level.at:.2g}: each of {level.gates} gates may spend {level.own:.2g}{handed}, so that a "
        f"whole chain promotes by luck in at most {level.whole:.0%} of runs"
    )


def over_limits(new: Exam, settings: GateSettings) -> list[str]:
    """The profile's limits that are broken."""
    reasons = []
    limits = (
        ("false_refusal", settings.max_false_refusal, "false refusals of what exists"),
        ("hallucination", settings.max_hallucinated, "hallucinated objects"),
    )
    for name, limit, words in limits:
        rate = new.result["rates"][name]
        if rate["rate"] > limit:
            reasons.append(
                f"{words}: {rate['count']} of {rate['of']} ({rate['rate']:.0%}), over the limit of {limit:.0%}"
            )
    return reasons


def nothing_worse(new: Exam, harm: dict[str, Harm], settings: GateSettings) -> str:
    """That nothing was found to be worse, and what was not looked at."""
    refuses, invents = harm["false_refusal"], harm["hallucination"]
    skipped = f" (not compared: {refuses.skipped})" if refuses.skipped else ""
    return (
        f"no category is significantly worse (p < {settings.significance:g}); false refusals "
        f"{new.rate('false_refusal'):.0%}{skipped}, hallucinated {new.rate('hallucination'):.0%}, both within the "
        f"limits and not shown to be more than before (p < {settings.harm:g}; inventions where the earlier model said "
        f"something: {invents.new} of {invents.of}, {invents.earlier} before)"
    )
