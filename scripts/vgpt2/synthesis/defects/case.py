"""A query that is about to be broken: its tree, its tables and columns."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import TypeVar

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.sqltext.names import quote
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.invented import Inventor

Node = TypeVar("Node", bound=exp.Expr)


@dataclass(slots=True)
class Case:
    """A query to be broken. `renamed` collects names that an edit changed, for the plan."""

    example: Example
    tree: exp.Expression
    ctx: Context
    rng: random.Random
    renamed: dict[str, str] = field(default_factory=dict, kw_only=True)

    @property
    def catalog(self) -> Catalog:
        """The catalog."""
        return self.ctx.catalog

    def nodes(self, *kinds: type[Node]) -> list[Node]:
        """All nodes of these kinds, in the order of the text."""
        return list(self.tree.find_all(*kinds, bfs=False))

    def columns(self) -> list[exp.Column]:
        """All column nodes, in the order of the text."""
        return self.nodes(exp.Column)

    def sources(self) -> list[tuple[exp.Table, Table]]:
        """The table nodes that stand for tables of the catalog."""
        found = ((node, self.catalog.find(node.name, node.db)) for node in self.nodes(exp.Table))
        return [(node, table) for node, table in found if table is not None]

    def owner(self, column: exp.Column) -> Table | None:
        """The table of a column node: the one it is qualified with, else the only one of its SELECT that has it."""
        select = column.find_ancestor(exp.Select)
        for node, table in self.sources():
            bare = not column.table and node.find_ancestor(exp.Select) is select
            if (bare or column.table == table.name) and table.column(column.name):
                return table
        return None

    def some_column(self) -> tuple[Table, Column] | None:
        """A column that the query uses and that is no company column, with its table."""
        companies = set(self.catalog.company_names)
        found: dict[str, tuple[Table, Column]] = {}
        for node in self.columns():
            table = self.owner(node)
            column = table.column(node.name) if table else None
            if table and column and column.name not in companies:
                found[f"{table.qualified}.{column.name}"] = (table, column)
        return found[self.rng.choice(sorted(found))] if found else None

    def is_company(self, condition: exp.Expr) -> bool:
        """Whether a conjunct compares a company column with a value."""
        names = set(self.catalog.company_names)
        against_value = isinstance(condition, exp.EQ) and not condition.expression.find(exp.Column)
        return against_value and condition.this.name in names


@dataclass(slots=True)
class InventingCase(Case):
    """A case that has names at hand that do not exist."""

    inventor: Inventor


def identifier(name: str) -> exp.Identifier:
    """A name, in brackets where T-SQL asks for them."""
    return exp.to_identifier(name, quoted=quote(name) != name)


def with_names(text: str, names: dict[str, str]) -> str:
    """The text with these whole words replaced."""
    if not names:
        return text
    pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: names[found.group()], text)
