"""What the queries of a set are made of, read by the checker: one table or more, outer joins, windows and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.catalog.sql_traits import counted, traits
from vgpt2.records.answers.answers import find_sql

LEAST = 100  # below so many queries a share says nothing
# Of the queries that a catalog gives without a look at their rows so many prove out and come into a set.
KEPT = 0.7
# An intent none of whose first queries has a trait has it in none.
LOOK = 24


def sql_mix(rows: Sequence[Row], context: Context) -> list[RuleResult]:
    """The queries that answer questions have the mix that the profile, or the database's own code, asks for; where a
    catalog has no more of something, as much as it has."""
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
        result = share(f"sql_{name}", found, limit, queries, said, at_least=not most, least=LEAST)
        results.append(result if result.ok else _of_catalog(result, name, queries, counts[name], context))
    return results


def _of_catalog(result: RuleResult, name: str, queries: int, found: int, context: Context) -> RuleResult:
    """The result again where the catalog may have no more: it holds if the set has what there is."""
    have = queries - found if name == "one_table" else found
    there = _in_catalog(context, name, int(have / KEPT) + 1)
    if have < KEPT * there:
        return result
    kind = "queries of several tables" if name == "one_table" else "such queries"
    note = f"the catalog has about {there:,} {kind}, and the set {have:,} of {queries:,}"
    return RuleResult(result.rule, result.figure, result.limit, True, [], note)


def _in_catalog(context: Context, name: str, most: int) -> int:
    """How many queries with a trait (for `one_table`, without it) the catalog gives that are short enough, counted up
    to `most`; not run on any rows."""
    from vgpt2.synthesis.context import Context as Synthesis
    from vgpt2.synthesis.generate import fits
    from vgpt2.synthesis.intents import all_intents
    from vgpt2.synthesis.mix import traits_of
    from vgpt2.synthesis.streams import each_once, sql_examples

    data, prover = context.data, context.prover
    ctx = Synthesis.of(prover.catalog, prover.seed, "train", bool(data and data.compact))
    found = 0
    for intent in all_intents():
        had = 0
        made = each_once(sql_examples(ctx, intent, None, Counter()), "train", context.held_out)
        for seen, example in enumerate(made, 1):
            if (name in traits_of(example)) != (name == "one_table") and (data is None or fits(example, data)):
                had += 1
            if found + had >= most:
                return most
            if seen == LOOK and not had:
                break
        found += had
    return found
