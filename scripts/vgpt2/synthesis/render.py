"""The typed tree of a SELECT as one line of T-SQL, in the manner of the database."""

from __future__ import annotations

from vgpt2.catalog.model import Catalog
from vgpt2.sqltext.names import quote
from vgpt2.synthesis.query import Call, Condition, Filter, JoinOn, Query, Ref, SubQuery

Pairs = tuple[tuple[Ref, Ref], ...]


def render(query: Query, catalog: Catalog) -> str:
    """The query as one line of T-SQL.

    Columns are bare where one table is read, else qualified with the full table name; hints and names are those of
    the database's house rules.
    """
    sql = _body(query, catalog)
    if query.keep:
        alias, rest = query.keep
        kept = [item.name for item in query.items if item.alias != alias]
        sql = f"WITH Numbered AS ({sql}) SELECT {', '.join(map(quote, kept))} FROM Numbered WHERE {alias} {rest}"
    if query.ctes:
        named = ", ".join(f"{quote(name)} AS ({_body(inner, catalog)})" for name, inner in query.ctes)
        sql = f"WITH {named} {sql}"
    return sql


def _body(query: Query, catalog: Catalog) -> str:
    """The query without its CTEs."""
    writer = _Writer(catalog, _qualifies(query))
    sql = writer.select(query)
    if query.union:
        sql += f" UNION {'ALL ' if query.all_rows else ''}{_body(query.union, catalog)}"
    if query.order:
        keys = [
            (writer.name(key) if isinstance(key, Ref) else quote(key)) + (" DESC" if down else "")
            for key, down in query.order
        ]
        sql += f" ORDER BY {', '.join(keys)}"
    if query.page:
        sql += f" OFFSET {query.page[0]} ROWS FETCH NEXT {query.page[1]} ROWS ONLY"
    return sql


def _qualifies(query: Query) -> bool:
    """Whether columns need the names of their tables: several are read."""
    return bool(query.joins) or any(isinstance(part, SubQuery) and part.pairs for part in query.where)


class _Writer:
    """Writes one SELECT; `qualify`: whether its columns carry the names of their tables."""

    def __init__(self, catalog: Catalog, qualify: bool) -> None:
        self.catalog = catalog
        self.qualify = qualify

    def select(self, query: Query, pairs: Pairs = ()) -> str:
        """The SELECT; `pairs`: (own column, column of the query around it) that are equal."""
        items = [
            self._expression(item.value) + (f" AS {quote(item.alias)}" if item.alias else "") for item in query.items
        ]
        words = ["SELECT"]
        if query.distinct:
            words.append("DISTINCT")
        if query.top:
            words.append(f"TOP {query.top}")
        words += [", ".join(items) or "1", "FROM", self._source(query.table)]
        words += [self._join(join) for join in query.joins]
        conditions = [f"{self.name(inner)} = {self.name(outer)}" for inner, outer in pairs]
        conditions += map(self._condition, query.where)
        if conditions:
            words += ["WHERE", " AND ".join(conditions)]
        if query.group:
            words += ["GROUP BY", ", ".join(map(self._expression, query.group))]
        if query.having:
            words += [
                "HAVING",
                " AND ".join(f"{self._expression(call)} {rest}".rstrip() for call, rest in query.having),
            ]
        return " ".join(words)

    def name(self, ref: Ref) -> str:
        """A column: bare, or with its table or the name of the query that it comes from."""
        if not self.qualify:
            return quote(ref.column)
        table = self.catalog.by_qualified.get(ref.table)
        return f"{quote(table.name if table else ref.table)}.{quote(ref.column)}"

    def _expression(self, value: Ref | Call) -> str:
        return self.name(value) if isinstance(value, Ref) else value.template.format(*map(self.name, value.refs))

    def _source(self, name: str) -> str:
        table = self.catalog.by_qualified.get(name)
        if table is None:
            return quote(name)
        hint = " WITH (NOLOCK)" if self.catalog.database.house_rules.nolock else ""
        return self.catalog.sql_name(table) + hint

    def _join(self, join: JoinOn) -> str:
        source = (
            f"({_body(join.query, self.catalog)}) AS {quote(join.table)}" if join.query else self._source(join.table)
        )
        on = [f"{self.name(left)} = {self.name(right)}" for left, right in join.pairs]
        on += map(self._condition, join.on)
        return f"{join.kind} {source} ON {' AND '.join(on)}" if on else f"{join.kind} {source}"

    def _condition(self, part: Condition) -> str:
        if isinstance(part, Call):
            return self._expression(part)
        if isinstance(part, Filter):
            return part.template.format(self.name(part.ref))
        inner = self.select(part.query, part.pairs)
        return f"{self.name(part.ref)} {part.operator} ({inner})" if part.ref else f"{part.operator} ({inner})"
