"""Rules for a whole dataset: each a small function from rows to a result, or None where it does not apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from vgpt2.audit.ambiguous import ambiguous_share, asks_back
from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.audit.outside import backup_tables, base_tables, purposes, weak_joins
from vgpt2.audit.overlap import apart_from_suite, contradictions, duplicates, families, preferences_apart
from vgpt2.audit.shortcuts import shortcut_answers, shortcut_questions
from vgpt2.audit.sql_mix import sql_mix
from vgpt2.audit.variety import coverage, mix, modules, names_spelled, near, skeletons
from vgpt2.audit.voices import voices
from vgpt2.records.answers.answers import find_sql, refuses


def count(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Each dataset has as many records as the profile asks for; refusals count as negatives."""
    results = []
    for stage in ("sft", "dpo", "kto"):
        mine = context.by_stage(rows, stage)
        floor = context.floors.get(stage)
        if mine and floor is not None:
            results.append(RuleResult(f"count_{stage}", len(mine), floor, len(mine) >= floor))
    floor = context.floors.get("negatives")
    metas = [row.meta for row in context.by_stage(rows, "sft") if row.meta is not None]
    if metas and floor is not None:
        negatives = sum(meta.kind == "negative" and meta.polarity == "refuse" for meta in metas)
        results.append(RuleResult("count_negatives", negatives, floor, negatives >= floor))
    return results


def sql_share(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """At least half of the fine-tuning records are a question answered with SQL; corrections do not count."""
    mine = context.by_stage(rows, "sft")
    if not mine:
        return None
    other = [row for row in mine if (row.meta and row.meta.kind == "correction") or not find_sql(row.good)]
    figure = 1 - len(other) / len(mine)
    return share("sql_share", figure, context.limits.min_sql_share, len(mine), _wheres(other), at_least=True)


def refusal_share(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Refusals are few: of all sft answers, of the chosen, of the desirable. To ask back is not to refuse."""
    results = []
    for stage in ("sft", "dpo", "kto"):
        mine = [row for row in context.by_stage(rows, stage) if row.good]
        if mine:
            refused = [row for row in mine if refuses(row.good) and not asks_back(row)]
            limit = context.limits.max_refusal_share[stage]
            results.append(
                share(f"refusal_share_{stage}", len(refused) / len(mine), limit, len(mine), _wheres(refused))
            )
    return results


def twin_balance(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Every refusal has an answered twin of the same wording: their numbers differ by little."""
    mine = [(row, row.meta) for row in context.by_stage(rows, "sft") if row.meta is not None]
    negatives = [(row, meta) for row, meta in mine if meta.kind == "negative"]
    refused = sum(meta.polarity == "refuse" for _, meta in negatives)
    if not refused:
        return None
    families = {meta.family for _, meta in negatives}
    alone = [row for row, meta in negatives if meta.twin not in families]
    figure = max(abs(2 * refused - len(negatives)), len(alone)) / refused
    return share("twin_balance", figure, context.limits.twin_balance, len(negatives), _wheres(alone), least=2)


def refusal_balance(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Refusing is as often right as wrong: the share among chosen and among rejected differ by little."""
    results = []
    for stage in ("dpo", "kto"):
        mine = context.by_stage(rows, stage)
        good, bad = [row for row in mine if row.good], [row for row in mine if row.bad]
        if good and bad:
            chosen, rejected = [r for r in good if refuses(r.good)], [r for r in bad if refuses(r.bad)]
            figure = abs(len(chosen) / len(good) - len(rejected) / len(bad))
            examples = _wheres(chosen if len(chosen) >= len(rejected) else rejected)
            results.append(
                share(
                    f"refusal_balance_{stage}", figure, context.limits.twin_balance, min(len(good), len(bad)), examples
                )
            )
    return results


def defect_share(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """No kind of defect makes up more than its share of the pairs that are made: one kind alone is learned as one
    token. What a model itself gets wrong is as frequent as it is."""
    mine = [row for row in context.by_stage(rows, "dpo") if not row.harvested]
    if not mine:
        return None
    kinds = [(defect_of(row, context), row) for row in mine]
    counts = Counter(kind for kind, _ in kinds if kind)
    if not counts:
        return None
    name, most = min(counts.items(), key=lambda item: (-item[1], item[0]))
    examples = [f"{row.where} ({name})" for kind, row in kinds if kind == name][:3]
    return share("defect_share", most / len(mine), context.limits.max_defect_share, len(mine), examples)


def defect_of(row: Row, context: Context) -> str:
    """The defect of a rejected side: from its meta, else what the checker finds in it alone; empty if unknown."""
    if row.meta is not None and row.meta.defect:
        return row.meta.defect
    known = {finding.rule for sql in find_sql(row.good) for finding in context.prover.verdict(sql).findings}
    new = {finding.rule for sql in find_sql(row.bad) for finding in context.prover.verdict(sql).findings} - known
    if new:
        return "+".join(sorted(new))
    return "false_refusal" if not find_sql(row.bad) and context.prover.false_denials(row.bad) else ""


def proved_by_rows(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Many rejected sides that are made are worse by what they return: rules alone teach a style, not what a question
    means."""
    made = [row for row in context.by_stage(rows, "dpo") if not row.harvested]
    mine = [own.worse for row in made if (own := row.own) and own.worse]
    if not mine:
        return None
    figure = sum(worse == "different_rows" for worse in mine) / len(mine)
    others = Counter(worse for worse in mine if worse != "different_rows")
    examples = [f"{count} by {worse}" for worse, count in others.most_common(3)]
    limit = context.limits.min_proved_by_rows
    return share("proved_by_rows", figure, limit, len(mine), examples, at_least=True, least=100)


def own_share(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """How much of a mix is a trained model's own answers; told, and only of a set that has some."""
    results = []
    for stage in ("dpo", "kto"):
        mine = context.by_stage(rows, stage)
        own = sum(row.harvested for row in mine)
        if own:
            note = f"{own:,} of the model's own, {len(mine) - own:,} synthetic"
            results.append(RuleResult(f"own_share_{stage}", round(own / len(mine), 4), None, True, note=note))
    return results


def both_labels(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """A KTO set has desirable and undesirable rows: the rarer label is at least a fifth, and never none."""
    mine = [row for row in context.by_stage(rows, "kto") if row.label is not None]
    if not mine:
        return None
    good = sum(row.label is True for row in mine)
    figure = min(good, len(mine) - good) / len(mine)
    if not figure:
        kind = "desirable" if good else "undesirable"
        first = f"{mine[0].where}: {kind}, as all of {len(mine):,} rows (row {mine[0].index + 1} is the first)"
        return RuleResult("both_labels", 0.0, 0.2, False, [first])
    return share("both_labels", figure, 0.2, len(mine), [f"{good} desirable of {len(mine)}"], at_least=True)


def _wheres(rows: Iterable[Row]) -> list[str]:
    return [f"{row.where}: {(row.good or row.bad)[:80]!r}" for row, _ in zip(rows, range(3), strict=False)]


SET_RULES: tuple[Callable, ...] = (
    count, sql_share, refusal_share, twin_balance, refusal_balance, defect_share, proved_by_rows, own_share,
    both_labels, duplicates, families, near, skeletons, apart_from_suite, preferences_apart, contradictions, mix,
    sql_mix, ambiguous_share, modules, names_spelled, voices, coverage, purposes, base_tables, weak_joins,
    backup_tables, shortcut_answers, shortcut_questions,
)  # fmt: skip
