"""Rules about what a dataset is made of: its mix, how much it repeats itself, how much of the catalog it covers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.catalog.lookup import columns_to_name
from vgpt2.records.dedupe.near import near_duplicates, query_key

LEAST = 100  # below so many rows a share says nothing
SMALL_MODULE = 0.02  # of the tables: a module below that says nothing about balance


def mix(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Every kind has the share that the profile gives it, negatives and their twins apart; SQL may have more, since it
    fills what the catalog cannot."""
    kinds = [own.kind for row in context.by_stage(rows, "sft") if (own := row.own) and own.kind in context.mix]
    if not kinds:
        return None
    counts = Counter(kinds)
    over = {kind: counts[kind] / len(kinds) - wanted for kind, wanted in context.mix.items()}
    worst = max((kind for kind in over if kind != "sql"), key=lambda kind: over[kind], default="sql")
    short = -over.get("sql", 0.0)
    kind, figure = ("sql", short) if short > over[worst] else (worst, over[worst])
    examples = [f"{kind}: {counts[kind] / len(kinds):.1%} of the records, the profile says {context.mix[kind]:.1%}"]
    return share("mix", max(0.0, figure), context.limits.max_mix_error, len(kinds), examples, least=LEAST)


def skeletons(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Few records have the query of another one but for its literals: the same structure about the same objects."""
    mine = [(row, row.meta) for row in context.by_stage(rows, "sft") if row.meta is not None and row.meta.skeleton]
    if not mine:
        return None
    first: dict[str, Row] = {}
    again = []
    for row, meta in mine:
        rival = first.setdefault(query_key(meta.kind, meta.skeleton, meta.objects), row)
        if rival is not row and not _of_one_talk(row, rival):
            again.append(f"{row.where} and {rival.where}")
    return share(
        "skeleton_duplicates", len(again) / len(mine), context.limits.max_duplicates, len(mine), again, least=LEAST
    )


def _of_one_talk(row: Row, rival: Row) -> bool:
    """Whether two records are the last turn of one talk and its clear twin: what was asked back, and what needs no
    asking, have one query by nature."""
    kinds, stems = [], []
    for one in (row, rival):
        kinds.append(one.meta.kind if one.meta else "")
        stems.append(one.meta.family.rpartition("/")[0] if one.meta else "")
    return kinds == ["ambiguous", "ambiguous"] and stems[0] == stems[1]


def names_spelled(rows: Sequence[Row], context: Context) -> RuleResult | None:
    """Users seldom know names: few questions to SQL spell a table or a column that their query needs, as it is written
    in the database (a word in small letters is none)."""
    mine = [(row, row.meta) for row in context.by_stage(rows, "sft") if row.meta is not None and row.meta.kind == "sql"]
    if not mine:
        return None
    spelled = [row.where for row, meta in mine if spells(row.row.get("instruction", ""), meta.objects)]
    return share(
        "names_spelled", len(spelled) / len(mine), context.limits.max_names_spelled, len(mine), spelled, least=LEAST
    )


def spells(question: str, objects: Sequence[str]) -> bool:
    """Whether a question holds the name of one of these (qualified) objects; @Vendor is a parameter."""
    names = {name.rpartition(".")[2] for name in objects}
    return any(
        not name.islower() and re.search(rf"(?<![\w@]){re.escape(name)}(?!\w)", question) is not None for name in names
    )


def near(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Few records are near duplicates: nine tenths of their words and pairs of words are the same."""
    results = []
    for stage in ("sft", "dpo", "kto"):
        mine = context.by_stage(rows, stage)
        if mine:
            pairs = near_duplicates(mine, lambda row: f"{row.question} {row.good} {row.bad}")
            again = [f"{mine[later].where} and {mine[earlier].where}" for earlier, later in pairs]
            figure = len(again) / len(mine)
            limit = context.limits.max_duplicates
            results.append(share(f"near_duplicates_{stage}", figure, limit, len(mine), again, least=LEAST))
    return results


def modules(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """No module is left behind: its share of the records against its share of the tables, the worst module's. A table
    counts as much as it is asked about (`Table.weight`)."""
    queryable = [table for table in context.prover.catalog.queryable if table.module]
    tables = Counter(table.module for table in queryable)
    weights = {name: sum(table.weight for table in queryable if table.module == name) for name in tables}
    total = sum(weights.values())
    large = [module for module, count in tables.items() if count >= SMALL_MODULE * tables.total()]
    if len(large) < 2:
        return []
    results = []
    for stage in ("sft", "dpo", "kto"):
        counts = Counter(own.module for row in context.by_stage(rows, stage) if (own := row.own) and own.module)
        if not counts:
            continue
        shares = {name: counts[name] / counts.total() * total / weights[name] for name in sorted(large)}
        worst = min(shares, key=shares.__getitem__)
        examples = [f"{worst}: {counts[worst]} of {counts.total()} records, {tables[worst]} of {tables.total()} tables"]
        limit = context.limits.min_module_balance
        results.append(
            share(f"modules_{stage}", shares[worst], limit, counts.total(), examples, at_least=True, least=LEAST)
        )
    return results


def coverage(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """Every table and column of the catalog occurs in the fine-tuning records of this pipeline."""
    mine = [own for row in context.by_stage(rows, "sft") if (own := row.own)]
    if not mine or not context.mix or not context.limits.min_coverage:
        return []
    seen = {name for own in mine for name in (*own.objects, *own.tables)}
    tables = [table for table in context.prover.catalog.queryable if table.columns]
    columns = [f"{table}.{name}" for table, names in columns_to_name(context.prover.catalog).items() for name in names]
    wanted = (("table_coverage", [table.qualified for table in tables]), ("column_coverage", columns))
    results = []
    for rule, names in wanted:
        lacking = [f"{name} occurs nowhere" for name in names if name not in seen]
        figure = 1 - len(lacking) / max(1, len(names))
        limit = context.limits.min_coverage
        results.append(RuleResult(rule, round(figure, 4), limit, figure >= limit, lacking[:3]))
    return results
