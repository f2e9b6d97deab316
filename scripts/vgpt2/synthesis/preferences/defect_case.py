"""A query that is about to be broken: its tree, its tables and columns, and the edits that several defects share."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.sqltext.names import quote
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.invented import Inventor


@dataclass(slots=True)
class Case:
    """A query to be broken. `renamed` collects names that an edit changed, for the plan."""

    example: Example
    tree: Any
    ctx: Context
    inventor: Inventor
    rng: random.Random
    renamed: dict[str, str] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.ctx.catalog

    def nodes(self, *kinds: type) -> list:
        """All nodes of these kinds, in the order of the text."""
        return list(self.tree.find_all(*kinds, bfs=False))

    def sources(self) -> list[tuple[Any, Table]]:
        """The table nodes that stand for tables of the catalog."""
        found = ((node, self.catalog.find(node.name, node.db)) for node in self.nodes(exp.Table))
        return [(node, table) for node, table in found if table is not None]

    def owner(self, column: Any) -> Table | None:
        """The table of a column node: the one it is qualified with, else the only one of its SELECT that has it."""
        select = column.find_ancestor(exp.Select)
        for node, table in self.sources():
            bare = not column.table and node.find_ancestor(exp.Select) is select
            if (bare or column.table == table.name) and table.column(column.name):
                return table
        return None

    def conditions(self) -> list:
        """The conjuncts of the outermost WHERE."""
        where = self.tree.args.get("where")
        if where is None:
            return []
        return list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]

    def set_conditions(self, kept: list) -> None:
        """Put these conjuncts in place of the outermost WHERE; none drops it."""
        joined = exp.and_(*[part.copy() for part in kept], wrap=False) if kept else None
        self.tree.set("where", exp.Where(this=joined) if joined is not None else None)

    def is_company(self, condition: Any) -> bool:
        """Whether a conjunct compares a company column with a value."""
        names = set(self.catalog.database.company_columns.values())
        against_value = isinstance(condition, exp.EQ) and not condition.expression.find(exp.Column)
        return against_value and condition.this.name in names


def identifier(name: str) -> exp.Identifier:
    """A name, in brackets where T-SQL asks for them."""
    return exp.to_identifier(name, quoted=quote(name) != name)


def columns_of(case: Case) -> list[exp.Column]:
    """All column nodes."""
    return case.nodes(exp.Column)


def some_column(case: Case) -> tuple[Table, Column] | None:
    """A column that the query uses and that is no company column, with its table."""
    companies = set(case.catalog.database.company_columns.values())
    found = {}
    for node in columns_of(case):
        table = case.owner(node)
        column = table.column(node.name) if table else None
        if column and column.name not in companies:
            found[f"{table.qualified}.{column.name}"] = (table, column)
    return found[case.rng.choice(sorted(found))] if found else None


def rename_table(case: Case, table: Table, name: str) -> bool:
    """Read another table instead of this one, wherever the query reads it."""
    for same, other in case.sources():
        if other is table:
            same.set("this", identifier(name))
    for column in columns_of(case):
        if column.table == table.name:
            column.set("table", identifier(name))
    case.renamed[table.name] = name
    return True


def rename_column(case: Case, table: Table, old: str, new: str) -> bool:
    """Rename one column of one table everywhere, and in the aliases that were made of its name."""
    for node in [node for node in columns_of(case) if node.name == old and case.owner(node) is table]:
        node.set("this", identifier(new))
    for node in case.nodes(exp.Alias):
        if node.alias.endswith(old) and node.alias != old:
            node.set("alias", identifier(node.alias.removesuffix(old) + new))
            for column in columns_of(case):
                if column.name == f"{node.alias.removesuffix(new)}{old}":
                    column.set("this", identifier(node.alias))
    case.renamed[old] = new
    return True


def drop_condition(case: Case, which: Callable[[Any], bool]) -> bool:
    """Drop one of the conjuncts that fit; False where none does."""
    conditions = case.conditions()
    fitting = [condition for condition in conditions if which(condition)]
    if not fitting:
        return False
    gone = case.rng.choice(fitting)
    case.set_conditions([condition for condition in conditions if condition is not gone])
    return True


def with_names(text: str, names: dict[str, str]) -> str:
    """The text with these whole words replaced."""
    if not names:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: names[found.group()], text)
