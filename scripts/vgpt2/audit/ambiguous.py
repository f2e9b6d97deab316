"""Questions with two readings: that there are two, that both are asked back, and that a set has enough of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil

from vgpt2.audit.model import Context, Finding, Row, RuleResult, share
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.answers.extract import read

LEAST = 20  # below so many rows a share says nothing


def asks_back(row: Row) -> bool:
    """Whether a row of ours is a question with two readings that is asked back."""
    own = row.own
    return own is not None and own.kind == "ambiguous" and own.polarity == "ask"


def two_readings(row: Row, context: Context) -> Iterator[Finding]:
    """What is asked back has two readings: both queries hold and return different rows on made-up data, and the answer
    is a question that names what only one of them reads, and what only the other does."""
    if not asks_back(row) or row.meta is None:
        return
    readings = row.meta.readings
    if len(readings) != 2:
        yield Finding("two_readings", f"{len(readings)} queries where the two readings were expected")
        return
    if find_sql(row.good) or not read(row.good).asks_back:
        yield Finding("two_readings", "the answer does not ask back")
    verdicts = [context.prover.verdict(sql) for sql in readings]
    if wrong := next((verdict for verdict in verdicts if not verdict.clean), None):
        found = "; ".join(finding.message for finding in wrong.findings)
        yield Finding("two_readings", f"a reading is no sound query: {found}")
    elif not context.prover.different_rows(readings[0], readings[1]):
        yield Finding("two_readings", "both readings return the same rows on made-up data")
    names = [{name.rpartition(".")[2] for name in (*verdict.tables, *verdict.columns)} for verdict in verdicts]
    for own, other in ((names[0], names[1]), (names[1], names[0])):
        if own - other and not any(name in row.good for name in own - other):
            yield Finding("two_readings", f"the answer names neither of {', '.join(sorted(own - other))}")


def ambiguous_share(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Enough of the fine-tuning records are asked back, or are what the user says then; where a catalog has fewer words
    with two meanings, as many as it has."""
    mine = context.by_stage(rows, "sft")
    if not mine or not context.mix:
        return None
    turns = [own for row in mine if (own := row.own) and own.kind == "ambiguous" and own.source != "clear"]
    limit = context.limits.min_ambiguous
    said = [f"{len(turns):,} of {len(mine):,} records"]
    result = share("ambiguous_share", len(turns) / len(mine), limit, len(mine), said, at_least=True, least=LEAST)
    wanted = ceil(limit * len(mine) / 2)
    if result.ok or wanted > len(mine) / 2:
        return result
    if not context.mix.get("ambiguous"):
        return RuleResult(result.rule, result.figure, limit, True, [], "the profile's mix has none")
    there = _in_catalog(context, wanted)
    if there >= wanted:
        return result
    note = f"the catalog has {there:,} such questions, and the set {len(turns):,} of their turns"
    return RuleResult(result.rule, result.figure, limit, len(turns) >= there, said, note)


def _in_catalog(context: Context, most: int) -> int:
    """How many questions with two readings the catalog gives that are short enough, counted up to `most`."""
    from vgpt2.synthesis.ambiguous.stream import stream
    from vgpt2.synthesis.generate import fits

    data, prover = context.data, context.prover
    made = stream(prover.catalog, prover.seed, "train", context.held_out, bool(data and data.compact))
    fitting = (triple for triple in made if data is None or all(fits(one, data) for one in triple))
    return sum(1 for _ in islice(fitting, most))
