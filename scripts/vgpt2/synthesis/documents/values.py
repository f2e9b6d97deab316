"""What the known values of a column mean, by what the database says of each or of the column."""

from __future__ import annotations

import re

from vgpt2.catalog.model import Column, Table
from vgpt2.records.facts import Fact, prove
from vgpt2.synthesis.column_roles import TEXT, base_word
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import literal

# So many words of a description are said with the values of a column.
MOST_SAID = 40


def values_meant(ctx: Context, table: Table, name: str, column: Column) -> tuple[str, tuple[Fact, ...]] | None:
    """The values with what each is called; where not every one is called something, with what the column's description
    says if it speaks of all; None where nothing is known."""
    subject, number = f"{name}.{column.name}", base_word(column) not in TEXT
    said = {value: words[0][0] for value, words in ctx.catalog.said_values(table, column.name).items() if words}
    facts: dict[str, Fact] = {}
    for value in column.values:
        fact = Fact("means", subject, f"= {value if number else literal(value)}: {said.get(value, '')}")
        if value in said and prove(fact, ctx.catalog):
            facts[value] = fact
    text = " ".join(column.description.split()).rstrip(".")
    told = all(re.search(rf"(?<!\w){re.escape(value)} ?[=:-]", text) for value in column.values)
    described = Fact("describes", subject, text)
    if len(facts) < len(column.values) and told and len(text.split()) <= MOST_SAID and prove(described, ctx.catalog):
        return f"{subject} may be {', '.join(column.values)}: {text}.", (described,)
    values = [f"{value} ({said[value]})" if value in facts else value for value in column.values]
    return (f"{subject} may be {', '.join(values)}.", tuple(facts.values())) if facts else None
