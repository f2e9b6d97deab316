"""What differs between two catalogs of one database: what came, what went, what is now something else."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from vgpt2.catalog.lookup import join_text
from vgpt2.catalog.model import Catalog, Column, Join, Table

# So many of the columns of a table that went are those of one that came: it was renamed.
SAME_COLUMNS = 0.7
# A column that went and one that came of the same type with names so alike are one.
SAME_NAME = 0.6

Thing = TypeVar("Thing", Table, Column)
Kind = Literal["came", "went", "changed"]
Of = Literal["table", "column", "key", "join", "words", "routine"]


@dataclass(slots=True, frozen=True)
class Change:
    """One difference. `name`: qualified (`dbo.APTH`, `dbo.APTH.Vendor`; of a join `dbo.APTH+dbo.APVM`), with words of a
    value `dbo.APTH.Status = 'O'`. `before`, `after`: what it was and is; of a table or column that came or went the
    other one that it seems to be the new or old name of."""

    of: Of
    kind: Kind
    name: str
    before: str = ""
    after: str = ""


def changes(before: Catalog, after: Catalog) -> list[Change]:
    """The differences of two catalogs, tables first. Columns of a table that came or went are not listed."""
    return [
        *_tables(before.by_qualified, after.by_qualified),
        *_same_tables(before, after),
        *_named("join", _joins(before), _joins(after)),
        *_named("words", _words(before, after), _words(after, before)),
        *_named("routine", _routines(before), _routines(after)),
    ]


def _tables(before: Mapping[str, Table], after: Mapping[str, Table]) -> Iterator[Change]:
    went = [before[name] for name in before if name not in after]
    came = [after[name] for name in after if name not in before]
    renamed = _pairs(went, came, _like_tables)
    olds = {new: old for old, new in renamed.items()}
    for table in went:
        yield Change("table", "went", table.qualified, after=renamed.get(table.qualified, ""))
    for table in came:
        yield Change("table", "came", table.qualified, before=olds.get(table.qualified, ""))


def _same_tables(before: Catalog, after: Catalog) -> Iterator[Change]:
    for table in before.tables:
        other = after.by_qualified.get(table.qualified)
        if other is None:
            continue
        yield from _columns(table, other)
        if table.key != other.key:
            yield Change("key", "changed", table.qualified, ", ".join(table.key), ", ".join(other.key))


def _columns(table: Table, other: Table) -> Iterator[Change]:
    old = {column.name: column for column in table.columns}
    new = {column.name: column for column in other.columns}
    renamed = _pairs(
        [column for name, column in old.items() if name not in new],
        [column for name, column in new.items() if name not in old],
        _like_columns,
    )
    olds = {name: before for before, name in renamed.items()}
    for name, column in old.items():
        qualified = f"{table.qualified}.{name}"
        if name not in new:
            yield Change("column", "went", qualified, after=renamed.get(name, ""))
        elif _form(column) != _form(new[name]):
            yield Change("column", "changed", qualified, _form(column), _form(new[name]))
    for name in new:
        if name not in old:
            yield Change("column", "came", f"{table.qualified}.{name}", before=olds.get(name, ""))


def _form(column: Column) -> str:
    """What a query depends on: type, NULL, the values that are allowed."""
    values = f" of {', '.join(column.values)}" if column.values else ""
    return f"{column.base_type}{'' if column.nullable else ' not null'}{values}"


def _pairs(went: list[Thing], came: list[Thing], likeness: Callable[[Thing, Thing], float]) -> dict[str, str]:
    """What went and what came that seem to be one, the most alike first, each once."""
    found = sorted(
        ((likeness(old, new), _name(old), _name(new)) for old in went for new in came),
        key=lambda pair: (-pair[0], *pair[1:]),
    )
    pairs: dict[str, str] = {}
    for like, old, new in found:
        if like and old not in pairs and new not in pairs.values():
            pairs[old] = new
    return pairs


def _name(thing: Table | Column) -> str:
    return thing.qualified if isinstance(thing, Table) else thing.name


def _like_tables(old: Table, new: Table) -> float:
    columns, others = ({column.name for column in table.columns} for table in (old, new))
    share = len(columns & others) / max(1, len(columns | others))
    return share if old.kind == new.kind and share >= SAME_COLUMNS else 0.0


def _like_columns(old: Column, new: Column) -> float:
    if old.base_type != new.base_type:
        return 0.0
    like = difflib.SequenceMatcher(None, old.name.lower(), new.name.lower()).ratio()
    return like if like >= SAME_NAME else 0.0


def _named(of: Of, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Differences of things that are told by their names."""
    for name in sorted({*before, *after}):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now or (name in before) != (name in after):
            kind: Kind = "came" if name not in before else "went" if name not in after else "changed"
            yield Change(of, kind, name, was, now)


def _joins(catalog: Catalog) -> dict[str, str]:
    """By the two tables in the order of their names, all ways to join them."""
    found: dict[str, list[str]] = {}
    for join in catalog.joins:
        turned = join
        if join.left > join.right:
            turned = Join(join.right, join.right_columns, join.left, join.left_columns, join.origin)
        found.setdefault(f"{turned.left}+{turned.right}", []).append(join_text(turned))
    return {name: "; ".join(sorted(set(ways))) for name, ways in found.items()}


def _words(catalog: Catalog, other: Catalog) -> dict[str, str]:
    """What tables, columns and values that both have are called, by the word that is trusted most, else described."""
    found = {}
    for meaning in catalog.meanings:
        if meaning.words:
            name = f"{meaning.of} = '{meaning.value}'" if meaning.value else meaning.of
            found[name] = meaning.words[0][0]
    for table in catalog.tables:
        said = {table.qualified: table.description}
        said |= {f"{table.qualified}.{column.name}": column.description for column in table.columns}
        for name, description in said.items():
            if description and name not in found:
                found[name] = " ".join(description.split())
    known = _things(other)
    return {name: words for name, words in found.items() if name.partition(" = '")[0] in known}


def _things(catalog: Catalog) -> set[str]:
    tables = {name for table in catalog.tables for name in (table.qualified, *_column_names(table))}
    return tables | {routine.qualified for routine in catalog.routines}


def _column_names(table: Table) -> list[str]:
    return [f"{table.qualified}.{column.name}" for column in table.columns]


def _routines(catalog: Catalog) -> dict[str, str]:
    return {
        routine.qualified: f"{routine.kind}({', '.join(f'{one.name} {one.type}' for one in routine.parameters)})"
        for routine in catalog.routines
    }


def counted(found: Iterable[Change]) -> dict[str, dict[str, int]]:
    """How many of each: `{"table": {"came": 1, "went": 0, "changed": 0}, ...}`; what did not change is not there."""
    table: dict[str, dict[str, int]] = {}
    for change in found:
        row = table.setdefault(change.of, {"came": 0, "went": 0, "changed": 0})
        row[change.kind] += 1
    return table
