"""Whether what an answer denies exists: beside a catalog, and the tables that are spoken of."""

from __future__ import annotations

from collections.abc import Iterable

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.denials import Denial


def real_object(denial: Denial, catalog: Catalog, tables: Iterable[str]) -> str:
    """The object that a denial denies and that exists (`column Vendor of APTH`), or an empty string.

    Args:
        tables: where a column is looked for that is denied without its table.
    """
    if not denial.name:
        return ""
    # "APTX does not exist in Viewpoint Vista": what follows "in" need not be a table.
    said_owner = denial.owner if find_table(catalog, denial.owner) else ""
    if denial.thing != "column" and not said_owner:
        thing = find_table(catalog, denial.name) or find_program(catalog, denial.name)
        if thing:
            return f"{getattr(thing, 'kind', 'trigger')} {thing.name}"
    if denial.thing in ("table", "program"):
        return ""
    owner, _, column = denial.name.rpartition(".")
    for table in [said_owner or owner] if said_owner or owner else tables:
        if found := find_column(catalog, f"{table}.{column}"):
            return f"column {found[1].name} of {catalog.sql_name(found[0])}"
    return ""
