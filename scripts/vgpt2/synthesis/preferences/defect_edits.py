"""The edits that break a query in one way each, as models do; see `defects.SQL_DEFECTS`."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from vgpt2.sqltext.names import RESERVED, quote
from vgpt2.synthesis.preferences.defect_case import (
    Case,
    columns_of,
    drop_condition,
    identifier,
    rename_column,
    rename_table,
    some_column,
)
from vgpt2.tsql.dialect import DIALECT, parse

Edit = Callable[[Case], bool | None]


def invented_table(case: Case) -> bool:
    """`APTH` as `APInvoiceHeader`."""
    _, table = case.rng.choice(case.sources())
    name, _ = case.inventor.table(case.rng, table, case.ctx.table_words(table))
    return bool(name) and rename_table(case, table, name)


def wrong_table(case: Case) -> bool:
    """Another real table, which lacks a column that the query uses."""
    _, table = case.rng.choice(case.sources())
    used = {column.name for column in columns_of(case) if case.owner(column) is table}
    others = [
        other
        for other in case.catalog.queryable
        if other.module == table.module
        and other.schema == table.schema
        and other.name != table.name
        and other.qualified not in case.example.tables
        and used - {column.name for column in other.columns}
    ]
    return bool(others) and rename_table(case, table, case.rng.choice(others).name)


def invented_column(case: Case) -> bool:
    """`InvTotal` as `InvoiceAmount`."""
    found = some_column(case)
    if not found:
        return False
    name, _ = case.inventor.column(case.rng, found[0], found[1], case.ctx.words(found[0]).get(found[1].name, ""))
    return bool(name) and rename_column(case, found[0], found[1].name, name)


def column_of_other_table(case: Case) -> bool:
    """A real column, of another table of the module."""
    found = some_column(case)
    if not found:
        return False
    table, column = found
    own = {known.name.lower() for name in case.example.tables for known in case.ctx.table(name).columns}
    names = sorted(
        {
            other.name
            for near in case.catalog.queryable
            if near.module == table.module
            for other in near.columns
            if other.base_type == column.base_type and other.name.lower() not in own
        }
    )
    return bool(names) and rename_column(case, table, column.name, case.rng.choice(names))


def wrong_case(case: Case) -> bool:
    """`InvTotal` as `invtotal`, where case counts."""
    found = some_column(case) if case.catalog.database.case_sensitive else None
    if not found:
        return False
    name = case.rng.choice([found[1].name.lower(), found[1].name.upper()])
    return name != found[1].name and rename_column(case, found[0], found[1].name, name)


def missing_key_column(case: Case) -> bool:
    """A join on part of a composite key."""
    joins = [join for join in case.nodes(exp.Join) if isinstance(join.args.get("on"), exp.And)]
    if not joins:
        return False
    join = case.rng.choice(joins)
    parts = list(join.args["on"].flatten())
    parts.pop(case.rng.randrange(len(parts)))
    join.set("on", exp.and_(*[part.copy() for part in parts], wrap=False))
    return True


def missing_company_filter(case: Case) -> bool:
    """The rows of every company."""
    return drop_condition(case, case.is_company)


def missing_condition(case: Case) -> bool:
    """A condition of the question is left out."""
    return drop_condition(case, lambda condition: not case.is_company(condition))


def extra_condition(case: Case) -> bool:
    """A condition that nobody asked for."""
    table = case.sources()[0][1]
    if not isinstance(case.tree, exp.Select):
        return False
    taken = {column.name for column in columns_of(case)}
    pool = [column for column in case.ctx.roles(table).equals if column.name not in taken]
    case.rng.shuffle(pool)
    for column in pool:
        values = case.ctx.values(table, column)
        if values:
            value = case.rng.choice(values[:6])
            owner = identifier(table.name) if case.tree.args.get("joins") else None
            left = exp.Column(this=identifier(column.name), table=owner)
            right = exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(str(value))
            case.set_conditions([*case.conditions(), exp.EQ(this=left, expression=right)])
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
    for column in columns_of(case):
        table = case.owner(column)
        if table and not column.table:
            column.set("table", identifier(table.name))
    case.tree.append("joins", added.args["joins"][0])
    return True


def missing_nolock(case: Case) -> bool:
    """No hint on one of the tables."""
    hinted = [node for node, _ in case.sources() if node.args.get("hints")]
    if not case.catalog.database.house_rules.nolock or not hinted:
        return False
    case.rng.choice(hinted).set("hints", None)
    return True


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
        for column in columns_of(case):
            # Names that the SELECT gives its results are no table's: `ORDER BY t.TotalAmount` would be a second defect.
            bare = not column.table and column.find_ancestor(exp.Select) is select and table.column(column.name)
            if column.table == table.name or bare:
                column.set("table", exp.to_identifier(short))
        node.set("alias", exp.TableAlias(this=exp.to_identifier(short)))
    return True


def base_table(case: Case) -> bool:
    """The base table for its view: `bAPTH` for `APTH`."""
    shown = [(node, table) for node, table in case.sources() if table.base_table]
    if not case.catalog.database.house_rules.views_only or not shown:
        return False
    _, table = case.rng.choice(shown)
    return rename_table(case, table, table.base_table.rpartition(".")[2])


def wrong_aggregate(case: Case) -> bool:
    """An average for a sum, a maximum for a minimum."""
    other = {exp.Sum: exp.Avg, exp.Avg: exp.Sum, exp.Min: exp.Max, exp.Max: exp.Min}
    calls = case.nodes(*other)
    if not calls:
        return False
    call = case.rng.choice(calls)
    for same in [node for node in calls if node == call]:
        same.replace(other[type(call)](this=same.this.copy()))
    return True


def wrong_boundary(case: Case) -> bool:
    """`>` for `>=`, `<=` for `<`."""
    other = {exp.GTE: exp.GT, exp.GT: exp.GTE, exp.LT: exp.LTE, exp.LTE: exp.LT}
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
    fitting = [one for one in case.conditions() if _compares_text(one) and not case.is_company(one)]
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
    parts = list(added.flatten()) if isinstance(added, exp.And) else [added]
    case.set_conditions([part for one in case.conditions() for part in (parts if one is condition else [one])])
    return True


def _compares_text(condition: exp.Expression) -> bool:
    """Whether a conjunct compares a column with a date, or asks for a text."""
    if not isinstance(condition, exp.EQ | exp.GTE | exp.GT | exp.LT | exp.LTE):
        return False
    right = condition.expression
    dated = right.is_string and re.fullmatch(r"\d{4}-\d\d-\d\d", right.name)
    return isinstance(condition.this, exp.Column) and right.is_string and bool(dated or isinstance(condition, exp.EQ))


def wrong_grouping(case: Case) -> bool:
    """Groups by another column than the one asked for."""
    group = case.tree.args.get("group")
    column = group.expressions[0] if group and len(group.expressions) == 1 else None
    table = case.owner(column) if column is not None and column.name else None
    if table is None:
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


# Those at the front are tried first where all are equally frequent: few queries have what they need.
SQL_DEFECTS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (
        inner_for_left, missing_key_column, wrong_boundary, wrong_order, wrong_grouping, function_on_filter,
        wrong_aggregate, missing_condition, extra_condition, extra_join, select_star, wrong_table,
        column_of_other_table, invented_table, invented_column, wrong_case, base_table, alias, missing_company_filter,
        missing_nolock,
    )
}  # fmt: skip


# Defects that only other rows give away; they are wanted more often than those that a rule names.
BY_ROWS = frozenset(
    edit.__name__
    for edit in (
        inner_for_left, wrong_boundary, wrong_order, wrong_grouping, wrong_aggregate, missing_condition,
        extra_condition, extra_join,
    )
)  # fmt: skip
