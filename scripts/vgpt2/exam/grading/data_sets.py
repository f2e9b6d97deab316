"""The data sets that were made for a question: which queries they can judge, and what a TOP too many would cut."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.exam.grading.query import Query
from vgpt2.tsql.check.check import check
from vgpt2.tsql.rows.held import DataSet
from vgpt2.tsql.rows.rows import maker_of
from vgpt2.tsql.run.transpile import Executable
from vgpt2.tsql.run.views import reads
from vgpt2.tsql.write import CannotWrite, write

# A result of so many rows has no end that the schema knows: of statuses or companies there are fewer.
ENDLESS = 25
# Who writes more means all rows.
ALL_ROWS = 1_000_000


def covers(data: DataSet, query: Query, catalog: Catalog) -> bool:
    """Whether a data set holds all tables that a query reads, behind views too."""
    if not isinstance(query.runs_as, Executable):
        return False
    maker = maker_of(catalog)
    return all(
        maker.owner(source).qualified in data for name in query.runs_as.tables for source in reads(catalog, name)
    )


def cut_short(gold: Query, answer: Query, rows: int, catalog: Catalog) -> Query | None:
    """The answer with a smaller TOP, where it has one that the gold has not and that lets all of `rows` rows through.

    A TOP 1000 loses rows only where there are more than anybody would keep with a suite; what it does there, a smaller
    one does here. None where there is nothing to find out.
    """
    limit = answer.bound.tree.args.get("limit")
    slots = ("limit", "offset")
    if limit is None or any(gold.bound.tree.args.get(slot) for slot in slots) or rows < ENDLESS:
        return None
    count = limit.args.get("expression") if isinstance(limit, exp.Limit) else None
    if not isinstance(count, exp.Literal) or not count.is_int or not rows <= int(count.this) < ALL_ROWS:
        return None
    tree = answer.bound.tree.copy()
    tree.args["limit"].set("expression", exp.Literal.number(rows - 1))
    try:
        return Query(check(write(tree), catalog))
    except CannotWrite:
        return None
