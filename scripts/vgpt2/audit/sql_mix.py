"""What the queries of a set are made of, read by the checker: one table or more, outer joins, windows and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.catalog.sql_traits import counted, traits
from vgpt2.records.answers.answers import find_sql

LEAST = 100  # below so many queries a share says nothing


def sql_mix(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """The queries that answer questions have the mix that the profile, or the database's own code, asks for."""
    if not context.sql_mix:
        return []
    counts: Counter[str] = Counter()
    queries = 0
    for row in context.by_stage(rows, "sft"):
        texts = find_sql(row.good) if (own := row.own) and own.kind == "sql" else []
        verdict = context.prover.verdict(texts[0]) if len(texts) == 1 else None
        if verdict is None or verdict.tree is None:
            continue
        queries += 1
        counts.update(counted(traits(verdict.tree), len(verdict.tables)))
    if not queries:
        return []
    results = []
    for name, wanted in context.sql_mix.items():
        most = name == "one_table"
        error = context.limits.max_sql_mix_error
        limit = round(min(1.0, wanted + error) if most else max(0.0, wanted - error), 4)
        found = counts[name] / queries
        said = [f"{name}: {found:.1%} of the queries, wanted {'at most' if most else 'at least'} {wanted:.1%}"]
        results.append(share(f"sql_{name}", found, limit, queries, said, at_least=not most, least=LEAST))
    return results
