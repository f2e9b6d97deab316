"""What a query says about tables: which it reads, which columns it sets equal, which columns it gives out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vgpt2.catalog.draft import Draft
from vgpt2.catalog.model import Column, Table

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope

Equality = tuple[Table, str, Table, str]


def parse_query(sql: str) -> exp.Expression | None:
    """The tree of one SELECT (or UNION), or None where sqlglot does not understand all of it."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(sql, dialect="tsql")
    except (SqlglotError, RecursionError):
        return None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query) or trees[0].find(exp.Command):
        return None
    return trees[0]


def _parts(table: exp.Table) -> list[str]:
    return [part for part in (table.db, table.name) if part]


class Query:
    """One parsed query over the tables of a draft."""

    def __init__(self, draft: Draft, tree: exp.Expression) -> None:
        from sqlglot.errors import SqlglotError
        from sqlglot.optimizer.scope import traverse_scope

        self.draft, self.tree = draft, tree
        try:
            self.scopes = traverse_scope(tree)
        except (SqlglotError, RecursionError):
            self.scopes = []
        self._outputs: dict[int, list[Column]] = {}

    def tables(self) -> list[Table]:
        """The known tables and views that the query reads, each once, in the order written."""
        from sqlglot import exp

        ctes = {cte.alias.lower() for cte in self.tree.find_all(exp.CTE)}
        found: dict[str, Table] = {}
        for node in self.tree.find_all(exp.Table, bfs=False):
            if node.db or node.name.lower() not in ctes:
                table = self.draft.table(_parts(node))
                if table:
                    found.setdefault(table.qualified, table)
        return list(found.values())

    def equalities(self) -> list[list[Equality]]:
        """For each pair of table instances in one SELECT, the columns that ON and WHERE set equal (AND-ed only)."""
        from sqlglot import exp

        groups = []
        for scope in self.scopes:
            if not isinstance(scope.expression, exp.Select):
                continue
            conditions = [join.args.get("on") for join in scope.expression.args.get("joins") or []]
            where = scope.expression.args.get("where")
            conditions.append(where.this if where else None)
            pairs: dict[tuple[str, str], list[Equality]] = {}
            for condition in conditions:
                for part in _conjuncts(condition):
                    if isinstance(part, exp.EQ) and type(part.left) is type(part.right) is exp.Column:
                        self._add(scope, part.left, part.right, pairs)
            groups += pairs.values()
        return groups

    def _add(self, scope: Scope, left: exp.Column, right: exp.Column, pairs: dict) -> None:
        sides = sorted(
            (side for side in (self._owner(scope, left), self._owner(scope, right)) if side), key=lambda s: s[0]
        )
        if len(sides) == 2 and sides[0][0] != sides[1][0]:
            (a, table_a, column_a), (b, table_b, column_b) = sides
            pairs.setdefault((a, b), []).append((table_a, column_a, table_b, column_b))

    def _owner(self, scope: Scope, column: exp.Column) -> tuple[str, Table, str] | None:
        """Alias, table and exact column name of a column that belongs to a table of this SELECT."""
        from sqlglot import exp

        found = []
        for alias, (_, source) in scope.selected_sources.items():
            if isinstance(source, exp.Table) and (not column.table or column.table.lower() == alias.lower()):
                table = self.draft.table(_parts(source))
                known = self.draft.column(table, column.name) if table else None
                if known:
                    found.append((alias, table, known.name))
        return found[0] if len(found) == 1 else None

    def outputs(self) -> list[Column]:
        """The columns that the query gives out, typed where that can be told; nothing where it cannot be resolved."""
        return self._of_scope(self.scopes[-1]) if self.scopes else []

    def _of_scope(self, scope: Scope) -> list[Column]:
        from sqlglot import exp

        known = self._outputs.get(id(scope))
        if known is None:
            self._outputs[id(scope)] = []  # a recursive CTE sees nothing of itself
            if scope.set_operation_scopes:
                known = self._of_scope(scope.set_operation_scopes[0])
            elif isinstance(scope.expression, exp.Select):
                known = [column for item in scope.expression.selects for column in self._of_item(scope, item)]
            else:
                known = []
            self._outputs[id(scope)] = known
        return known

    def _sources(self, scope: Scope, alias: str = "") -> list[list[Column]]:
        from sqlglot import exp

        found = []
        for name, (node, source) in scope.selected_sources.items():
            if isinstance(node, exp.Query) and isinstance(node.parent, exp.Subquery):
                node = node.parent
            pivots = (node.args.get("pivots") if node is not None else None) or []
            names = {name.lower(), *(pivot.alias.lower() for pivot in pivots)}
            if alias and alias.lower() not in names:
                continue
            if isinstance(source, exp.Table):
                table = self.draft.table(_parts(source))
                columns = table.columns if table else []
            else:
                columns = self._of_scope(source)
                renamed = source.outer_columns or []
                if len(renamed) == len(columns):
                    columns = [_copy(column, name) for column, name in zip(columns, renamed, strict=True)]
            columns = [*columns, *_pivoted(pivots, columns)]
            found.append(columns)
        return found

    def _of_item(self, scope: Scope, item: exp.Expression) -> list[Column]:
        from sqlglot import exp

        if item.is_star:
            alias = item.table if isinstance(item, exp.Column) else ""
            return [_copy(column, column.name) for columns in self._sources(scope, alias) for column in columns]
        name, value = item.alias_or_name, item.unalias()
        if isinstance(item, exp.EQ) and isinstance(item.left, exp.Literal):
            name, value = item.left.name, item.right  # 'Alias' = expression
        while isinstance(value, exp.Paren):
            value = value.this
        if isinstance(value, exp.Column):
            found = self.source_column(scope, value)
            if found:
                return [_copy(found, name)]
        declared = self.type_of(scope, value)
        return [Column(name, declared, self.draft.base_type(declared))]

    def source_column(self, scope: Scope, column: exp.Column) -> Column | None:
        """The source's column that a column reference means."""
        wanted = column.name
        for columns in self._sources(scope, column.table):
            for known in columns:
                if known.name == wanted or (
                    not self.draft.database.case_sensitive and known.name.lower() == wanted.lower()
                ):
                    return known
        return None

    def type_of(self, scope: Scope, node: exp.Expression) -> str:
        """The T-SQL type of an expression, as far as simple rules tell; else an empty string."""
        from sqlglot import exp

        if isinstance(node, exp.Column):
            found = self.source_column(scope, node)
            return found.base_type if found else ""
        if isinstance(node, exp.Cast):
            return self.draft.base_type(node.to.sql(dialect="tsql").lower())
        if isinstance(node, exp.Literal):
            return "varchar" if node.is_string else ("int" if node.is_int else "decimal")
        if isinstance(node, (exp.Count, exp.Year, exp.Month, exp.Day, exp.DateDiff, exp.Length, exp.RowNumber)):
            return "int"
        if isinstance(node, (exp.Concat, exp.Upper, exp.Lower, exp.Trim, exp.Substring, exp.Left, exp.Right)):
            return "nvarchar"
        if isinstance(node, (exp.CurrentTimestamp, exp.DateAdd)):
            return "datetime"
        if isinstance(node, exp.Case):
            parts = [branch.args["true"] for branch in node.args.get("ifs", [])] + [node.args.get("default")]
            return self._first(scope, parts)
        if isinstance(node, exp.Dot):
            return self._method_type(node.sql(dialect="tsql"))
        if isinstance(node, (exp.Add, exp.DPipe)):
            return self._first(scope, [node.left, node.right], joined=True)
        if isinstance(node, exp.Window):
            return self.type_of(scope, node.this)
        if isinstance(node, exp.Subquery) and node.this.selects:
            return ""
        if isinstance(node, (exp.Binary, exp.Coalesce, exp.Func, exp.Paren, exp.Neg)):
            parts = [node.args.get("this"), node.args.get("expression"), *(node.args.get("expressions") or [])]
            return self._first(scope, parts)
        return ""

    def _method_type(self, call: str) -> str:
        """The type of a method call: `x.value('path', 'int')` of xml, the methods of hierarchyid and geography."""
        declared = re.search(r"'([\w() ,]+)'\)$", call)
        if declared:
            return self.draft.base_type(declared.group(1))
        if call.endswith("GetLevel()"):
            return "smallint"
        return "nvarchar" if call.endswith("ToString()") else ""

    def _first(self, scope: Scope, parts: list, joined: bool = False) -> str:
        """The type of the first part that has one, numbers last; the length of text put together is not known."""
        from sqlglot import exp

        known = [self.type_of(scope, part) for part in parts if isinstance(part, exp.Expression)]
        known = [name.split("(")[0] if joined and "char" in name else name for name in known if name]
        wide = [name for name in known if name not in ("int", "decimal")]
        return (wide or known or [""])[0]


def _conjuncts(condition: exp.Expression | None) -> list[exp.Expression]:
    from sqlglot import exp

    if condition is None:
        return []
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return _conjuncts(condition.left) + _conjuncts(condition.right)
    return [condition]


def _copy(column: Column, name: str) -> Column:
    return Column(
        name or column.name,
        column.type,
        column.base_type,
        column.nullable,
        description=column.description,
        description_source=column.description_source,
        values=list(column.values),
    )


def _pivoted(pivots: list[exp.Expression], columns: list[Column]) -> list[Column]:
    """The columns that PIVOT adds, of the type of what it aggregates."""
    from sqlglot import exp

    made = []
    for pivot in pivots:
        inner = next((item.find(exp.Column) for item in pivot.expressions), None)
        kind = next((c for c in columns if inner is not None and c.name.lower() == inner.name.lower()), None)
        for field in pivot.args.get("fields") or []:
            for value in field.expressions:
                made.append(Column(value.alias_or_name, kind.type if kind else "", kind.base_type if kind else ""))
    return made
