"""House rules: conventions that one database's SQL follows. A broken one is no error, and is counted apart."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.settings import HouseRules
from vgpt2.tsql.check.bind import position_of
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.predicates import Predicates
from vgpt2.tsql.check.scope import Source

_HINTS = {"NOLOCK", "READUNCOMMITTED"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
_NO_WRAPPER = (exp.Connector, exp.Exists, exp.Predicate)


def lint(binding: Binding, rules: HouseRules) -> list[Finding]:
    """The findings of kind `house` for a statement that was resolved."""
    findings: list[Finding] = []
    tables = [
        (scope, source)
        for scope, _ in binding.selects
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
            findings += _missing_key_columns(binding.lookup, predicates, tables)
    return findings


def _missing_nolock(tables: list) -> list[Finding]:
    findings = []
    for _, source in tables:
        node = source.node
        hints = node.args.get("hints") or ()
        words = {str(word.name).upper() for hint in hints for word in hint.expressions}
        if words & _HINTS:
            continue
        name = source.info.table.name
        message = f"{name} is read without WITH (NOLOCK)"
        if source.aliased and source.name.upper() in _HINTS:
            message = f"NOLOCK after {name} is an alias, not a hint: write WITH (NOLOCK)"
        findings.append(Finding("house", "missing_nolock", message, name, position_of(node)))
    return findings


def _aliases(tables: list) -> list[Finding]:
    """Aliases, except where the same table is read twice and T-SQL needs one."""
    times: dict[str, int] = {}
    for _, source in tables:
        times[source.info.qualified] = times.get(source.info.qualified, 0) + 1
    findings = []
    for _, source in tables:
        if source.aliased and times[source.info.qualified] == 1 and source.name.upper() not in _HINTS:
            name = source.info.table.name
            message = f"{name} has the alias {source.name}"
            node = source.node.args["alias"].this
            findings.append(Finding("house", "alias", message, source.name, position_of(node), [name]))
    return findings


def _base_tables(lookup: CatalogLookup, tables: list) -> list[Finding]:
    findings = []
    for _, source in tables:
        view = lookup.shown_by.get(source.info.qualified)
        if view is not None:
            name = source.info.table.name
            message = f"{name} is a base table: read the view {view.name}"
            position = position_of(source.node)
            findings.append(Finding("house", "base_table", message, name, position, [lookup.catalog.sql_name(view)]))
    return findings


def _stars(binding) -> list[Finding]:
    findings = []
    for scope, _ in binding.selects:
        if isinstance(scope.node.parent, exp.Exists):
            continue
        for item in scope.node.expressions:
            if type(item) is exp.Star or (type(item) is exp.Column and type(item.this) is exp.Star):
                findings.append(Finding("house", "select_star", "SELECT * instead of the columns", "*"))
    return findings


def _functions_on_filters(binding) -> list[Finding]:
    findings = []
    for scope, _ in binding.selects:
        where = scope.node.args.get("where")
        if where is None:
            continue
        stack = [where.this]
        while stack:
            node = stack.pop()
            if isinstance(node, _COMPARISONS):
                # NOT LIKE, NOT IN and NOT BETWEEN have their comparison below a NOT.
                sides = [node.this]
                if not isinstance(node, (exp.In, exp.Between)):
                    sides.append(node.expression)
                for side in sides:
                    column = _wrapped_column(side)
                    if column is not None:
                        message = f"a function around {column.name} in WHERE"
                        position = position_of(column)
                        findings.append(Finding("house", "function_on_filter", message, column.name, position))
            elif isinstance(node, (exp.Connector, exp.Not, exp.Paren, exp.Is)):
                for value in (node.this, node.args.get("expression")):
                    if isinstance(value, exp.Expression):
                        stack.append(value)
            elif isinstance(node, exp.Func) and not isinstance(node, _NO_WRAPPER):
                column = _wrapped_column(node)
                if column is not None:
                    message = f"a function around {column.name} in WHERE"
                    findings.append(Finding("house", "function_on_filter", message, column.name, position_of(column)))
    return findings


def _wrapped_column(side):
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
        inside = inside or (isinstance(node, exp.Func) and not isinstance(node, _NO_WRAPPER))
        for value in node.args.values():
            if isinstance(value, list):
                stack.extend((child, inside) for child in value if isinstance(child, exp.Expression))
            elif isinstance(value, exp.Expression):
                stack.append((value, inside))
    return None


def _missing_company_filters(predicates: Predicates, tables: list) -> list[Finding]:
    """A table with a company column whose rows no filter limits to a company, itself or through a join."""
    findings = []
    filtered: set[int] = set()
    open_: list[Source] = []
    for _, source in tables:
        company = source.info.company
        if not company or (source, company) in predicates.constants:
            filtered.add(id(source))
        else:
            open_.append(source)
    # A table without a company column limits nothing that is joined to it.
    limiting = {id(source) for _, source in tables if source.info.company} & filtered
    changed = True
    while changed:
        changed = False
        for source in open_:
            if id(source) in limiting:
                continue
            if any(id(other) in limiting for other in predicates.tied_by_company(source)):
                limiting.add(id(source))
                changed = True
    for source in open_:
        if id(source) not in limiting:
            name = source.info.table.name
            company = source.info.columns[source.info.company]
            message = f"{name} is not limited to a company by {company}"
            findings.append(Finding("house", "missing_company_filter", message, name, position_of(source.node)))
    return findings


def _missing_key_columns(lookup: CatalogLookup, predicates: Predicates, tables: list) -> list[Finding]:
    """Two tables joined on a part of the columns of every known join that they touch."""
    findings = []
    fold = lookup.fold
    for (first, second), _ in predicates.pairs.items():
        left, right = predicates.source(first), predicates.source(second)
        missing: list[tuple[str, str]] | None = None
        whole = False
        for join in lookup.catalog.joins_of(left.info.qualified):
            if join.left == left.info.qualified and join.right == right.info.qualified:
                pairs = list(zip(join.left_columns, join.right_columns, strict=True))
            elif join.right == left.info.qualified and join.left == right.info.qualified:
                pairs = list(zip(join.right_columns, join.left_columns, strict=True))
            else:
                continue
            lacking = [pair for pair in pairs if not predicates.same((left, fold(pair[0])), (right, fold(pair[1])))]
            if not lacking:
                whole = True
                break
            if len(lacking) < len(pairs) and (missing is None or len(lacking) < len(missing)):
                missing = lacking
        if missing and not whole:
            a, b = left.info.table.name, right.info.table.name
            columns = ", ".join(x if x == y else f"{x} = {y}" for x, y in missing)
            message = f"the join of {a} and {b} lacks {columns}"
            position = position_of(right.node)
            findings.append(Finding("house", "missing_key_column", message, missing[0][0], position))
    return findings
