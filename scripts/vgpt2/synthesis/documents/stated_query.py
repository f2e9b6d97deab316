"""A query that the sources hold, asked for by the purpose that they state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vgpt2.catalog.column_meaning import is_company
from vgpt2.catalog.model import Catalog
from vgpt2.records.prompt import fenced
from vgpt2.sqltext.scan import scan
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.schema_questions import make
from vgpt2.synthesis.model import Example

if TYPE_CHECKING:
    from vgpt2.tsql.check.verdict import Verdict

PROVED = ("parses", "resolves", "rules")


def company_asked(catalog: Catalog, tables: Sequence[str], sql: str) -> str:
    """The number that a query compares a company column with: one of a module, or one in a key of the tables (qualified
    names) that it reads; '' where there is none."""
    names = set(catalog.company_names)
    for table in (catalog.by_qualified[name] for name in tables):
        names.update(
            column.name for column in table.columns if column.name in table.key and is_company(catalog.database, column)
        )
    columns = "|".join(map(re.escape, sorted(names)))
    found = re.search(rf"(?<![@\w])(?:{columns}) = (\d+)\b", sql) if columns else None
    return found[1] if found else ""


def one_line(sql: str) -> str:
    """The SQL on one line, without comments and the semicolons around it; strings stay as they are."""
    parts: list[str] = []
    end = 0
    for token in scan(sql):
        if parts and token.start > end:
            parts.append(" ")
        parts.append(token.text)
        end = token.end
    return "".join(parts).strip("; ")


def lower_first(title: str) -> str:
    """A title within a sentence: `A service call` as `a service call`; `GL detail` stays."""
    alone = title[1:2] == " "
    return title[:1].lower() + title[1:] if title[1:2].islower() or alone else title


def query_example(
    ctx: Context,
    intent: str,
    number: int,
    title: str,
    sql: str,
    verdict: Verdict,
    *,
    company: str = "",
    shown: Sequence[str] = (),
    wordings: str = "",
    source: str = "",
    proof: Sequence[str] = PROVED,
) -> Example:
    """The example of a query that was found clean.

    Args:
        title: its purpose; the question adds the company, and the columns `shown` where they are given.
        verdict: of `tsql.check`, on this SQL.
        company: the company that it is limited to; without it the one that its text compares with.
        wordings: the intent whose wordings are used, where it is another one.
    """
    from vgpt2.tsql.skeleton import skeleton

    company = company or company_asked(ctx.catalog, verdict.tables, sql)
    said = lower_first(title)
    if company:
        said += f", for company {company}"
    if shown:
        said += f"; show {', '.join(shown)}"
    names = ", ".join(ctx.catalog.sql_name(ctx.table(name)) for name in verdict.tables)
    made = make(
        ctx,
        "document",
        intent,
        number,
        {"title": said},
        fenced(sql, f"From {names}."),
        tuple(verdict.tables),
        (*verdict.tables, *verdict.columns),
        wordings=wordings,
        queries=True,
    )
    return made.with_(
        sql=sql,
        ordered="ORDER BY" in sql.upper().rpartition(")")[2],
        source=source,
        slots={"skeleton": skeleton(verdict.parsed), "proof": list(proof)},
    )
