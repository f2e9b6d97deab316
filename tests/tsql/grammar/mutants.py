"""Texts that are almost a query: a token deleted, doubled, swapped, replaced or put in."""

from __future__ import annotations

import random
from collections.abc import Sequence

from vgpt2.tsql.grammar.lexer import placed

# Words and signs that people who think of another dialect, or of nothing, put in.
_WORDS = (
    "LIMIT 5|OFFSET|QUALIFY|::|USING|INTERVAL|TRUE|=>|ILIKE|RLIKE|DISTINCT ON|FETCH|NULLS FIRST|:p|?|$1|`a`|{|}|[|]|;|"
    "INTO|VALUES|AS|FROM|WHERE|ON|JOIN|LEFT|OUTER|CROSS|APPLY|AND|OR|NOT|NULL|IS|IN|LIKE|BETWEEN|CASE|WHEN|THEN|ELSE|"
    "END|(|)|,|.|*|+|-|=|<|>|!|'x'|N'y'|1|1.5|0x1F|@v|#t|[q]|\"d\"|TOP|DISTINCT|ALL|ORDER BY|GROUP BY|HAVING|UNION|"
    "OVER|PARTITION BY|WITH|OPTION|FOR|XML|PATH|DESC|ASC|ROWS|COLLATE|CAST|CONVERT|EXISTS|SELECT|PIVOT|==|!=|<=>|/|%|&|"
    "^|~|{# #}|EXCLUDE|STRUCT|FINAL|ARRAY|LATERAL|NATURAL|SHUTDOWN|CLUSTER BY|CONNECT BY|LOCK IN SHARE MODE"
).split("|")
FOREIGN = [*_WORDS, "||", "|>"]
_CHANGES = ("delete", "double", "swap", "replace", "insert", "insert", "replace")


def mutant(sql: str, rng: random.Random) -> str:
    """`sql` with one change."""
    tokens = placed(sql)
    if len(tokens) < 2:
        return sql
    change = rng.choice(_CHANGES)
    at = rng.randrange(len(tokens))
    start, text = tokens[at].start, tokens[at].text
    end = start + len(text)
    word = rng.choice(FOREIGN) if rng.random() < 0.6 else rng.choice(tokens).text
    if change == "delete":
        return f"{sql[:start]} {sql[end:]}"
    if change == "double":
        return f"{sql[:end]} {text} {sql[end:]}"
    if change == "replace":
        return f"{sql[:start]} {word} {sql[end:]}"
    if change == "insert":
        return f"{sql[:start]} {word} {sql[start:]}"
    if at + 1 == len(tokens):
        return sql
    following = tokens[at + 1]
    after = following.start + len(following.text)
    return f"{sql[:start]}{following.text}{sql[end : following.start]} {text} {sql[after:]}"


def mutants(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` texts with one change each."""
    rng = random.Random(seed)
    return [mutant(rng.choice(texts), rng) for _ in range(count)]
