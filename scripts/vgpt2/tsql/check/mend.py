"""Mends what can be proved: a query with the wrong case, an alias, a base table, no NOLOCK, `Co` for its company.

Each edit changes one place of the text and is followed by a new check, so that the layout of the query stays and
nothing is taken for mended that is not clean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vgpt2.catalog.model import Catalog
from vgpt2.sqltext.names import quote
from vgpt2.sqltext.scan import Token, closing, dotted, scan
from vgpt2.tsql.check.check import check
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.verdict import Verdict

MOST_EDITS = 60
_HINTS = frozenset(("NOLOCK", "READUNCOMMITTED"))


@dataclass(slots=True)
class Mended:
    """The text after all edits, the verdict on it, and the rules that they mended (one an edit)."""

    sql: str
    verdict: Verdict
    rules: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is left to find fault with."""
        return self.verdict.clean


def mend(sql: str, catalog: Catalog) -> Mended:
    """The query with every fault mended for which there is one certain way; see `Mended.clean`."""
    mended = Mended(sql, check(sql, catalog))
    for _ in range(MOST_EDITS):
        if mended.verdict.tree is None:
            break
        edited = next(
            ((finding.rule, text) for finding in mended.verdict.findings if (text := _edit(mended, finding, catalog))),
            None,
        )
        if edited is None:
            break
        mended.rules.append(edited[0])
        mended.sql = edited[1]
        mended.verdict = check(mended.sql, catalog)
    return mended


def _edit(mended: Mended, finding: Finding, catalog: Catalog) -> str | None:
    """The text with this fault mended, or None where there is no certain way."""
    make = _EDITS.get(finding.rule)
    if make is None or finding.position < 0:
        return None
    tokens = list(scan(mended.sql))
    at = next((index for index, token in enumerate(tokens) if token.start <= finding.position < token.end), None)
    text = None if at is None else make(mended, finding, tokens, at, catalog)
    return text if text != mended.sql else None


def _only(finding: Finding) -> str:
    """The one name that was meant, or an empty string where there are none or more."""
    names = list(finding.known() if callable(finding.known) else finding.known or ())
    return names[0] if len(names) == 1 else ""


def _replaced(sql: str, tokens: list[Token], names: dict[int, str]) -> str:
    """The text with the tokens of these numbers replaced; an empty text takes the white space before it along."""
    for index in sorted(names, reverse=True):
        token, new = tokens[index], names[index]
        start = token.start if new or not index else tokens[index - 1].end
        sql = sql[:start] + new + sql[token.end :]
    return sql


def _case(mended: Mended, finding: Finding, tokens: list[Token], at: int, catalog: Catalog) -> str | None:
    real = _only(finding)
    if not real:
        return None
    last = real.rpartition(".")[2]
    # A qualified name is at fault as a whole: each of its parts is looked at.
    while at < len(tokens) and tokens[at].value.lower() != last.lower():
        if tokens[at].text != "." and at + 1 < len(tokens) and tokens[at + 1].text != ".":
            return None
        at += 1
    return _replaced(mended.sql, tokens, {at: quote(last)}) if at < len(tokens) else None


def _company(mended: Mended, finding: Finding, tokens: list[Token], at: int, catalog: Catalog) -> str | None:
    """`Co`, as people say, for the one company column that the query's tables have."""
    if finding.name.upper() != "CO":
        return None
    columns = {catalog.company_column(catalog.by_qualified[name]) for name in mended.verdict.tables} - {""}
    return _replaced(mended.sql, tokens, {at: quote(columns.pop())}) if len(columns) == 1 else None


def _base_table(mended: Mended, finding: Finding, tokens: list[Token], at: int, catalog: Catalog) -> str | None:
    view, base = _only(finding).rpartition(".")[2], finding.name
    # Its name stands in FROM, and before the columns that it qualifies.
    places = {
        index: view for index, token in enumerate(tokens) if token.kind in ("word", "name") and token.value == base
    }
    return _replaced(mended.sql, tokens, places) if places else None


def _alias(mended: Mended, finding: Finding, tokens: list[Token], at: int, catalog: Catalog) -> str | None:
    alias, table = finding.name, _only(finding)
    places = {
        index: quote(table)
        for index, token in enumerate(tokens)
        if token.kind in ("word", "name")
        and token.value.lower() == alias.lower()
        and index + 1 < len(tokens)
        and tokens[index + 1].text == "."
        and tokens[index - 1].text != "."
    }
    if at in places:
        return None
    places[at] = ""
    if tokens[at - 1].upper == "AS":
        places[at - 1] = ""
    return _replaced(mended.sql, tokens, places)


def _nolock(mended: Mended, finding: Finding, tokens: list[Token], at: int, catalog: Catalog) -> str | None:
    _, after = dotted(tokens, at)
    if after < len(tokens) and tokens[after].upper in _HINTS:  # FROM APTH NOLOCK: an alias that was meant as a hint
        return _replaced(mended.sql, tokens, {after: "WITH (NOLOCK)"})
    if after < len(tokens) and tokens[after].text == "(":  # FROM APTH (NOLOCK) is a hint of old, and no fault
        return None
    if after < len(tokens) and tokens[after].upper == "AS":
        after += 2
    elif after < len(tokens) and tokens[after].kind in ("word", "name") and tokens[after].upper not in _AFTER_TABLE:
        after += 1
    if after < len(tokens) and tokens[after].upper == "WITH":
        end = tokens[closing(tokens, after + 1)].start
        return f"{mended.sql[:end]}, NOLOCK{mended.sql[end:]}"
    end = tokens[after - 1].end
    return f"{mended.sql[:end]} WITH (NOLOCK){mended.sql[end:]}"


_AFTER_TABLE = frozenset(
    """WITH ON JOIN INNER LEFT RIGHT FULL CROSS OUTER WHERE GROUP HAVING ORDER UNION EXCEPT INTERSECT OPTION FOR PIVOT
    UNPIVOT TABLESAMPLE""".split()
)
_EDITS: dict[str, Callable[[Mended, Finding, list[Token], int, Catalog], str | None]] = {
    "wrong_case": _case,
    "unknown_column": _company,
    "base_table": _base_table,
    "alias": _alias,
    "missing_nolock": _nolock,
}
