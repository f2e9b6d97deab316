"""One SQL text against one catalog: does it parse, does every name exist, does it keep the house rules.

`Checker` is built once for a catalog and used for every text; `check` keeps one for each catalog that it sees.
The walk is our own: sqlglot's `qualify` costs twice as much as the parse, passes an unknown table whose columns are
qualified, an alias in WHERE and an ungrouped column, and changes the tree.
"""

from __future__ import annotations

from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import HouseRules
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.calls.unread import wrong_call_at
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.lint import lint
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.resolve import bind, wrong_calls
from vgpt2.tsql.check.verdict import Status, Verdict
from vgpt2.tsql.dialect import MAX_CHARACTERS, TsqlError, parse_with_tokens

__all__ = ["Checker", "Finding", "Verdict", "check"]


class Checker:
    """Checks SQL against `catalog`. `house_rules` None: those of the database; `HouseRules()` with all off: none."""

    def __init__(self, catalog: Catalog, house_rules: HouseRules | None = None) -> None:
        self.house_rules = house_rules if house_rules is not None else catalog.database.house_rules
        self.lookup = CatalogLookup(catalog)

    def bind(self, sql: str) -> Binding:
        """What every name of a text stands for, and no verdict: for those who need the tree to change it.

        Raises:
            TsqlError: the text is not one T-SQL SELECT.
        """
        tree, tokens = parse_with_tokens(sql)
        try:
            binding = bind(tree, tokens, self.lookup)
        except RecursionError:  # A UNION of hundreds of SELECTs is a tree of hundreds of levels.
            raise TsqlError("nested too deep", "unread") from None
        binding.text = sql
        return binding

    def check(self, sql: str) -> Verdict:
        """The verdict on one text, whatever the text is."""
        try:
            binding = self.bind(sql)
        except TsqlError as error:
            return self._not_parsed(sql, error)
        findings = binding.findings + lint(binding, self.house_rules)
        if len(findings) > 1:
            findings.sort(key=_order)
        status: Status = "invalid" if binding.findings else "unknown" if binding.unknown else "valid"
        tables, columns = tuple(binding.tables), tuple(binding.columns)
        return Verdict(status, findings, binding.tree, tables, columns, binding.unknown, binding)

    def _not_parsed(self, sql: str, error: TsqlError) -> Verdict:
        """The verdict on a text without a tree. Where the grammar or sqlglot stumbles over a call neither says so, and
        the arguments are counted."""
        if error.rule != "unread":
            near = error.position >= 0 and len(sql) <= MAX_CHARACTERS
            call = wrong_call_at(sql, error.position, self.lookup.signatures) if near else None
            finding = call or Finding("syntax", error.rule, str(error), position=error.position)
            return Verdict("invalid", [finding], None)
        if wrong := wrong_calls(error.tokens, self.lookup):
            return Verdict("invalid", wrong, None)
        return Verdict("unknown", [], None, unknown_because=str(error))


def check(sql: str, catalog: Catalog, house_rules: HouseRules | None = None) -> Verdict:
    """`Checker(catalog, house_rules).check(sql)`, with the checker kept as long as the catalog lives."""
    return checker_of(catalog, house_rules).check(sql)


def checker_of(catalog: Catalog, house_rules: HouseRules | None = None) -> Checker:
    """The checker of a catalog: made at the first call, kept on the catalog."""
    key = house_rules.model_dump_json() if house_rules is not None else ""
    return catalog.derived.get(Checker, lambda: Checker(catalog, house_rules), key)


def _order(finding: Finding) -> tuple[bool, int]:
    return finding.kind == "house", finding.position if finding.position >= 0 else 1 << 30
