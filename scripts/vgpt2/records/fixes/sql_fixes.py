"""The SQL in the good answers of a dataset, mended where that can be proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.answers import find_sql
from vgpt2.tsql.check.mend import Mended, mend

GOOD = ("chosen", "output", "response", "completion")


class SqlFixer:
    """Mends records of one catalog; `counts` says how often each rule was mended."""

    def __init__(self, catalog: Catalog, same_rows: Callable[[str, str], bool | None] | None = None) -> None:
        """Args: same_rows: whether two queries give the same rows, None where that cannot be told."""
        self.catalog = catalog
        self.same_rows = same_rows
        self.counts: Counter[str] = Counter()
        self._known: dict[str, tuple[Mended, str]] = {}

    def fix(self, row: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
        """(the row, its good answer mended; a reason to reject it, or ""; that in words).

        Reasons: `sql_unresolved`, `sql_unknown`, `sql_house_rules`, `sql_other_rows`. What a rejected or undesirable
        answer holds is left alone, and a row without SQL is as it was.
        """
        name = next((name for name in GOOD if isinstance(row.get(name), str)), "")
        undesirable = row.get("kto_tag", row.get("label")) in (False, "false", "False", 0, "0")
        if not name or undesirable:
            return row, "", ""
        text = row[name]
        for sql in find_sql(text):
            mended, reason = self._mend(sql)
            if reason:
                said = [finding.message for finding in mended.verdict.findings]
                return row, reason, (said or [mended.verdict.unknown_because or "other rows than the original's"])[0]
            self.counts.update(mended.rules)
            text = text.replace(sql, mended.sql, 1)
        return {**row, name: text}, "", ""

    def _mend(self, sql: str) -> tuple[Mended, str]:
        if sql not in self._known:
            mended = mend(sql, self.catalog)
            self._known[sql] = mended, self._reason(sql, mended)
        return self._known[sql]

    def _reason(self, sql: str, mended: Mended) -> str:
        if mended.verdict.status != "valid":
            return "sql_unknown" if mended.verdict.status == "unknown" else "sql_unresolved"
        if not mended.clean:
            return "sql_house_rules"
        if mended.rules and self.same_rows is not None and self.same_rows(sql, mended.sql) is False:
            return "sql_other_rows"
        return ""
