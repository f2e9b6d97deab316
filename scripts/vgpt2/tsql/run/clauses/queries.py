"""Rewrites of what surrounds expressions: SELECT, WITH, joins, APPLY, tables."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.clauses.blanks import trim_groups, trim_items
from vgpt2.tsql.run.clauses.pivots import put_pivoted
from vgpt2.tsql.run.clauses.rowsets import rowset
from vgpt2.tsql.run.clauses.top import put_top
from vgpt2.tsql.run.clauses.xml_path import joined_rows
from vgpt2.tsql.run.expressions.branches import differs, unify
from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.rewrite.build import text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.results import common
from vgpt2.tsql.run.types.sqltype import NULL, SqlType


def _select(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    args = node.args
    if args.get("for_") is not None:
        joined_rows(rewriter, node)
    node.set("options", None)
    for item in node.expressions:
        if type(item) is exp.EQ and type(item.this) is exp.Literal:
            alias = exp.Alias(this=item.expression, alias=exp.to_identifier(item.this.this, quoted=True))
            rewriter.replace(item, alias, rewriter.type(item.expression))
    found = None
    for item in node.expressions[:1]:
        found = rewriter.type(item.this if type(item) is exp.Alias else item)
    trim_groups(rewriter, node)
    if node.args.get("distinct") is not None:
        trim_items(rewriter, node)
    put_top(rewriter, node)
    return found


def _set_operation(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """UNION, EXCEPT, INTERSECT: the columns of both sides as one type, char filled to one length."""
    left, right = _listed(node.this), _listed(node.expression)
    if not left or len(left) != len(right):
        return rewriter.type(node.this)
    for one, two in zip(left, right, strict=True):
        found = common((rewriter.type(one), rewriter.type(two)))
        if found is None:
            if None not in (rewriter.type(one), rewriter.type(two)):
                raise NotExecutable("a set operation over types that do not fit")
            continue
        for item in (one, two):
            _as_type(rewriter, item, found)
    if node.args.get("distinct") is not False:
        trim_items(rewriter, node)
    return rewriter.type(left[0])


def _listed(node: exp.Expression | None) -> list[exp.Expression]:
    """The select list of a side, of its first branch where that is a set operation itself; empty where a star is."""
    while isinstance(node, (exp.Subquery, exp.Paren)):
        node = node.this
    if isinstance(node, exp.SetOperation):
        return _listed(node.this) if not _listed(node.expression) else _listed(node.expression)
    if not isinstance(node, exp.Select) or any(
        item.find(exp.Star) for item in node.expressions[:] if not isinstance(item, exp.Alias)
    ):
        return []
    return list(node.expressions)


def _as_type(rewriter: Rewriter, item: exp.Expression, found: SqlType) -> None:
    value = item.this if isinstance(item, exp.Alias) else item
    kind = rewriter.type(value)
    if kind is None or kind == NULL or found == NULL:
        return
    filled = found.padded and not kind.stored and (kind.size != found.size or not kind.padded)
    if filled or differs(kind, found):
        rewriter.replace(value, convert(value.copy(), kind, found.spread()), found.spread())
    if isinstance(item, exp.Alias):
        rewriter.typed(item, found)


def _with(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    node.set("recursive", True)
    return None


def _group(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """`GROUP BY a, b WITH ROLLUP`, the old form of `ROLLUP(a, b)`; CUBE too."""
    for key, maker in (("rollup", exp.Rollup), ("cube", exp.Cube)):
        if node.args.get(key):
            node.set("expressions", [maker(expressions=node.expressions)])
            node.set(key, None)
    return None


def _join(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    node.set("hint", None)
    lateral = node.this
    if type(lateral) is exp.Lateral:
        if isinstance(lateral.this, exp.Func):
            _table_call(rewriter, lateral)
        subquery = lateral.this
        outer = lateral.args.get("cross_apply") is False
        new = exp.Lateral(this=subquery, alias=lateral.args.get("alias"))
        node.set("this", new)
        node.set("side", "LEFT" if outer else None)
        node.set("kind", None if outer else "CROSS")
        if outer:
            node.set("on", exp.true())
    return None


def _table(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if node.args.get("sample") or node.args.get("version"):
        raise NotExecutable("TABLESAMPLE or FOR SYSTEM_TIME")
    if isinstance(node.this, exp.Func):
        if node.args.get("pivots"):
            raise NotExecutable("PIVOT of a function")
        _table_call(rewriter, node)
        return None
    info = rewriter.binding.lookup.table(node.name, node.args["db"].this if node.args.get("db") else "")
    is_cte = not node.args.get("db") and rewriter.binding.fold(node.name) in rewriter.binding.cte_names
    if info is not None and not is_cte:
        node.set("catalog", None)
        node.set("db", exp.to_identifier(info.table.schema, quoted=True))
        node.set("this", exp.to_identifier(info.table.name, quoted=True))
    if node.args.get("pivots"):
        put_pivoted(rewriter, node)
    return None


def _subquery(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if node.args.get("pivots"):
        put_pivoted(rewriter, node)
    return rewriter.type(node.this)


def _table_call(rewriter: Rewriter, node: exp.Expression) -> None:
    """A function that gives a table, as a subquery."""
    made = rowset(rewriter, node)
    if isinstance(node, exp.Table):
        made.set("joins", node.args.get("joins"))
        rewriter.replace(node, made)
    else:
        node.set("alias", made.args.pop("alias"))
        node.this.replace(made)


def _values(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """VALUES as a table: each of its columns as one type."""
    rows = [row.expressions for row in node.expressions if isinstance(row, exp.Tuple)]
    if len(rows) == len(node.expressions) and len({len(row) for row in rows}) == 1:
        width = len(rows[0])
        if any((text_of(value) or "").endswith(" ") for row in rows for value in row):
            # Compared and grouped they are the same as without, and DuckDB's are not.
            raise NotExecutable("a text with blanks at its end in VALUES")
        rewriter.rows[id(node)] = [
            unify(rewriter, [row.expressions[place] for row in node.expressions]) for place in range(width)
        ]
    if node.args.get("pivots"):
        put_pivoted(rewriter, node)
    return None


def _refuse(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    raise NotExecutable(type(node).__name__)


QUERIES: Handlers = {
    exp.Select: _select,
    **dict.fromkeys((exp.Union, exp.Except, exp.Intersect), _set_operation),
    exp.With: _with,
    exp.Group: _group,
    exp.Join: _join,
    exp.Table: _table,
    exp.Values: _values,
    exp.Subquery: _subquery,
    exp.Dot: _refuse,
    exp.AtTimeZone: _refuse,
}
