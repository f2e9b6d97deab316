"""Which joins lose no row: a foreign key, or one behind another, says that what a row refers to is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vgpt2.catalog.model import Catalog, Table

# So many foreign keys may stand one behind the other: the product of an order line is that of the offer it was sold by.
STEPS = 3
Pairs = Iterable[tuple[str, str]]


class References(dict[str, list[tuple[str, dict[str, str]]]]):
    """By the table that has them, the foreign keys of a catalog: (table referred to, {column: column there})."""

    @classmethod
    def of(cls, catalog: Catalog) -> References:
        """Those of a catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls._read(catalog))

    @classmethod
    def _read(cls, catalog: Catalog) -> References:
        found = cls()
        for key in catalog.foreign_keys:
            if not key.disabled:
                columns = dict(zip(key.columns, key.referenced_columns, strict=True))
                found.setdefault(key.table, []).append((key.referenced_table, columns))
        return found


def is_declared(catalog: Catalog, start: Table, end: Table, pairs: Pairs) -> bool:
    """Whether each row of `start` with these columns filled has one in `end`: foreign keys say so. `pairs` are (column
    of start, column of end)."""
    wanted = set(pairs)
    return not end.filtered and any(_leads(References.of(catalog), _base(start), _base(end), wanted, STEPS))


def _leads(known: References, start: str, end: str, wanted: set[tuple[str, str]], steps: int) -> Iterator[bool]:
    for middle, columns in known.get(start, ()):
        if not {name for name, _ in wanted} <= set(columns):
            continue
        here = {(columns[near], far) for near, far in wanted}
        if middle == end and all(near == far for near, far in here):
            yield True
        elif steps > 1:
            yield from _leads(known, middle, end, here, steps - 1)


def declares(catalog: Catalog, table: Table) -> bool:
    """Whether a table says by foreign keys what it refers to, so that what it does not say need not be."""
    return _base(table) in References.of(catalog)


def may_miss(catalog: Catalog, start: Table, end: Table, pairs: Pairs) -> bool:
    """Whether a row of `start` may lead to none in `end`: a column is empty, or the table says by foreign keys what its
    rows refer to and does not say this, as an address is that of a store, a vendor or an employee."""
    wanted = tuple(pairs)
    columns = [start.column(name) for name, _ in wanted]
    if any(column is not None and column.nullable and column.name not in start.key for column in columns):
        return True
    return declares(catalog, start) and not is_declared(catalog, start, end, wanted)


def _base(table: Table) -> str:
    return table.base_table or table.qualified
