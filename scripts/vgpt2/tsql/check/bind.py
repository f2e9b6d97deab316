"""Binding one column reference to a source, and what to say when that fails."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.functions import NILADIC
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.scope import Scope, Source
from vgpt2.tsql.types import kind_of_type

_NAME = re.compile(r"[\w@#$]+")
_CLAUSES = {"where": "WHERE", "group": "GROUP BY", "having": "HAVING", "on": "ON"}


class Binder:
    """Findings, and columns bound to sources. `bound` maps the id of a column node to its (source, folded name)."""

    def __init__(self, lookup: CatalogLookup) -> None:
        self.lookup = lookup
        self.fold = lookup.fold
        self.findings: list[Finding] = []
        self.tables: dict[str, None] = {}
        self.columns: dict[str, None] = {}
        self.unknown = ""
        self.bound: dict[int, tuple[Source, str]] = {}
        self.exposed: set[str] = set()
        self.cte_names: set[str] = set()
        self.ons = 0

    def finding(self, kind, rule, message, name="", position=-1, known=None) -> Finding:
        """A finding that is not added yet."""
        return Finding(kind, rule, message, name, position, known)

    def add(self, kind: str, rule: str, message: str, node=None, name: str = "", known=None) -> None:
        """A finding at a node."""
        self.findings.append(Finding(kind, rule, message, name, position_of(node), known))

    def cannot_know(self, because: str) -> None:
        """From here on the best verdict is `unknown`."""
        self.unknown = self.unknown or because

    def column(self, node, scope: Scope) -> tuple[Source, str] | None:
        """Bind a column reference; None where it does not bind or cannot be known."""
        args = node.args
        identifier = args["this"]
        if type(identifier) is not exp.Identifier:
            if type(identifier) is exp.Star:
                self.add("syntax", "parse_error", "* is no value", node)
            return None
        name = identifier.this
        if not identifier.args.get("quoted"):
            upper = name.upper()
            if upper in RESERVED:
                if upper not in NILADIC:
                    message = f"{name} is a reserved word (write [{name}])"
                    self.add("syntax", "parse_error", message, identifier, name)
                return None
            if upper[:1] == "$":
                return None
        if args.get("table") is not None:
            source = self.qualifier(node, scope)
            if source is None:
                return None
            return self.column_of(source, node, identifier, scope)
        key = self.fold(name)
        level = scope
        while level is not None:
            found = None
            opaque = False
            for source in level.sources:
                columns = source.columns
                if columns is None:
                    opaque = True
                elif key in columns:
                    if found is not None:
                        self.ambiguous(name, identifier, found, source)
                        return None
                    found = source
            if found is not None:
                return self.bind(node, found, key, level, scope)
            if opaque:
                self.cannot_know(f"columns of {next(s.name for s in level.sources if s.columns is None)}")
                return None
            level = level.outer
        self.unbound(name, identifier, scope)
        return None

    def bind(self, node, source: Source, key: str, level: Scope, scope: Scope) -> tuple[Source, str]:
        """Note what a column is bound to."""
        found = (source, key)
        self.bound[id(node)] = found
        if level is not scope:
            level.uses.append((level.clause, node, found))
        if source.info is not None:
            self.columns[f"{source.info.qualified}.{source.columns[key]}"] = None
        return found

    def qualifier(self, node, scope: Scope) -> Source | None:
        """The source that `t.` or `schema.t.` stands for."""
        args = node.args
        table = args["table"]
        name = table.this
        schema = args["db"].this if args.get("db") else ""
        key = self.fold(name)
        level = scope
        while level is not None:
            found = level.by_name.get(key)
            if found:
                if schema:
                    folded = self.fold(schema)
                    found = [s for s in found if s.schema == folded and not s.aliased]
                if len(found) == 1:
                    return found[0]
                if len(found) > 1:
                    self.add("resolve", "ambiguous_column", f"{name} stands for two tables here", table, name)
                    return None
            level = level.outer
        self.no_source(name, schema, table, scope)
        return None

    def column_of(self, source: Source, node, identifier, scope: Scope) -> tuple[Source, str] | None:
        """A column of a known source."""
        name = identifier.this
        key = self.fold(name)
        columns = source.columns
        if columns is None:
            self.cannot_know(f"columns of {source.name}")
            return None
        if key in columns:
            level = scope
            while source not in level.sources:
                level = level.outer
            return self.bind(node, source, key, level, scope)
        real = _other_case(source, name)
        if real is not None:
            self.add("resolve", "wrong_case", f"{source.name} has {real}, not {name}", identifier, name, [real])
        else:
            known = list(columns.values())
            self.add("resolve", "unknown_column", f"{source.name} has no column {name}", identifier, name, known)
        return None

    def unbound(self, name: str, identifier, scope: Scope) -> None:
        """An unqualified column that no source has."""
        clause = _CLAUSES.get(scope.clause)
        if clause and self.fold(name) in scope.aliases:
            message = f"{name} is an alias of the select list, which {clause} does not see"
            self.add("resolve", "alias_in_where", message, identifier, name)
            return
        sources = _visible(scope)
        for source in sources:
            real = _other_case(source, name)
            if real is not None:
                self.add("resolve", "wrong_case", f"{source.name} has {real}, not {name}", identifier, name, [real])
                return
        if not identifier.args.get("quoted") and not _NAME.fullmatch(name):
            self.add("syntax", "parse_error", f"{name} is no name", identifier, name)
            return
        where = " or ".join(source.name for source in sources) or "the query, which has no FROM clause,"
        known = [column for source in sources for column in (source.columns or {}).values()]
        self.add("resolve", "unknown_column", f"{where} has no column {name}", identifier, name, known)

    def ambiguous(self, name: str, identifier, first: Source, second: Source) -> None:
        """A column that two sources have."""
        message = f"{name} is in {first.name} and in {second.name}"
        self.add("resolve", "ambiguous_column", message, identifier, name)

    def _member(self, name: str, schema: str, sources: list[Source]) -> bool:
        """Whether `name.x` or `source.name.x` is a property of a column (geography, hierarchyid): not followed."""
        key = self.fold(name)
        for source in sources:
            here = not schema or self.fold(source.name) == self.fold(schema)
            if here and key in (source.columns or {}) and _opaque_type(source, key):
                self.cannot_know(f"a property of {source.name}.{name}")
                return True
        return False

    def no_source(self, name: str, schema: str, table, scope: Scope) -> None:
        """A qualifier that stands for nothing in FROM."""
        sources = _visible(scope)
        if self._member(name, schema, sources):
            return
        written = f"{schema}.{name}" if schema else name
        if self.lookup.case_sensitive:
            other = next((source.name for source in sources if source.name.lower() == name.lower()), None)
            if other is not None and other != name:
                self.add("resolve", "wrong_case", f"the query has {other}, not {name}", table, name, [other])
                return
        known = [source.name for source in sources]
        if self.lookup.table(name, schema) is not None or any(self.fold(s.name) == self.fold(name) for s in sources):
            message = f"{written} is not in the FROM clause under that name"
            self.add("resolve", "not_in_from", message, table, name, known)
        elif any(source.aliased and source.info is not None and _same(source, name, self.fold) for source in sources):
            message = f"{written} has an alias in this query"
            self.add("resolve", "not_in_from", message, table, name, known)
        else:
            message = f"there is no table or alias {written}"
            names = lambda: known + self.lookup.known_names(name, schema)  # noqa: E731
            self.add("resolve", "unknown_table", message, table, written, names)


def _opaque_type(source: Source, name: str) -> bool:
    if source.info is None:
        return source.columns is None
    column = source.info.table.column(source.columns.get(name, "")) if source.columns else None
    return column is None or kind_of_type(column.base_type) == "other"


def position_of(node) -> int:
    """Where a node starts in the text, -1 where sqlglot does not keep it."""
    if node is None:
        return -1
    if type(node) is not exp.Identifier:
        identifier = node.find(exp.Identifier)
        if identifier is None:
            return -1
        node = identifier
    return node.meta.get("start", -1)


def _visible(scope: Scope | None) -> list[Source]:
    sources: list[Source] = []
    while scope is not None:
        sources += scope.sources
        scope = scope.outer
    return sources


def _same(source: Source, name: str, fold) -> bool:
    return fold(source.info.table.name) == fold(name)


def _other_case(source: Source, name: str) -> str | None:
    """The column that differs from `name` by case only (only ever so in a case-sensitive database)."""
    wanted = name.lower()
    if source.info is not None:
        real = source.info.lower.get(wanted)
    else:
        real = next((column for column in (source.columns or {}).values() if column.lower() == wanted), None)
    return real if real != name else None
