"""One SQL text against one catalog: does it parse, does every name exist, does it keep the house rules.

`Checker` is built once for a catalog and used for every text; `check` keeps one for each catalog that it sees.
The walk is our own: sqlglot's `qualify` costs twice as much as the parse, passes an unknown table whose columns are
qualified, an alias in WHERE and an ungrouped column, and changes the tree.
"""

from __future__ import annotations

from vgpt2.catalog.model import Catalog, Table
from vgpt2.settings import HouseRules
from vgpt2.tsql.check.lint import lint
from vgpt2.tsql.check.resolve import Resolver
from vgpt2.tsql.check.scope import TableInfo
from vgpt2.tsql.check.verdict import Finding, Verdict
from vgpt2.tsql.dialect import TsqlError, parse_tokens, tokenize

__all__ = ["Checker", "Finding", "Verdict", "check"]


class Checker:
    """Checks SQL against `catalog`. `house_rules` None: those of the database; `HouseRules()` with all off: none."""

    def __init__(self, catalog: Catalog, house_rules: HouseRules | None = None):
        database = catalog.database
        self.catalog = catalog
        self.house_rules = house_rules if house_rules is not None else database.house_rules
        self.case_sensitive = database.case_sensitive
        self.default_schema = database.default_schema
        self.fold = _as_it_is if database.case_sensitive else str.lower
        self.schemas = {self.fold(table.schema) for table in catalog.tables}
        self.functions = {routine.qualified.lower() for routine in catalog.routines if routine.kind == "function"}
        self.types = {name.lower() for name in catalog.types}
        self.shown_by = {table.base_table: table for table in catalog.tables if table.base_table}
        self._infos: dict[tuple[str, str], TableInfo | None] = {}
        self._folded_names: dict[str, Table] = {}
        for table in catalog.tables:
            self._folded_names.setdefault(table.name.lower(), table)

    def table(self, name: str, schema: str = "") -> TableInfo | None:
        """The catalog's table of this name as SQL Server would find it, or None."""
        key = (schema, name)
        try:
            return self._infos[key]
        except KeyError:
            table = self.catalog.find(name, schema)
            if table is None and schema and not self.case_sensitive:
                table = self.catalog.by_folded.get(f"{schema}.{name}".lower())
            info = None
            if table is not None:
                info = self._infos.get((table.schema, table.name)) or TableInfo(table, self.catalog, self.fold)
                self._infos[(table.schema, table.name)] = info
            if len(self._infos) < 50_000:
                self._infos[key] = info
            return info

    def table_in_other_case(self, name: str, schema: str = "") -> Table | None:
        """In a case-sensitive database: the table that differs from this name by case only."""
        if not self.case_sensitive:
            return None
        return self.catalog.by_folded.get(f"{schema or self.default_schema}.{name}".lower())

    def known_names(self, name: str, schema: str = "") -> list[str]:
        """What an unknown table may have been meant to be: one of the same name elsewhere, else all queryable ones."""
        same = self._folded_names.get(name.lower())
        tables = [same] if same is not None else self.catalog.queryable
        qualified = bool(schema) or (same is not None and same.schema != self.default_schema)
        return [table.qualified if qualified else self.catalog.sql_name(table) for table in tables]

    def check(self, sql: str) -> Verdict:
        """The verdict on one text; never raises, whatever the text is."""
        try:
            tokens = tokenize(sql)
            tree = parse_tokens(tokens, sql)
        except TsqlError as error:
            return Verdict("invalid", [Finding("syntax", error.rule, str(error), position=error.position)], None)
        try:
            resolver = Resolver(self)
            resolver.statement(tree, tokens)
            findings = resolver.findings
            status = "invalid" if findings else "unknown" if resolver.unknown else "valid"
            findings = findings + lint(self, resolver)
        except RecursionError:
            return Verdict("invalid", [Finding("syntax", "parse_error", "nested too deep")], None)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            # A form of tree that the walk does not know: nothing is proved, for or against.
            return Verdict("unknown", [], tree, unknown_because=f"it cannot be followed ({type(error).__name__})")
        if len(findings) > 1:
            findings.sort(key=_order)
        return Verdict(status, findings, tree, tuple(resolver.tables), tuple(resolver.columns), resolver.unknown)


def check(sql: str, catalog: Catalog, house_rules: HouseRules | None = None) -> Verdict:
    """`Checker(catalog, house_rules).check(sql)`, with the checker kept as long as the catalog lives."""
    return checker_of(catalog, house_rules).check(sql)


def checker_of(catalog: Catalog, house_rules: HouseRules | None = None) -> Checker:
    """The checker of a catalog: made at the first call, kept on the catalog."""
    key = house_rules.model_dump_json() if house_rules is not None else ""
    return catalog.derived.get(Checker, lambda: Checker(catalog, house_rules), key)


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.kind == "house", finding.position if finding.position >= 0 else 1 << 30


def _as_it_is(name: str) -> str:
    return name
