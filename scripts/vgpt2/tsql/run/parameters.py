"""Values for the parameters of a query (`@Co`, `@Mth`), so that it can run.

By name first (the table below), else a value that occurs in the column that the parameter is compared with.
"""

from __future__ import annotations

import re

# The first pattern that fits the whole name (without @, case ignored) decides; values are T-SQL literals.
VALUES: tuple[tuple[str, str], ...] = (
    (r"\w{0,4}co|company", "1"),
    (r"(vendor|cust|tax|matl|phase|em)group", "1"),
    (r"(begin|start|from|first|min)\w*(mth|month)|(mth|month)\w*(begin|start|from)", "'2024-01-01'"),
    (r"(end|to|thru|through|last|max)\w*(mth|month)|(mth|month)\w*(end|to|thru)", "'2024-06-01'"),
    (r"mth|month|\w*mth", "'2024-03-01'"),
    (r"(begin|start|from|first|min)\w*date|date(from|start)", "'2024-01-01'"),
    (r"(end|to|thru|through|last|max)\w*date|date(to|end|thru)", "'2024-06-30'"),
    (r"\w*date|asof|today|cutoff", "'2024-06-15'"),
    (r"\w*year|yr|fy", "2024"),
    (r"days|daysold|numdays", "30"),
    (r"top|n|rows|limit|count|take|pagesize", "5"),
    (r"skip|offset|startrow", "5"),
    (r"page|pagenumber", "1"),
    (r"min\w*(amt|amount|total)|amount|amt|threshold|limitamt", "500"),
)


def value_of(name: str) -> str | None:
    """The T-SQL literal for a parameter of this name, or None where the name says nothing."""
    folded = name.lower()
    for pattern, value in VALUES:
        if re.fullmatch(pattern, folded):
            return value
    return None
