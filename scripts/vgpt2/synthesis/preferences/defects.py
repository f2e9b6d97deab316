"""Defects: each turns a right answer into one that is wrong in one way, as models get it wrong.

An edit changes the tree of the query and nothing else; names that it changes are changed in the plan as well. Whether
the result is really worse is not decided here: `records.proof` proves it, and what it cannot prove is not used.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from difflib import SequenceMatcher

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.defects import names, rows, rules
from vgpt2.synthesis.defects.case import InventingCase, with_names
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.invented import Inventor
from vgpt2.synthesis.negatives.refusals import in_other_table, no_column, no_table
from vgpt2.tsql.dialect import DIALECT, parse

# Those at the front are tried first where all are equally frequent: few queries have what they need.
SQL_DEFECTS: dict[str, Callable[[InventingCase], bool]] = {
    edit.__name__: edit
    for edit in (
        rows.inner_for_left, rules.missing_key_column, rows.wrong_boundary, rows.wrong_order, rows.wrong_grouping,
        rules.function_on_filter, rows.wrong_aggregate, rows.missing_condition, rows.extra_condition, rows.extra_join,
        rules.select_star, names.wrong_table, names.column_of_other_table, names.invented_table, names.invented_column,
        names.wrong_case, rules.base_table, rules.alias, rules.missing_company_filter, rules.missing_nolock,
    )
}  # fmt: skip
# Defects that only other rows give away; they are wanted more often than those that a rule names.
BY_ROWS = frozenset(name for name, edit in SQL_DEFECTS.items() if edit.__module__ == rows.__name__)
# Of the denials of a question that names a column so many deny it, and of these so many say which table has it, where
# one has: about as often as among true refusals.
DENIED_COLUMNS = 0.6
DENIED_WITH_OWNER = 0.6


def break_sql(defect: str, example: Example, ctx: Context, inventor: Inventor, rng: random.Random) -> str | None:
    """The example's answer with this defect in it, or None where it does not apply.

    Only queries that come out of the parser as they went in are taken: a pair must differ in the defect alone.
    """
    tree = parse(example.sql)
    if not example.sql or tree.sql(dialect=DIALECT) != example.sql:
        return None
    case = InventingCase(example, tree, ctx, rng, inventor)
    if not case.sources() or not SQL_DEFECTS[defect](case):
        return None
    sql = case.tree.sql(dialect=DIALECT)
    if sql == example.sql:
        return None
    before, found, after = example.answer.partition(example.sql)
    return with_names(before, case.renamed) + sql + with_names(after, case.renamed) if found else None


def deny(example: Example, ctx: Context, rng: random.Random) -> str | None:
    """A refusal of a question that can be answered: it denies a real table, or a real column, and names another.

    It reads like a true refusal: it denies what the question names, the column that it offers is spelled alike, and it
    may say as well that another table has the column. Else those marks, not what exists, would tell the two apart.
    """
    if not example.tables:
        return None
    table = ctx.table(example.tables[0])
    name = ctx.catalog.sql_name(table)
    columns = [one.rpartition(".")[2] for one in example.objects if one.startswith(f"{table.qualified}.")]
    others = [column.name for column in ctx.roles(table).shown if column.name not in columns]
    question = example.question
    asked = [one for one in columns if one in question and re.search(rf"(?<!\w){re.escape(one)}(?!\w)", question)]
    near = [one for one in ctx.catalog.queryable if one.module == table.module and one is not table]
    if asked and others and rng.random() < DENIED_COLUMNS:
        column = rng.choice(asked)
        owners = [one for one in near if one.column(column)]
        if owners and rng.random() < DENIED_WITH_OWNER:
            return in_other_table(name, column, ctx.catalog.sql_name(rng.choice(owners)))
        return no_column(name, column, max(others, key=lambda other: SequenceMatcher(None, other, column).ratio()))
    near = near or [one for one in ctx.catalog.queryable if one is not table]
    if not near:
        return None
    other = ctx.catalog.sql_name(rng.choice(near))
    return no_table(name, other)


def accept(refusal: Example, twin: Example) -> str | None:
    """An answer that takes what is invented for real: the twin's answer with the invented name in it."""
    false, true = refusal.slots.get("false", {}), refusal.slots.get("true", {})
    names = {}
    for slot in true:
        names[true[slot]] = false[slot]
        # In joins and in schemas other than the default one, columns are qualified with the bare name.
        names[true[slot].rpartition(".")[2]] = false[slot].rpartition(".")[2]
    # What the SELECT names after a column is named after the invented one: the question does not say the real one.
    if real := true.get("C"):
        for alias in re.findall(r"\bAS (\w+)", twin.sql):
            if alias != real and alias.endswith(real):
                names[alias] = alias.removesuffix(real) + false["C"]
            elif alias != real and alias.startswith(real):
                names[alias] = false["C"] + alias.removeprefix(real)
    answer = with_names(twin.answer, {real: made for real, made in names.items() if real != made})
    return answer if answer != twin.answer else None
