"""House rules: conventions that one database's SQL follows. A broken one is no error, and is counted apart."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from vgpt2.database_settings import HouseRules
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.finding import Finding, position_of
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.predicates import Predicates
from vgpt2.tsql.check.scope import Source, TableInfo

_HINTS = {"NOLOCK", "READUNCOMMITTED"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
_NO_WRAPPER = (exp.Connector, exp.Exists, exp.Predicate)


_Tables = list[tuple[Source, TableInfo]]
"""The tables of the catalog that a statement reads, as often as it reads them."""


def lint(binding: Binding, rules: HouseRules) -> list[Finding]:
    """The findings of kind `house` for a statement that was resolved."""
    findings: list[Finding] = []
    tables = [
        (source, source.info)
        for scope in binding.selects
        for source in scope.sources
        if source.info is not None and source.kind == "table"
    ]
    if rules.nolock:
        findings += _missing_nolock(tables)
    if rules.full_table_names:
        findings += _aliases(tables)
    if rules.views_only:
        findings += _base_tables(binding.lookup, tables)
    if rules.no_select_star:
        findings += _stars(binding)
    if rules.no_function_on_filter:
        findings += _functions_on_filters(binding)
    if rules.company_filter or rules.whole_keys_in_joins:
        predicates = Predicates(binding)
        if rules.company_filter:
            findings += _missing_company_filters(predicates, tables)
        if rules.whole_keys_in_joins:
            findings += _missing_key_columns(binding.lookup, predicates)
    return findings


def _missing_nolock(tables: _Tables) -> list[Finding]:
    findings = []
    for source, info in tables:
        node = source.node
        hints = node.args.get("hints") or ()
        words = {str(word.name).upper() for hint in hints for word in hint.expressions}
        if words & _HINTS:
            continue
        name = info.table.name
        message = f"{name} is read without WITH (NOLOCK)"
        if source.aliased and source.name.upper() in _HINTS:
            message = f"NOLOCK after {name} is an alias, not a hint: write WITH (NOLOCK)"
        findings.append(Finding("house", "missing_nolock", message, name, position_of(node)))
    return findings


def _aliases(tables: _Tables) -> list[Finding]:
    """Aliases, except where the same table is read twice and T-SQL needs one."""
    times: dict[str, int] = {}
    for _, info in tables:
        times[info.qualified] = times.get(info.qualified, 0) + 1
    findings = []
    for source, info in tables:
        if source.aliased and times[info.qualified] == 1 and source.name.upper() not in _HINTS:
            name = info.table.name
            message = f"{name} has the alias {source.name}"
            node = source.node.args["alias"].this
            findings.append(Finding("house", "alias", message, source.name, position_of(node), [name]))
    return findings


def _base_tables(lookup: CatalogLookup, tables: _Tables) -> list[Finding]:
    findings = []
    for source, info in tables:
        view = lookup.shown_by.get(info.qualified)
        if view is not None:
            name = info.table.name
            message = f"{name} is a base table: read the view {view.name}"
            position = position_of(source.node)
            findings.append(Finding("house", "base_table", message, name, position, [lookup.catalog.sql_name(view)]))
    return findings


def _stars(binding: Binding) -> list[Finding]:
    findings = []
    for scope in binding.selects:
        if isinstance(scope.select.parent, exp.Exists):
            continue
        for item in scope.select.expressions:
            if type(item) is exp.Star or (type(item) is exp.Column and type(item.this) is exp.Star):
                findings.append(Finding("house", "select_star", "SELECT * instead of the columns", "*"))
    return findings


def _functions_on_filters(binding: Binding) -> list[Finding]:
    findings = []
    for scope in binding.selects:
        where = scope.select.args.get("where")
        if where is None:
            continue
        findings += [
            Finding(
                "house",
                "function_on_filter",
                f"a function around {column.name} in WHERE",
                column.name,
                position_of(column),
            )
            for column in _filtered_through_function(where.this)
        ]
    return findings


def _filtered_through_function(condition: exp.Expression) -> Iterator[exp.Column]:
    """The columns that a condition compares inside a function."""
    stack = [condition]
    while stack:
        node = stack.pop()
        sides: list[exp.Expression] = []
        if isinstance(node, _COMPARISONS):
            # NOT LIKE, NOT IN and NOT BETWEEN have their comparison below a NOT.
            sides.append(node.this)
            if not isinstance(node, (exp.In, exp.Between)):
                sides.append(node.expression)
        elif isinstance(node, (exp.Connector, exp.Not, exp.Paren, exp.Is)):
            stack += [v for v in (node.this, node.args.get("expression")) if isinstance(v, exp.Expression)]
        elif _wraps(node):
            sides.append(node)
        yield from (column for side in sides if (column := _wrapped_column(side)) is not None)


def _wrapped_column(side: exp.Expression) -> exp.Column | None:
    """The first column inside a function on this side of a comparison; None without one."""
    stack = [(side, False)]
    while stack:
        node, inside = stack.pop()
        if isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery)):
            continue
        if type(node) is exp.Column:
            if inside:
                return node
            continue
        inside = inside or _wraps(node)
        for value in node.args.values():
            if isinstance(value, list):
                stack.extend((child, inside) for child in value if isinstance(child, exp.Expression))
            elif isinstance(value, exp.Expression):
                stack.append((value, inside))
    return None


def _wraps(node: exp.Expression) -> bool:
    return isinstance(node, exp.Func) and not isinstance(node, _NO_WRAPPER)


def _missing_company_filters(predicates: Predicates, tables: _Tables) -> list[Finding]:
    """A table with a company column whose rows no filter limits to a company, itself or through a join."""
    # A table without a company column limits nothing that is joined to it.
    of_companies = [(source, info) for source, info in tables if info.company]
    limiting = {id(source) for source, info in of_companies if (source, info.company) in predicates.constants}
    open_ = [(source, info) for source, info in of_companies if id(source) not in limiting]
    changed = True
    while changed:
        changed = False
        for source, _ in open_:
            if id(source) in limiting:
                continue
            if any(id(other) in limiting for other in predicates.tied_by_company(source)):
                limiting.add(id(source))
                changed = True
    findings = []
    for source, info in open_:
        if id(source) not in limiting:
            name = info.table.name
            message = f"{name} is not limited to a company by {info.company_column}"
            findings.append(Finding("house", "missing_company_filter", message, name, position_of(source.node)))
    return findings


def _missing_key_columns(lookup: CatalogLookup, predicates: Predicates) -> list[Finding]:
    """Two tables joined on a part of the columns of every known join that they touch."""
    findings = []
    for (left, of_left), (right, of_right) in predicates.joined():
        missing: list[tuple[str, str]] = []
        for pairs in _known_joins(lookup, of_left.qualified, of_right.qualified):
            lacking = [(a, b) for a, b in pairs if not predicates.same((left, lookup.fold(a)), (right, lookup.fold(b)))]
            if not lacking:
                missing = []
                break
            if len(lacking) < len(pairs) and (not missing or len(lacking) < len(missing)):
                missing = lacking
        if missing:
            columns = ", ".join(a if a == b else f"{a} = {b}" for a, b in missing)
            message = f"the join of {of_left.table.name} and {of_right.table.name} lacks {columns}"
            position = position_of(right.node)
            findings.append(Finding("house", "missing_key_column", message, missing[0][0], position))
    return findings


def _known_joins(lookup: CatalogLookup, left: str, right: str) -> Iterator[list[tuple[str, str]]]:
    """The pairs of columns (left, right) of each join that the catalog knows between two tables."""
    for join in lookup.catalog.joins_of(left):
        if join.left == left and join.right == right:
            yield list(zip(join.left_columns, join.right_columns, strict=True))
        elif join.right == left and join.left == right:
            yield list(zip(join.right_columns, join.left_columns, strict=True))
