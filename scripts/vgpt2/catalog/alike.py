"""Words that fit two things alike: the two tables, or the two columns of one table, that they may mean."""

from __future__ import annotations

from vgpt2.catalog.finding.columns import said_of_columns
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.retrieval import Retriever

# Of what fits alike none leads the other by so much; what comes behind them fits by so much less.
MARGIN = 1.15
BEHIND_COLUMNS = 1.5
COPY = 0.1  # the weight below which a table is a copy or a backup


def tables_alike(catalog: Catalog, words: str) -> tuple[str, ...]:
    """The qualified names of the tables that the words lead to before all others and none before the other, sorted;
    views and copies of these are no other reading."""
    retriever = Retriever.of(catalog)
    ranked = [(name, score) for name, score in retriever.ranked(words) if catalog.by_qualified[name].weight >= COPY]
    if not ranked:
        return ()
    found = [name for name, score in ranked if score * MARGIN > ranked[0][1]]
    return tuple(sorted(name for name in found if not set(catalog.by_qualified[name].reads) & set(found)))


def columns_alike(catalog: Catalog, table: Table, words: str) -> tuple[str, ...]:
    """The columns of a table that answer to the words before all others and none before the other, in the order of the
    table; () where a further one is not far behind."""
    retriever = Retriever.of(catalog)
    points = said_of_columns(catalog, table, retriever.read(words))
    best = max(points.values(), default=0.0)
    found = tuple(name for name, said in points.items() if said and said * MARGIN > best)
    behind = max((said for name, said in points.items() if name not in found), default=0.0)
    return found if best and behind * BEHIND_COLUMNS < best else ()
