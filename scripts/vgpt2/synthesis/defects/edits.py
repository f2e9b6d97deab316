"""The edits that several defects share: each changes one thing of a tree, which the caller has chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlglot import exp

from vgpt2.catalog.model import Table
from vgpt2.synthesis.defects.case import Case, identifier
from vgpt2.tsql.dialect import DIALECT


def one_line(tree: exp.Expression) -> str:
    """The text of a tree in the layout of `synthesis.render.render`.

    sqlglot would write `NOT Name IS NULL` and `FROM APTH AS a`; its generator is compiled and cannot be extended, so a
    copy of the tree says it in such a way that it is written as people do.
    """
    tree = tree.copy()
    for node in list(tree.find_all(exp.Not)):
        inner = node.this
        if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
            node.replace(exp.Is(this=inner.this, expression=exp.Not(this=inner.expression)))
    for table in tree.find_all(exp.Table):
        # What stands between the name and the hints.
        alias = table.args.get("alias")
        if alias is not None:
            table.set("hints", [alias.this, *(table.args.get("hints") or ())])
            table.set("alias", None)
    return tree.sql(dialect=DIALECT, copy=False)


def rename_table(case: Case, table: Table, name: str) -> bool:
    """Read another table instead of this one, wherever the query reads it."""
    for same, other in case.sources():
        if other is table:
            same.set("this", identifier(name))
    for column in case.columns():
        if column.table == table.name:
            column.set("table", identifier(name))
    case.renamed[table.name] = name
    return True


def rename_columns(nodes: Iterable[exp.Column], name: str) -> None:
    """Give these columns another name."""
    for node in nodes:
        node.set("this", identifier(name))


def rename_column(case: Case, table: Table, old: str, new: str) -> bool:
    """Rename one column of one table everywhere, and in the aliases that were made of its name."""
    rename_columns([node for node in case.columns() if node.name == old and case.owner(node) is table], new)
    for node in case.nodes(exp.Alias):
        if node.alias.endswith(old) and node.alias != old:
            node.set("alias", identifier(node.alias.removesuffix(old) + new))
            before = f"{node.alias.removesuffix(new)}{old}"
            rename_columns([column for column in case.columns() if column.name == before], node.alias)
    case.renamed[old] = new
    return True


def give_alias(table: exp.Table, short: str, columns: Iterable[exp.Column]) -> None:
    """Call a table by a short name, and qualify these columns with it."""
    for column in columns:
        column.set("table", exp.to_identifier(short))
    table.set("alias", exp.TableAlias(this=exp.to_identifier(short)))


def drop_hints(tables: Iterable[exp.Table]) -> None:
    """Take the hints of these tables away."""
    for table in tables:
        table.set("hints", None)


def parts_of(condition: exp.Expr | None) -> list[exp.Expr]:
    """The conjuncts of a condition; none where there is no condition."""
    if condition is None:
        return []
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def conditions_of(select: exp.Expression) -> list[exp.Expr]:
    """The conjuncts of the WHERE of a SELECT."""
    where = select.args.get("where")
    return parts_of(where.this if where is not None else None)


def set_conditions(select: exp.Expression, kept: Sequence[exp.Expr]) -> None:
    """Put these conjuncts in place of the WHERE of a SELECT; none drops it."""
    select.set("where", exp.Where(this=_all_of(kept)) if kept else None)


def drop_condition(select: exp.Expression, gone: exp.Expr) -> None:
    """Drop this conjunct of the WHERE of a SELECT."""
    set_conditions(select, [part for part in conditions_of(select) if part is not gone])


def drop_some_condition(case: Case, which: Callable[[exp.Expr], bool]) -> bool:
    """Drop one of the conjuncts of the outermost WHERE that fit, by chance; False where none does."""
    fitting = [condition for condition in conditions_of(case.tree) if which(condition)]
    if fitting:
        drop_condition(case.tree, case.rng.choice(fitting))
    return bool(fitting)


def drop_pair(join: exp.Join, gone: exp.Expr) -> None:
    """Drop this one of several conjuncts that a join is made by."""
    join.set("on", _all_of([part for part in parts_of(join.args.get("on")) if part is not gone]))


def _all_of(parts: Sequence[exp.Expr]) -> exp.Expr:
    return exp.and_(*[part.copy() for part in parts], wrap=False)
