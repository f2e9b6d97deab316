"""Wrong variants of a query, made of its text: a witness that shares nothing with `exam/suite/mutants`.

Each operator is a pattern over the tokens of one line of T-SQL, as a person would make the mistake with an editor.
Some variants say the same as the query in every database; whoever counts has to allow for those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

COMPANY = r"(?:\w+\.)?(?:\w*Co)\s*=\s*\d+"
CONDITION = r"(?:NOT )?(?:[\w.]+|\w+\([^()]*\))\s*(?:=|<>|>=|<=|>|<|LIKE|IS NOT|IS)\s*(?:'[^']*'|[\w.@-]+)"


def variants(sql: str) -> Iterator[tuple[str, str]]:
    """(kind, query) pairs; the same query never twice."""
    seen = {sql}
    for kind, text in _all(sql):
        text = re.sub(r"\s+", " ", text).strip()
        if text not in seen:
            seen.add(text)
            yield kind, text


def _each(sql: str, pattern: str, by: str) -> Iterator[str]:
    for match in re.finditer(pattern, sql):
        yield sql[: match.start()] + match.expand(by) + sql[match.end() :]


def _all(sql: str) -> Iterator[tuple[str, str]]:
    for kind, old, new in (
        ("ge", r" >= ", " > "),
        ("gt", r" > ", " >= "),
        ("le", r" <= ", " < "),
        ("lt", r" < ", " <= "),
        ("eq", r" <> ", " = "),
        ("rank", r"\bRANK\(\)", "ROW_NUMBER()"),
        ("rank", r"\bRANK\(\)", "DENSE_RANK()"),
        ("rank", r"\bDENSE_RANK\(\)", "RANK()"),
        ("distinct", r"\bCOUNT\(DISTINCT ", "COUNT("),
        ("distinct", r"\bSELECT DISTINCT ", "SELECT "),
        ("aggregate", r"\bSUM\(", "AVG("),
        ("aggregate", r"\bSUM\(", "MAX("),
        ("aggregate", r"\bAVG\(", "SUM("),
        ("aggregate", r"\bMAX\(", "MIN("),
        ("aggregate", r"\bMIN\(", "MAX("),
        ("join", r"\bLEFT (?:OUTER )?JOIN\b", "JOIN"),
        ("union", r"\bUNION ALL\b", "UNION"),
        ("union", r"\bUNION (?!ALL)", "UNION ALL "),
        ("null", r"\bISNULL\(([^(),]+), [^()]+?\)", r"\1"),
        ("null", r"\bIS NULL\b", "IS NOT NULL"),
        ("null", r"\bIS NOT NULL\b", "IS NULL"),
        ("order", r" DESC\b", ""),
        ("company", rf"{COMPANY} AND ", ""),
        ("company", rf" AND {COMPANY}", ""),
        ("company", rf" WHERE {COMPANY}(?! AND)", ""),
        ("parameter", r"(\w*Co) = \d+", r"\1 = @Co"),
        ("text_parameter", r"= '[A-Za-z][^']*'", "= @Value"),
        ("condition", rf" AND {CONDITION}(?! OR)", ""),
        ("condition", rf"(?<=WHERE ){CONDITION} AND ", ""),
        ("join_column", r"(?<=ON )[\w.]+ = [\w.]+ AND ", ""),
        ("join_column", r" AND \w+\.\w+ = \w+\.\w+", ""),
        ("exists", r"\bNOT EXISTS\b", "EXISTS"),
        ("not_in", r"\bNOT IN\b", "IN"),
    ):
        for text in _each(sql, old, new):
            yield kind, text
    yield from _whole(sql)


def _whole(sql: str) -> Iterator[tuple[str, str]]:
    if found := re.search(r" HAVING .*?(?= ORDER BY |$)", sql):
        yield "having", sql.replace(found.group(), "")
    if "TOP" not in sql and not re.search(r"\b(WITH \w+ AS|UNION|OFFSET|DISTINCT)\b", sql):
        for count in (10, 100):
            yield f"top_{count}", re.sub(r"\bSELECT ", f"SELECT TOP {count} ", sql, count=1)
    for match in re.finditer(r"\bTOP \(?(\d+)\)?", sql):
        for other in (int(match[1]) + 1, max(1, int(match[1]) - 1)):
            yield "top", sql[: match.start()] + f"TOP {other}" + sql[match.end() :]
    if not re.search(r"\b(DISTINCT|TOP|GROUP BY|COUNT|SUM|MAX|MIN|AVG|WITH \w+ AS|UNION)\b", sql):
        yield "distinct_added", sql.replace("SELECT ", "SELECT DISTINCT ", 1)
    for match in re.finditer(r"\bCOUNT\((?!DISTINCT|\*)", sql):
        yield "count_distinct", sql[: match.end()] + "DISTINCT " + sql[match.end() :]
    # The other join, only where it is not the only kind of word before it.
    for match in re.finditer(r"(?<!LEFT )(?<!OUTER )(?<!CROSS )\bJOIN\b", sql):
        yield "left_join", sql[: match.start()] + "LEFT JOIN" + sql[match.end() :]
    for match in re.finditer(r"\bBETWEEN ('[^']*'|\d+) AND ('[^']*'|\d+)", sql):
        column = re.search(r"([\w.]+) $", sql[: match.start()])
        if column:
            start = match.start() - len(column.group())
            for low, high in ((">", "<="), (">=", "<")):
                text = f"{column[1]} {low} {match[1]} AND {column[1]} {high} {match[2]}"
                yield "between", sql[:start] + text + sql[match.end() :]
