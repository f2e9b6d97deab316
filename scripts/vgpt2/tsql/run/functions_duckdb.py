"""T-SQL functions that sqlglot passes on as they are, as DuckDB macros; and formats of CONVERT and LIKE."""

from __future__ import annotations

import re

# T-SQL name: kind of its result. Those in RENAMED run as macros `tsql_<name>`, the others exist in DuckDB.
SHIMS: dict[str, str | None] = {
    "ISNUMERIC": "int",
    "ISDATE": "int",
    "SQUARE": "float",
    "QUOTENAME": "text",
    "PATINDEX": "int",
    "STR": "text",
    "DATALENGTH": "int",
    "CHOOSE": None,
    "DATEFROMPARTS": "date",
    "ATN2": "float",
    "LOG10": "float",
    "UNICODE": "int",
    "NCHAR": "text",
    "CHECKSUM": "int",
    "CHECKSUM_AGG": "int",
    "VARP": "float",
    "STDEVP": "float",
    "REPLICATE": "text",
    "SPACE": "text",
    "STUFF": "text",
    "CONCAT_WS": "text",
    "PERCENT_RANK": "float",
    "CUME_DIST": "float",
    "NTILE": "int",
    "RANK": "int",
    "DENSE_RANK": "int",
    "COUNT_BIG": "int",
}
RENAMED = {
    "ISNUMERIC",
    "ISDATE",
    "SQUARE",
    "QUOTENAME",
    "STR",
    "DATALENGTH",
    "DATEFROMPARTS",
    "ATN2",
    "REPLICATE",
    "SPACE",
    "STUFF",
    "VARP",
    "STDEVP",
    "COUNT_BIG",
    "NCHAR",
}
DATE_ARGUMENTS: set[str] = set()

MACROS = (
    "tsql_isnumeric(x) AS CASE WHEN TRY_CAST(x AS DOUBLE) IS NULL THEN 0 ELSE 1 END",
    "tsql_isdate(x) AS CASE WHEN TRY_CAST(x AS TIMESTAMP) IS NULL THEN 0 ELSE 1 END",
    "tsql_square(x) AS CAST(x AS DOUBLE) * x",
    "tsql_quotename(x) AS '[' || REPLACE(CAST(x AS VARCHAR), ']', ']]') || ']'",
    "tsql_str(x, n := 10, d := 0) AS LPAD(CAST(ROUND(x, d) AS VARCHAR), CAST(LEAST(n, 8000) AS INT), ' ')",
    "tsql_datalength(x) AS LENGTH(CAST(x AS VARCHAR))",
    "tsql_datefromparts(y, m, d) AS MAKE_DATE(CAST(y AS BIGINT), CAST(m AS BIGINT), CAST(d AS BIGINT))",
    "tsql_atn2(y, x) AS ATAN2(y, x)",
    # As in SQL Server: 8,000 characters at most, and NULL for a negative number.
    "tsql_replicate(s, n) AS CASE WHEN n >= 0 THEN LEFT(REPEAT(CAST(s AS VARCHAR), CAST(LEAST(n, 8000 // "
    "GREATEST(LENGTH(CAST(s AS VARCHAR)), 1) + 1) AS BIGINT)), 8000) END",
    "tsql_replace(s, a, b) AS LEFT(REPLACE(CAST(s AS VARCHAR), a, b), 8000)",
    "tsql_space(n) AS CASE WHEN n >= 0 THEN REPEAT(' ', CAST(LEAST(n, 8000) AS BIGINT)) END",
    "tsql_stuff(s, a, n, r) AS LEFT(s, CAST(a - 1 AS BIGINT)) || r || SUBSTRING(s, CAST(a + n AS BIGINT))",
    "tsql_varp(x) AS VAR_POP(x)",
    "tsql_stdevp(x) AS STDDEV_POP(x)",
    "tsql_count_big(x) AS COUNT(x)",
    # Weeks of SQL Server begin on Sunday (1899-12-31 was one), those of DuckDB on Monday.
    "tsql_weeks(a, b) AS DATE_DIFF('day', DATE '1899-12-31', b) // 7 - DATE_DIFF('day', DATE '1899-12-31', a) // 7",
    "tsql_week(x) AS (DAYOFYEAR(x) - 1 + DAYOFWEEK(DATE_TRUNC('year', x))) // 7 + 1",
    "tsql_nchar(x) AS CHR(CAST(x AS INT))",
)

INTERVALS = {
    "YEAR": "TO_YEARS",
    "QUARTER": "TO_MONTHS",
    "MONTH": "TO_MONTHS",
    "WEEK": "TO_WEEKS",
    "DAY": "TO_DAYS",
    "DAYOFYEAR": "TO_DAYS",
    "WEEKDAY": "TO_DAYS",
    "DAYOFWEEK": "TO_DAYS",
    "HOUR": "TO_HOURS",
    "MINUTE": "TO_MINUTES",
    "SECOND": "TO_SECONDS",
}

_STYLES = {
    "0": "%b %-d %Y %I:%M%p",
    "100": "%b %-d %Y %I:%M%p",
    "1": "%m/%d/%y",
    "3": "%d/%m/%y",
    "23": "%Y-%m-%d",
    "101": "%m/%d/%Y",
    "102": "%Y.%m.%d",
    "103": "%d/%m/%Y",
    "104": "%d.%m.%Y",
    "105": "%d-%m-%Y",
    "106": "%d %b %Y",
    "107": "%b %d, %Y",
    "108": "%H:%M:%S",
    "110": "%m-%d-%Y",
    "111": "%Y/%m/%d",
    "112": "%Y%m%d",
    "120": "%Y-%m-%d %H:%M:%S",
    "121": "%Y-%m-%d %H:%M:%S.%g",
    "126": "%Y-%m-%dT%H:%M:%S",
}


def date_style(style: str) -> str | None:
    """The strftime pattern of a CONVERT style, or None."""
    return _STYLES.get(style)


def like_to_regex(pattern: str, fold: bool) -> str:
    """A LIKE pattern with `[a-z]` sets as a regular expression; `fold` ignores case."""
    parts = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        elif character == "[" and (end := pattern.find("]", position + 2)) > 0:
            inside = pattern[position + 1 : end]
            negated = inside.startswith("^")
            inside = (inside[1:] if negated else inside).replace("\\", "\\\\")
            parts.append(f"[{'^' if negated else ''}{inside}]")
            position = end
        else:
            parts.append(re.escape(character))
        position += 1
    return ("(?is)" if fold else "(?s)") + "^" + "".join(parts) + "$"
