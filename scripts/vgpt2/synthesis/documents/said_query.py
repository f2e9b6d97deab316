"""What one SELECT gives, in words: its columns, tables, conditions, groups and order, and nothing that it does not say.

What cannot be said truly in a sentence (expressions, CASE, queries within, unusual joins) is not said at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.sql_traits import traits
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.questions import listed

if TYPE_CHECKING:
    from vgpt2.tsql.check.verdict import Verdict

# What a sentence can hold.
MOST_PARTS = 6
_AGGREGATES: dict[type[exp.Expr], str] = {
    exp.Sum: "the total {0}", exp.Avg: "the average {0}", exp.Min: "the lowest {0}", exp.Max: "the highest {0}",
}  # fmt: skip
_COMPARED: dict[type[exp.Expr], str] = {
    exp.EQ: "{0} is {1}", exp.NEQ: "{0} is not {1}", exp.GT: "{0} is over {1}", exp.GTE: "{0} is {1} or more",
    exp.LT: "{0} is under {1}", exp.LTE: "{0} is {1} or less", exp.Like: "{0} is like {1}",
}  # fmt: skip
# The same of days.
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DAYS: dict[type[exp.Expr], str] = {
    exp.GT: "{0} is after {1}", exp.GTE: "{0} is {1} or later", exp.LT: "{0} is before {1}", exp.LTE: "{0} is by {1}",
}  # fmt: skip
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}
_KNOWN = frozenset("kind expressions from_ from joins where group having order limit distinct".split())
_TABLE = frozenset("this db catalog alias hints".split())


class Unsayable(Exception):
    """Something in a query for which there are no words here."""


def said_query(ctx: Context, verdict: Verdict) -> str:
    """What a query that was found clean gives: "a list of Vendor and the total InvTotal from APTH, where OpenYN is 'Y',
    for each Vendor"; '' where that cannot be said, or where it only shows columns of one table. A company that it is
    limited to is left to those who ask."""
    tree = verdict.tree
    if type(tree) is not exp.Select or verdict.binding is None:
        return ""
    try:
        return Sayer(ctx, tree, verdict).sentence()
    except Unsayable:
        return ""


class Sayer:
    """Says one SELECT, part by part."""

    def __init__(self, ctx: Context, tree: exp.Select, verdict: Verdict, whole: bool = True) -> None:
        """`whole`: all of the query is to be said, so that there must be words for everything in it."""
        self.ctx, self.tree, self.verdict = ctx, tree, verdict
        self.catalog: Catalog = ctx.catalog
        self.several = len(verdict.tables) > 1
        if not whole:
            return
        unknown = {name for name, value in tree.args.items() if value} - _KNOWN
        if unknown or tree.find(exp.Subquery, exp.Window, exp.Exists, exp.SetOperation):
            raise Unsayable
        if "works" not in traits(tree) and not tree.args.get("where"):
            raise Unsayable

    def sentence(self) -> str:
        """All parts, in the order in which people say them."""
        group = self.tree.args.get("group")
        parts = [f"{self._items()} from {self._sources()}"]
        if conditions := list(self._conditions()):
            parts.append(f"where {listed(conditions)}")
        if group:
            parts.append(self._group(group))
        if having := self.tree.args.get("having"):
            parts.append(f"only where {listed([self.condition(part) for part in conjuncts(having.this)])}")
        if order := self.tree.args.get("order"):
            parts.append(f"sorted by {listed([self._key(item) for item in order.expressions])}")
        return ", ".join(parts)

    def _group(self, group: exp.Group) -> str:
        if any(value for name, value in group.args.items() if name != "expressions"):
            raise Unsayable  # ROLLUP and the like
        keys = [self._value(item) for item in group.expressions]
        plain = [self._value(column) for item in self.tree.expressions if type(column := item.unalias()) is exp.Column]
        if len(keys) > 2 and set(keys) == set(plain):
            raise Unsayable  # nobody reads so many columns out
        return f"for each {listed(keys)}"

    def _items(self) -> str:
        items = [self._item(item) for item in self.tree.expressions]
        if len(items) > MOST_PARTS:
            raise Unsayable  # nobody reads so many columns out
        said = listed(items)
        said = f"the different {said}" if self.tree.args.get("distinct") else said
        limit = self.tree.args.get("limit")
        if limit:
            count = limit.expression if isinstance(limit, exp.Limit) else limit.args.get("count")
            if not isinstance(count, exp.Literal):
                raise Unsayable
            return f"the first {count.name} rows of {said}"
        return f"a list of {said}"

    def _item(self, item: exp.Expr) -> str:
        value = self._value(item.unalias())
        return f"{value} as {item.alias}" if isinstance(item, exp.Alias) and item.alias != item.this.name else value

    def _value(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Count):
            return self._count(node)
        words = _AGGREGATES.get(type(node))
        if words and isinstance(node.this, exp.Column):
            return words.format(self._column(node.this))
        if isinstance(node, exp.Coalesce) and isinstance(node.this, exp.Column) and len(node.expressions) == 1:
            return f"{self._column(node.this)} ({self._literal(node.expressions[0])} where it is empty)"
        raise Unsayable

    def _count(self, node: exp.Count) -> str:
        if isinstance(node.this, exp.Star):
            return "the number of rows"
        if isinstance(node.this, exp.Distinct) and len(node.this.expressions) == 1:
            return f"the number of different {self._value(node.this.expressions[0])}"
        if isinstance(node.this, exp.Column):
            return f"the number of filled {self._column(node.this)}"
        raise Unsayable

    def _column(self, node: exp.Column) -> str:
        bound = self.verdict.binding.column(node) if self.verdict.binding else None
        if bound is None or bound[0].info is None:
            raise Unsayable
        table = bound[0].info.table
        return f"{node.name} of {table.name}" if self.several else node.name

    def _sources(self) -> str:
        source = self.tree.args.get("from_") or self.tree.args.get("from")
        if source is None or len(self.verdict.tables) != 1 + len(self.tree.args.get("joins") or ()):
            raise Unsayable  # a table twice
        said = self._table(source.this)
        with_: list[str] = []
        maybe: list[str] = []
        for join in self.tree.args.get("joins") or ():
            pairs = conjuncts(join.args.get("on"))
            plain = pairs and all(type(p) is exp.EQ and _columns(p) == 2 for p in pairs)
            if not plain or join.side not in ("", "LEFT") or join.kind not in ("", "INNER", "OUTER"):
                raise Unsayable
            (maybe if join.side else with_).append(self._table(join.this))
        if with_:
            said += f" with {listed(with_)}"
        return said + (f" and, where there is one, {listed(maybe)}" if maybe else "")

    def _table(self, node: exp.Expr) -> str:
        if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
            raise Unsayable
        # FOR SYSTEM_TIME, TABLESAMPLE and the like stand in further arguments.
        if {name for name, value in node.args.items() if value} - _TABLE:
            raise Unsayable
        table = self.catalog.find(node.name, node.db)
        if not isinstance(table, Table):
            raise Unsayable
        words, name = self.ctx.noun(table), self.catalog.sql_name(table)
        return f"{words} ({name})" if words else name

    def _conditions(self) -> Iterator[str]:
        where = self.tree.args.get("where")
        parts = conjuncts(where.this) if where else []
        if len(parts) > MOST_PARTS:
            raise Unsayable
        for part in parts:
            if not self.is_company(part):
                yield self.condition(part)

    def is_company(self, part: exp.Expr) -> bool:
        """Whether a condition limits the query to one company."""
        plain = type(part) is exp.EQ and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Literal)
        return plain and part.this.name in self.catalog.company_names

    def condition(self, node: exp.Expr) -> str:
        """One condition in words; Unsayable where it has none."""
        node = node.unnest()
        if isinstance(node, exp.Or):
            return f"({listed([self.condition(part) for part in (node.left, node.right)], 'or')})"
        if isinstance(node, exp.Not):
            return self._denied(node.this)
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return f"{self._value(node.this)} is empty"
        if isinstance(node, exp.In) and node.expressions:
            return f"{self._value(node.this)} is {listed([self._literal(item) for item in node.expressions], 'or')}"
        if isinstance(node, exp.Between):
            low, high = (self._literal(node.args[name]) for name in ("low", "high"))
            return f"{self._value(node.this)} is from {low} to {high}"
        left, right, kind = node.this, node.args.get("expression"), type(node)
        if isinstance(left, exp.Literal | exp.Parameter):
            left, right, kind = right, left, _TURNED.get(kind, kind)
        words = _COMPARED.get(kind)
        if words is None or right is None:
            raise Unsayable
        if isinstance(right, exp.Literal) and right.is_string and _DAY.match(right.name):
            words = _DAYS.get(kind, words)
        other = self._column(right) if isinstance(right, exp.Column) else self._literal(right)
        meant = self._meant(left, right) if kind in (exp.EQ, exp.NEQ) else ""
        return words.format(self._value(left), f"{other} ({meant})" if meant else other)

    def _meant(self, column: exp.Expr, value: exp.Expr) -> str:
        """What a value of a column means; '' where it is a flag's, or means nothing."""
        if not isinstance(column, exp.Column) or not isinstance(value, exp.Literal) or self.verdict.binding is None:
            return ""
        bound = self.verdict.binding.column(column)
        table = bound[0].info.table if bound and bound[0].info else None
        own = table.column(column.name) if isinstance(table, Table) else None
        return self.ctx.meant(table, own, value.name) if isinstance(table, Table) and own else ""

    def _denied(self, node: exp.Expr) -> str:
        node = node.unnest()
        if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            return f"{self._value(node.this)} is filled"
        if isinstance(node, exp.In) and node.expressions:
            values = listed([self._literal(item) for item in node.expressions], "nor")
            return f"{self._value(node.this)} is neither {values}"
        if isinstance(node, exp.Like):
            return f"{self._value(node.this)} is not like {self._literal(node.expression)}"
        raise Unsayable

    def _literal(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
            return f"-{node.this.name}"
        if isinstance(node, exp.Literal):
            return f"'{node.name}'" if node.is_string else node.name
        if isinstance(node, exp.Parameter):
            return f"@{node.name}"
        raise Unsayable

    def _key(self, node: exp.Expr) -> str:
        if not isinstance(node, exp.Ordered):
            raise Unsayable
        aliases = {item.alias for item in self.tree.expressions if isinstance(item, exp.Alias)}
        known = isinstance(node.this, exp.Column) and node.this.name in aliases and not node.this.table
        said = node.this.name if known else self._value(node.this)
        return f"{said} descending" if node.args.get("desc") else said


def conjuncts(node: exp.Expr | None) -> list[exp.Expr]:
    """The conditions of which all must hold."""
    if node is None:
        return []
    node = node.unnest()
    return [*conjuncts(node.left), *conjuncts(node.right)] if isinstance(node, exp.And) else [node]


def _columns(node: exp.Expr) -> int:
    return sum(isinstance(side, exp.Column) for side in (node.this, node.expression))
