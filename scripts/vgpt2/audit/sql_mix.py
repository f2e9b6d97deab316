"""What the queries of a set are made of, read by the checker: one table or more, outer joins, windows and the like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import islice

from vgpt2.audit.model import Context, Row, RuleResult, share
from vgpt2.catalog.sql_traits import counted, traits
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.dedupe.near import query_key

LEAST = 100  # below so many queries a share says nothing
# Of each intent so many queries are drawn, from turns that no set comes to.
DRAWN, FAR = 12, 1_000_000
# An intent of which more than half of these are in the set is said out. Where so many of those with a trait are, the
# catalog has no more of it: one that goes on for ever (any three tables that join) would make them all alike.
SAID_OUT = 0.7


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
    drawn = _Drawn(context, rows)
    results = []
    for name, wanted in context.sql_mix.items():
        most = name == "one_table"
        error = context.limits.max_sql_mix_error
        limit = round(min(1.0, wanted + error) if most else max(0.0, wanted - error), 4)
        found = counts[name] / queries
        said = [f"{name}: {found:.1%} of the queries, wanted {'at most' if most else 'at least'} {wanted:.1%}"]
        result = share(f"sql_{name}", found, limit, queries, said, at_least=not most, least=LEAST)
        results.append(result if result.ok else drawn.judge(result, name))
    return results


class _Drawn:
    """Queries of every intent, drawn at the first result that does not hold; not run on any rows."""

    def __init__(self, context: Context, rows: Sequence[Row]) -> None:
        self._context, self._rows = context, rows

    def judge(self, result: RuleResult, name: str) -> RuleResult:
        """The result again where the catalog may have no more queries with a trait (of `one_table`, without it)."""
        kinds = out = 0
        for drawn in self._by_intent:
            having = [known for known, traits in drawn if (name in traits) != (name == "one_table")]
            kinds += bool(having)
            out += sum(having) > len(having) / 2
        if out < SAID_OUT * kinds:
            return result
        what = "queries of several tables" if name == "one_table" else "such queries"
        note = f"of {kinds} kinds of {what} {out} are said out: the catalog has hardly more"
        return RuleResult(result.rule, result.figure, result.limit, True, [], note)

    @cached_property
    def _by_intent(self) -> list[list[tuple[bool, frozenset[str]]]]:
        """Of each intent the drawn queries that are short enough: whether the set has them, and their traits."""
        from vgpt2.synthesis.context import Context as Synthesis
        from vgpt2.synthesis.generate import fits
        from vgpt2.synthesis.intents import all_intents
        from vgpt2.synthesis.mix import traits_of
        from vgpt2.synthesis.streams import each_once, sql_examples

        data, prover, held = self._context.data, self._context.prover, self._context.held_out
        known = {query_key(own.kind, own.skeleton, own.objects) for row in self._rows if (own := row.own)}
        ctx = Synthesis.of(prover.catalog, prover.seed, "train", bool(data and data.compact))
        found = []
        for intent in all_intents():
            made = each_once(sql_examples(ctx, intent, None, Counter(), first=FAR), "train", held)
            drawn = [one for one in islice(made, DRAWN) if data is None or fits(one, data)]
            keys = [query_key(one.kind, one.slots["skeleton"], one.objects) for one in drawn]
            found.append([(key in known, traits_of(one)) for key, one in zip(keys, drawn, strict=True)])
        return found
