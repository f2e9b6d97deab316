"""The figures of an exam result, counted anew from its questions: what stands beside them is not trusted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from vgpt2.exam.artefacts import CategoryFigures, Interval, QuestionResult
from vgpt2.exam.model import CATEGORIES, JUDGED, OUTCOMES, RIGHT
from vgpt2.exam.verdict.statistics import Rate, wilson


def counted(rows: Sequence[QuestionResult]) -> dict[str, Any]:
    """`outcomes`, `judged`, `rates`, `categories` and `house` of the questions of a result.

    Rates: `right` and `hallucination` over all questions, `false_refusal` over the answerable ones, `right_refusal`
    over the others, `syntax` over the answers that should hold SQL, `house` over the right ones among them: no rule
    broken; `asked_back` over the questions with two readings, `false_ask` over the answerable ones, where a suite has
    questions with two readings. Of a result of an older version, which does not say which questions are answerable,
    all but the first three are left out.
    """
    outcomes = Counter(row["outcome"] for row in rows)
    judged = Counter(row.get("judged", "") for row in rows)
    return {
        "outcomes": {name: outcomes[name] for name in OUTCOMES},
        "judged": {name: judged[name] for name in JUDGED},
        "rates": {name: rate.to_json() for name, rate in _rates(rows).items()},
        "categories": dict(_categories(rows)),
        "house": dict(sorted(Counter(rule for row in rows for rule in row.get("house", ())).items())),
    }


def _rates(rows: Sequence[QuestionResult]) -> dict[str, Rate]:
    def share(of: Sequence[QuestionResult], test: Callable[[QuestionResult], bool]) -> Rate:
        return wilson(sum(map(test, of)), len(of))

    def has(*outcomes: str) -> Callable[[QuestionResult], bool]:
        return lambda row: row["outcome"] in outcomes

    known = all("answerable" in row for row in rows)
    answerable = [row for row in rows if (row["answerable"] if known else row["outcome"] != "right_refusal")]
    found = {
        "right": share(rows, has(*RIGHT)),
        "hallucination": share(rows, has("hallucinated_object")),
        "false_refusal": share(answerable, has("false_refusal")),
    }
    if known:
        sql = [row for row in rows if row.get("parses") is not None]
        found["right_refusal"] = share([row for row in rows if not row["answerable"]], has("right_refusal"))
        found["syntax"] = share(sql, lambda row: bool(row["parses"]))
        if back := [row for row in rows if row["category"] == "ambiguous" and not row["answerable"]]:
            found["asked_back"] = share(back, has("right_refusal"))
            found["false_ask"] = share(answerable, lambda row: bool(row.get("asks")))
        found["house"] = share([row for row in sql if row["outcome"] == "right"], lambda row: not row["house"])
    return found


def _categories(rows: Sequence[QuestionResult]) -> Iterator[tuple[str, CategoryFigures]]:
    for category in CATEGORIES:
        of = [row["outcome"] for row in rows if row["category"] == category]
        if of:
            right = wilson(sum(outcome in RIGHT for outcome in of), len(of))
            interval: Interval = right.to_json()["interval"]
            yield (
                category,
                {
                    "questions": len(of),
                    "right": right.count,
                    "rate": round(right.value, 4),
                    "interval": interval,
                    "outcomes": {name: of.count(name) for name in OUTCOMES if name in of},
                },
            )


def otherwise(stored: Mapping[str, Any], rates: Mapping[str, Any]) -> str:
    """The first rate that the result states otherwise than its questions give it, as a clause; else an empty string."""
    for name, rate in rates.items():
        told = stored.get(name)
        if isinstance(told, dict) and (told.get("count"), told.get("of")) != (rate["count"], rate["of"]):
            if name == "false_refusal" and told.get("count") == rate["count"]:
                continue  # an older result: over how many is not known
            return (
                f"states {told.get('count')} of {told.get('of')} for {name.replace('_', ' ')}, its questions give "
                f"{rate['count']} of {rate['of']}; the questions count"
            )
    return ""


def damage(value: Mapping[str, Any]) -> str:
    """What no exam could have written into a result, or an empty string: figures that are no numbers, more than all,
    outcomes that a question cannot have."""
    if where := next(_no_numbers(value, ""), ""):
        return f"{where} is not a number"
    for name, rate in value["rates"].items():
        count: Any
        of: Any
        count, of = (rate.get(key) if isinstance(rate, dict) else None for key in ("count", "of"))
        if not (_whole(count) and _whole(of) and count <= of):
            return f"rates.{name} counts {count!r} of {of!r}"
        if not 0 <= rate["rate"] <= 1:
            return f"rates.{name}.rate is {rate['rate']!r}, and a rate is between 0 and 1"
    for row in value["questions"]:
        if "answerable" in row and not isinstance(row["answerable"], bool):
            return f"question {row['id']}: answerable is {row['answerable']!r}, neither true nor false"
        impossible = {True: "right_refusal", False: "right"}.get(row.get("answerable"))
        if impossible and row["outcome"] == impossible:
            can = "can" if row["answerable"] else "cannot"
            return f"question {row['id']}: {impossible}, of a question that {can} be answered"
    return ""


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _no_numbers(value: object, where: str) -> Iterator[str]:
    """The places of NaN and infinity, which JSON has not but Python reads."""
    if isinstance(value, float) and not math.isfinite(value):
        yield where
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _no_numbers(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _no_numbers(item, f"{where}[{number}]")
