"""Faults as people make them in SQL that they ask about: one small change, and the sentence that names it.

The mended query, the fault and the sentence belong together, so each fault here chooses its place and says it; the
edits of the tree are those that the worse sides of preferences use as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from vgpt2.catalog.model import Table
from vgpt2.records.facts import Fact
from vgpt2.sqltext.names import quote
from vgpt2.synthesis.defects.case import Case
from vgpt2.synthesis.defects.edits import (
    conditions_of,
    drop_condition,
    drop_hints,
    drop_pair,
    give_alias,
    parts_of,
    rename_columns,
    rename_table,
)
from vgpt2.tsql.dialect import DIALECT


@dataclass(slots=True, frozen=True)
class Fault:
    """The sentence that names what was made wrong, and what it states; `company`: the value that nobody could guess."""

    said: str
    facts: tuple[Fact, ...] = ()
    company: str = ""


@dataclass(slots=True, frozen=True)
class Kind:
    """A kind of fault. `make` changes the tree, or gives None where the fault does not fit.

    `rules`: what the checker finds; `house_rule`: the one without which the change would be no fault.
    """

    make: Callable[[Case], Fault | None]
    rules: frozenset[str]
    house_rule: str = ""


def typo(name: str, rng: random.Random) -> str:
    """A name with two letters swapped, one dropped or one doubled; the first letter stays."""
    if len(name) < 2:
        return name * 2
    at = rng.randrange(1, max(2, len(name) - 1))
    form = rng.choice(("drop", "double", "swap"))
    if form == "drop" and len(name) > 3:
        return name[:at] + name[at + 1 :]
    if form == "swap" and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[: at + 1] + name[at] + name[at + 1 :]


def _reserved(name: str, wrong: str) -> bool:
    """Whether a plain name was misspelt as a keyword (`PRCo` as `PROC`): nobody would put that in brackets."""
    return quote(name) == name and quote(wrong) != wrong


def _column_of(case: Case) -> tuple[Table, str] | None:
    columns = [name for name in case.example.objects if name not in case.catalog.by_qualified]
    if not columns:
        return None
    owner, _, column = case.rng.choice(columns).rpartition(".")
    return case.ctx.table(owner), column


def unknown_column(case: Case) -> Fault | None:
    """A misspelt column."""
    found = _column_of(case)
    if not found or len(found[1]) < 4:
        return None
    table, column = found
    wrong = typo(column, case.rng)
    tables = [case.ctx.table(name) for name in case.example.tables]
    if _reserved(column, wrong) or any(item.name.lower() == wrong.lower() for one in tables for item in one.columns):
        return None
    name = case.catalog.sql_name(table)
    facts = (Fact("missing", f"{name}.{wrong}"), Fact("exists", f"{name}.{column}"))
    # The other table of a join may have a column of this name, which is right; what a CTE passes on is nobody's.
    nodes = [node for node in case.columns() if node.name == column and case.owner(node) in (table, None)]
    rename_columns(nodes, wrong)
    return Fault(f"{wrong} is not in {name}; it is {column}.", facts)


def unknown_table(case: Case) -> Fault | None:
    """A misspelt table."""
    table = case.ctx.table(case.rng.choice(case.example.tables))
    wrong = typo(table.name, case.rng)
    if _reserved(table.name, wrong) or wrong.lower() in {item.name.lower() for item in case.catalog.tables}:
        return None
    name = case.catalog.sql_name(table)
    before, _, after = name.rpartition(table.name)  # Person.Person has the name twice
    shown = f"{before}{wrong}{after}"
    rename_table(case, table, wrong)
    return Fault(f"{shown} is not a table; it is {name}.", (Fact("missing", shown), Fact("exists", name)))


def wrong_case(case: Case) -> Fault | None:
    """A column in lower case where case counts."""
    found = _column_of(case) if case.catalog.database.case_sensitive else None
    if not found or found[1] == found[1].lower():
        return None
    column = found[1]
    rename_columns([node for node in case.columns() if node.name == column], column.lower())
    return Fault(f"Names are case-sensitive: {column.lower()} must be {column}.")


def missing_nolock(case: Case) -> Fault | None:
    """A table without its hint."""
    if not any(node.args.get("hints") for node, _ in case.sources()):
        return None
    table = case.ctx.table(case.rng.choice(case.example.tables))
    drop_hints([node for node, other in case.sources() if other is table])
    return Fault(f"WITH (NOLOCK) is missing after {case.catalog.sql_name(table)}.")


def missing_company(case: Case) -> Fault | None:
    """No company filter."""
    table = case.ctx.table(case.example.tables[0])
    column = case.catalog.company_column(table)
    found = [node for node in case.nodes(exp.EQ) if _says_company(node, table, column)]
    if not column or len(found) != 1:
        return None
    select = found[0].find_ancestor(exp.Select)
    if select is None or not any(part is found[0] for part in conditions_of(select)):
        return None
    drop_condition(select, found[0])
    said = f"The company filter {found[0].sql(dialect=DIALECT)} is missing."
    return Fault(said, company=found[0].expression.name)


def _says_company(node: exp.EQ, table: Table, column: str) -> bool:
    """Whether a comparison is that of the company column of this table with a number."""
    left, right = node.this, node.expression
    mine = isinstance(left, exp.Column) and left.name == column and left.table in ("", table.name)
    return mine and isinstance(right, exp.Literal) and right.is_int


def missing_key_column(case: Case) -> Fault | None:
    """A join on a part of its key."""
    join = case.tree.find(exp.Join, bfs=False)
    pairs = parts_of(join.args.get("on")) if join is not None else []
    if join is None or len(pairs) < 2:
        return None
    dropped = case.rng.choice(pairs)
    drop_pair(join, dropped)
    return Fault(f"The join lacks {dropped.sql(dialect=DIALECT)}.")


def alias(case: Case) -> Fault | None:
    """A table under an alias."""
    table = case.ctx.table(case.example.tables[0])
    node = next((node for node, other in case.sources() if other is table), None)
    if node is None:
        return None
    short = table.name[0].lower()
    give_alias(node, short, [column for column in case.columns() if column.table == table.name])
    return Fault(f"Full table names are used here, not the alias {short} of {case.catalog.sql_name(table)}.")


def base_table(case: Case) -> Fault | None:
    """The base table in place of its view."""
    table = case.ctx.table(case.example.tables[0])
    if not table.base_table:
        return None
    base = case.ctx.table(table.base_table)
    rename_table(case, table, base.name)
    view, shown = case.catalog.sql_name(table), case.catalog.sql_name(base)
    return Fault(f"Queries use the view {view}, not the base table {shown}.")


def missing_group(case: Case) -> Fault | None:
    """A column beside an aggregate without GROUP BY."""
    group = case.tree.find(exp.Group, bfs=False)
    if group is None:
        return None
    columns = ", ".join(column.sql(dialect=DIALECT) for column in group.expressions)
    group.pop()
    return Fault(f"{columns} stands beside an aggregate, so GROUP BY {columns} is missing.")


FAULTS: dict[str, Kind] = {
    "fix_column": Kind(unknown_column, frozenset({"unknown_column"})),
    "fix_nolock": Kind(missing_nolock, frozenset({"missing_nolock"}), "nolock"),
    "fix_group": Kind(missing_group, frozenset({"ungrouped_column"})),
    "fix_company": Kind(missing_company, frozenset({"missing_company_filter"}), "company_filter"),
    "fix_table": Kind(unknown_table, frozenset({"unknown_table"})),
    "fix_key": Kind(missing_key_column, frozenset({"missing_key_column"}), "whole_keys_in_joins"),
    "fix_case": Kind(wrong_case, frozenset({"wrong_case", "unknown_column"})),
    "fix_alias": Kind(alias, frozenset({"alias"}), "full_table_names"),
    "fix_base": Kind(base_table, frozenset({"base_table"}), "views_only"),
}
