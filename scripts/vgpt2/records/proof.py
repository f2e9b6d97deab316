"""The proofs of an audit: SQL against the catalog, denied names against the catalog, one answer worse than another.

The generators of preference data and the audit share this file, so that a pair is judged by what made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog, Table
from vgpt2.records.answers.answers import denied, find_sql, refuses
from vgpt2.records.answers.denials import Denial
from vgpt2.records.model import Meta

if TYPE_CHECKING:
    from vgpt2.tsql.check.verdict import Verdict
    from vgpt2.tsql.run.execute import Engine, Result


class Prover:
    """Checks SQL against one catalog and remembers each verdict; makes engines with synthetic rows when first asked."""

    def __init__(self, catalog: Catalog, seed: int = 0) -> None:
        self.catalog = catalog
        self.seed = seed
        self._verdicts: dict[str, Verdict] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._engines: tuple[Engine, Engine] | None = None

    def verdict(self, sql: str) -> Verdict:
        """`tsql.check.check` of this SQL, remembered."""
        found = self._verdicts.get(sql)
        if found is None:
            from vgpt2.tsql.check.check import check

            found = self._verdicts[sql] = check(sql, self.catalog)
        return found

    def skeleton(self, sql: str) -> str:
        """The SQL with names and literals removed; empty where it does not parse."""
        from vgpt2.tsql.skeleton import skeleton

        tree = self.verdict(sql).tree
        return skeleton(tree) if tree is not None else ""

    def describe(self, sql: str) -> tuple[str, Meta | None]:
        """(what is wrong with it, or ""; a Meta with its objects, tables and skeleton)."""
        verdict = self.verdict(sql)
        if verdict.status == "invalid":
            return next(f.message for f in verdict.findings if f.kind != "house"), None
        objects = [*verdict.tables, *verdict.columns]
        meta = Meta("", "", "", "", "", "", objects, list(verdict.tables), skeleton=self.skeleton(sql))
        return "", meta

    def different_rows(self, gold: str, sql: str, ordered: bool = False) -> bool | None:
        """Whether two queries give different rows on the synthetic data; None where one of them cannot run."""
        if self._engines is None:
            from vgpt2.tsql.run.execute import engines

            self._engines = engines(self.catalog, self.seed)
        differ = None
        for engine in self._engines:
            first, second = engine.run(gold), engine.run(sql)
            if first.status != "rows" or second.status != "rows":
                return None
            differ = bool(differ) or not _same(first, second, ordered)
        return differ

    def table(self, name: str) -> Table | None:
        """The table or view of a name as prose writes it: `APTH`, `dbo.APTH`, `Sales.Customer`."""
        parts = [part.strip("[]") for part in name.split(".")]
        found = self.catalog.find(parts[-1], parts[-2] if len(parts) > 1 else "")
        if found is None and len(parts) == 1:
            found = next(iter(self.catalog.by_name.get(parts[0], [])), None)
        return found

    def exists(self, owner: str, name: str, thing: str = "") -> bool:
        """Whether a denied thing exists: a column of `owner` where one is given, else a table, view or routine, or a
        column where `thing` says so and any table has it."""
        if owner:
            table = self.table(owner)
            return table is not None and self._column(table, name.split(".")[-1])
        if thing == "column" and "." not in name:
            return name in self._known("columns")
        if self.table(name) is not None or name.split(".")[-1] in self._known("routines"):
            return thing != "column"
        table_name, _, column = name.rpartition(".")
        table = self.table(table_name) if table_name else None
        return table is not None and self._column(table, column)

    def _column(self, table: Table, name: str) -> bool:
        if self.catalog.database.case_sensitive:
            return table.column(name) is not None
        return any(column.name.lower() == name.lower() for column in table.columns)

    def _known(self, kind: str) -> frozenset[str]:
        if kind not in self._names:
            columns = (column.name for table in self.catalog.tables for column in table.columns)
            routines = (routine.name for routine in self.catalog.routines)
            self._names[kind] = frozenset(columns if kind == "columns" else routines)
        return self._names[kind]

    def false_denials(self, answer: str) -> list[str]:
        """The names that an answer denies and that exist."""
        return [_spelled(denial) for denial in denied(answer) if self.exists(denial.owner, denial.name, denial.thing)]

    def absent(self, answer: str) -> list[str]:
        """The names that an answer denies and that do not exist."""
        return [d.name for d in denied(answer) if not self.exists(d.owner, d.name, d.thing)]

    def worse(
        self, bad: str, good: str = "", gold: str = "", missing: tuple[str, ...] = (), ordered: bool = False
    ) -> str:
        """How `bad` is proved to be the worse answer, or an empty string where it is not.

        Args:
            good: the better answer, where there is one (an undesirable KTO row has none).
            gold: the right SQL, where `good` holds none.
            missing: names that the catalog does not have and that the question asks about.
            ordered: whether the order of the rows counts.

        Returns:
            unparsed, unresolved, the name of a house rule, different_rows, false_refusal or invented.
        """
        bad_sql, good_sql = find_sql(bad), find_sql(good)
        if not bad_sql:
            if self.false_denials(bad):
                return "false_refusal"
            absent = [*missing, *self.absent(good)]
            said = absent and not refuses(bad) and any(name.split(".")[-1] in bad for name in absent)
            return "invented" if said else ""
        known = {finding.rule for sql in good_sql for finding in self.verdict(sql).findings}
        new = [finding for sql in bad_sql for finding in self.verdict(sql).findings if finding.rule not in known]
        for kind, word in (("syntax", "unparsed"), ("resolve", "unresolved")):
            if any(finding.kind == kind for finding in new):
                return word if good_sql or gold or kind == "syntax" else "invented"
        if new:
            return new[0].rule
        right = gold or (good_sql[0] if good_sql else "")
        if right and len(bad_sql) == 1 and self.different_rows(right, bad_sql[0], ordered):
            return "different_rows"
        return ""


def _spelled(denial: Denial) -> str:
    return f"{denial.owner}.{denial.name}".strip(".")


def _same(gold: Result, answer: Result, ordered: bool) -> bool:
    from vgpt2.tsql.run.execute import same_rows

    return same_rows(gold, answer, ordered)
