"""The ways out of a table to one row of another: its partners, its header, and what lies behind them; and its lines."""

from __future__ import annotations

from dataclasses import dataclass

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import is_company, is_group, is_month
from vgpt2.catalog.model import Catalog, Join, Table
from vgpt2.synthesis.columns import touched_by
from vgpt2.synthesis.roles.words import role_words
from vgpt2.synthesis.sure_joins import is_declared, may_miss


@dataclass(slots=True, frozen=True)
class Link:
    """From a row of `start` to the one row of `end`: `pairs` are (column of start, column of end). `optional`: there
    may be none; `uses`: how often the database's own code joins so; `header`: `start` holds the lines of `end`."""

    start: Table
    end: Table
    pairs: tuple[tuple[str, str], ...]
    optional: bool
    uses: int
    header: bool

    @property
    def one_to_one(self) -> bool:
        """Whether the rows of `start` each have an end of their own: a total by it is that of the row."""
        return bool(self.start.key) and set(self.start.key) <= {name for name, _ in self.pairs}


def links_of(catalog: Catalog, table: Table, joins: list[Join]) -> list[Link]:
    """The links of a table along these joins, those that the code uses most first.

    Left out: joins by company and group alone, by who touched a row last, and those that would leave the company.
    """
    found = []
    for join in joins:
        if join.left == table.qualified:
            end, columns = catalog.by_qualified[join.right], (join.left_columns, join.right_columns)
            declared = join.origin == "foreign_key"
        elif join.right == table.qualified and not join.many_side:
            end, columns = catalog.by_qualified[join.left], (join.right_columns, join.left_columns)
            declared = False  # a person need not be an employee
        else:
            continue
        pairs = tuple(zip(*columns, strict=True))
        if join.origin == "shared_key" and not join.uses and _is_weak(catalog, table, pairs):
            continue
        if _means_something(catalog, table, pairs) and _keeps_company(catalog, table, end, pairs):
            header = is_header(catalog, table, end, pairs)
            # Half a key may be there without the other; what nobody declared may lead to nothing.
            sure = declared or header or is_declared(catalog, table, end, pairs)
            optional = not sure or may_miss(catalog, table, end, pairs)
            found.append(Link(table, end, pairs, optional, join.uses, header))
    return sorted(found, key=lambda link: (-link.uses, -link.end.uses, link.end.qualified))


def _means_something(catalog: Catalog, table: Table, pairs: tuple[tuple[str, str], ...]) -> bool:
    database = catalog.database
    columns = [column for name, _ in pairs if (column := table.column(name))]
    own = [column for column in columns if not is_company(database, column) and not is_group(database, column)]
    return bool(own) and not any(touched_by(name_words(column.name, database).lower()) for column in own)


def _is_weak(catalog: Catalog, table: Table, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether a join that nobody uses is one of other names, or by month: rows of one month have little in common."""
    months = any(is_month(catalog.database, column) for name, _ in pairs if (column := table.column(name)))
    return any(a != b for a, b in pairs) or (months and not {name for name, _ in pairs} <= set(table.key))


def _keeps_company(catalog: Catalog, table: Table, end: Table, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether the company filter of the one table holds for the other, where the house rules ask for one."""
    company = catalog.company_column(end)
    if not catalog.database.house_rules.company_filter or not company:
        return True
    return bool(catalog.company_column(table)) and any(name == company for _, name in pairs)


def is_header(catalog: Catalog, lines: Table, end: Table, pairs: tuple[tuple[str, str], ...]) -> bool:
    """Whether `lines` holds the positions of the documents in `end`: their key and one column more, or a name that says
    so and begins alike."""
    joined = {name for name, _ in pairs}
    if {name for _, name in pairs} != set(end.key) or not end.key or joined >= set(lines.key):
        return False
    first, second = (name_words(table.name, catalog.database).lower() for table in (lines, end))
    found = role_words().lines.patterns[0].search(first)
    if len(joined) == 1 and found:
        stem = first[: found.start()].strip().rstrip("s")
        return bool(stem) and second.startswith(stem)
    database, columns = catalog.database, [end.column(name) for name in end.key]
    plain = [is_company(database, c) or is_group(database, c) or is_month(database, c) for c in columns if c]
    if all(plain):
        return False  # a month, or a company, has no lines
    own = [name for name in lines.key if name not in joined]
    referred = {
        name for key in catalog.foreign_keys if key.table in (lines.qualified, lines.base_table) for name in key.columns
    }
    ordered = lines.key[: len(joined)] == [name for name, _ in pairs]
    return ordered and len(own) == 1 and own[0] not in referred
