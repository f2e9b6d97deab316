"""Defects that a house rule names: the rows may be right, the query is not as this database wants it."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.catalog.model import Table
from vgpt2.sqltext.names import RESERVED
from vgpt2.synthesis.defects.case import Case
from vgpt2.synthesis.defects.edits import (
    conditions_of,
    drop_hints,
    drop_pair,
    drop_some_condition,
    give_alias,
    parts_of,
    rename_table,
    set_conditions,
)
from vgpt2.tsql.dialect import DIALECT, parse


def base_table(case: Case) -> bool:
    """The base table for its view: `bAPTH` for `APTH`."""
    shown = [(node, table) for node, table in case.sources() if table.base_table]
    if not case.catalog.database.house_rules.views_only or not shown:
        return False
    _, table = case.rng.choice(shown)
    return rename_table(case, table, table.base_table.rpartition(".")[2])


def alias(case: Case) -> bool:
    """A short alias for the table."""
    sources = case.sources()
    if not case.catalog.database.house_rules.full_table_names or len({table.name for _, table in sources}) < len(
        sources
    ):
        return False
    for node, table in sources:
        short = case.rng.choice([table.name[0].lower(), "".join(re.findall(r"[A-Z]", table.name)).lower()[-2:] or "t"])
        if len(sources) > 1 or short.upper() in RESERVED:
            short += str(sources.index((node, table)) + 1)
        select = node.find_ancestor(exp.Select)
        give_alias(node, short, [column for column in case.columns() if _is_of(column, table, select)])
    return True


def _is_of(column: exp.Column, table: Table, select: exp.Expr | None) -> bool:
    """Whether a column is one of this table, which this SELECT reads."""
    # Names that the SELECT gives its results are no table's: `ORDER BY t.TotalAmount` would be a second defect.
    bare = not column.table and column.find_ancestor(exp.Select) is select and table.column(column.name)
    return column.table == table.name or bool(bare)


def missing_nolock(case: Case) -> bool:
    """No hint on one of the tables."""
    hinted = [node for node, _ in case.sources() if node.args.get("hints")]
    if not case.catalog.database.house_rules.nolock or not hinted:
        return False
    drop_hints([case.rng.choice(hinted)])
    return True


def missing_company_filter(case: Case) -> bool:
    """The rows of every company."""
    return drop_some_condition(case, case.is_company)


def missing_key_column(case: Case) -> bool:
    """A join on part of a composite key."""
    joins = [join for join in case.nodes(exp.Join) if isinstance(join.args.get("on"), exp.And)]
    if not joins:
        return False
    join = case.rng.choice(joins)
    drop_pair(join, case.rng.choice(parts_of(join.args["on"])))
    return True


def select_star(case: Case) -> bool:
    """Every column instead of those asked for."""
    tree = case.tree
    plain = isinstance(tree, exp.Select) and all(isinstance(item, exp.Column) for item in tree.expressions)
    if not plain or tree.args.get("group") or tree.args.get("distinct"):
        return False
    tree.set("expressions", [exp.Star()])
    return True


def function_on_filter(case: Case) -> bool:
    """`YEAR(Mth) = 2024 AND MONTH(Mth) = 3` for a range that an index can serve."""
    if not case.catalog.database.house_rules.no_function_on_filter:
        return False
    fitting = [one for one in conditions_of(case.tree) if _compares_text(one) and not case.is_company(one)]
    if not fitting:
        return False
    condition = case.rng.choice(fitting)
    column, literal = condition.this.sql(dialect=DIALECT), condition.expression.sql(dialect=DIALECT)
    day = re.fullmatch(r"(\d{4})-(\d\d)-\d\d", condition.expression.name)
    if not day:
        text = f"UPPER({column}) = {literal}"
    elif isinstance(condition, exp.EQ):
        text = f"YEAR({column}) = {day[1]} AND MONTH({column}) = {int(day[2])}"
    else:
        condition.this.replace(parse(f"SELECT CAST({column} AS DATE)").expressions[0])
        return True
    added = parse(f"SELECT 1 WHERE {text}").args["where"].this
    parts = {id(condition): parts_of(added)}
    set_conditions(case.tree, [part for one in conditions_of(case.tree) for part in parts.get(id(one), [one])])
    return True


def _compares_text(condition: exp.Expr) -> bool:
    """Whether a conjunct compares a column with a date, or asks for a text."""
    if not isinstance(condition, exp.EQ | exp.GTE | exp.GT | exp.LT | exp.LTE):
        return False
    right = condition.expression
    dated = right.is_string and re.fullmatch(r"\d{4}-\d\d-\d\d", right.name)
    return isinstance(condition.this, exp.Column) and right.is_string and bool(dated or isinstance(condition, exp.EQ))
