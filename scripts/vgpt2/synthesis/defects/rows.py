"""Defects that only other rows give away: the query is valid and answers another question."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.sqltext.names import quote
from vgpt2.synthesis.defects.case import Case, identifier
from vgpt2.synthesis.defects.edits import conditions_of, drop_some_condition, rename_column, set_conditions
from vgpt2.tsql.dialect import parse

Swapped = dict[type[exp.Expr], type[exp.Expr]]


def missing_condition(case: Case) -> bool:
    """A condition of the question is left out."""
    return drop_some_condition(case, lambda condition: not case.is_company(condition))


def extra_condition(case: Case) -> bool:
    """A condition that nobody asked for."""
    table = case.sources()[0][1]
    if not isinstance(case.tree, exp.Select):
        return False
    taken = {column.name for column in case.columns()}
    pool = [column for column in case.ctx.roles(table).equals if column.name not in taken]
    case.rng.shuffle(pool)
    for column in pool:
        values = case.ctx.values(table, column)
        if values:
            value = case.rng.choice(values[:6])
            owner = identifier(table.name) if case.tree.args.get("joins") else None
            left = exp.Column(this=identifier(column.name), table=owner)
            right = exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(str(value))
            set_conditions(case.tree, [*conditions_of(case.tree), exp.EQ(this=left, expression=right)])
            return True
    return False


def extra_join(case: Case) -> bool:
    """A further table that nobody asked for: rows without a partner are lost, rows with several come several times."""
    tables = [table for _, table in case.sources()]
    names = {table.name for table in tables}
    if not isinstance(case.tree, exp.Select) or len(case.nodes(exp.Select)) > 1 or len(names) < len(tables):
        return False
    own = tables[0]
    pool = []
    for join in case.catalog.joins_of(own.qualified):
        other = case.catalog.by_qualified.get(join.right if join.left == own.qualified else join.left)
        if other and other.name not in names:
            pool.append((join, other))
    if not pool:
        return False
    join, other = case.rng.choice(pool)
    pairs = zip(join.left_columns, join.right_columns, strict=True)
    sides = [(a, b) if join.left == own.qualified else (b, a) for a, b in pairs]
    on = " AND ".join(f"{quote(own.name)}.{quote(a)} = {quote(other.name)}.{quote(b)}" for a, b in sides)
    hint = " WITH (NOLOCK)" if case.catalog.database.house_rules.nolock else ""
    added = parse(f"SELECT 1 FROM {quote(own.name)} JOIN {case.catalog.sql_name(other)}{hint} ON {on}")
    for column in case.columns():
        table = case.owner(column)
        if table and not column.table:
            column.set("table", identifier(table.name))
    case.tree.append("joins", added.args["joins"][0])
    return True


def wrong_aggregate(case: Case) -> bool:
    """An average for a sum, a maximum for a minimum."""
    other: Swapped = {exp.Sum: exp.Avg, exp.Avg: exp.Sum, exp.Min: exp.Max, exp.Max: exp.Min}
    calls = case.nodes(*other)
    if not calls:
        return False
    call = case.rng.choice(calls)
    for same in [node for node in calls if node == call]:
        same.replace(other[type(call)](this=same.this.copy()))
    return True


def wrong_boundary(case: Case) -> bool:
    """`>` for `>=`, `<=` for `<`."""
    other: Swapped = {exp.GTE: exp.GT, exp.GT: exp.GTE, exp.LT: exp.LTE, exp.LTE: exp.LT}
    bounds = [node for node in case.nodes(*other) if isinstance(node.expression, exp.Literal)]
    if not bounds:
        return False
    node = case.rng.choice(bounds)
    node.replace(other[type(node)](this=node.this.copy(), expression=node.expression.copy()))
    return True


def inner_for_left(case: Case) -> bool:
    """Rows without a partner are lost."""
    outer = [join for join in case.nodes(exp.Join) if join.side == "LEFT"]
    if not outer:
        return False
    case.rng.choice(outer).set("side", None)
    return True


def wrong_grouping(case: Case) -> bool:
    """Groups by another column than the one asked for."""
    group = case.tree.args.get("group")
    column = group.expressions[0] if group and len(group.expressions) == 1 else None
    table = case.owner(column) if column is not None and column.name else None
    if column is None or table is None:
        return False
    pool = [other.name for other in case.ctx.roles(table).groups if other.name != column.name]
    return bool(pool) and rename_column(case, table, column.name, case.rng.choice(pool))


def wrong_order(case: Case) -> bool:
    """The smallest first instead of the greatest."""
    order = case.tree.args.get("order")
    keys = order.expressions if order else []
    if not keys or not isinstance(keys[0], exp.Ordered):
        return False
    down = not keys[0].args.get("desc")
    keys[0].set("desc", down or None)
    # NULL is the smallest value of SQL Server; said otherwise, the generator would write it out.
    keys[0].set("nulls_first", not down)
    return True
