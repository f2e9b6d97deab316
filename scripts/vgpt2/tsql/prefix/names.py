"""The names that a query may use: tables with their columns, the database's functions, and those of T-SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import Strict
from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.check.functions.signatures import MANY, Server, server_of, signatures
from vgpt2.tsql.check.functions.types import type_rules
from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.grammar.written import bounded_words
from vgpt2.tsql.prefix.values import Typed
from vgpt2.yaml_file import read_yaml_file

# What a table may be called before FROM says of which it is the alias.
_SHORT = re.compile(r"[a-z][a-z0-9]{0,2}\Z")
_BUILT_IN = ("scalar", "aggregate", "window")


class Words(Strict):
    """words.yaml."""

    derived: frozenset[str]
    planned: frozenset[str]
    types: frozenset[str]
    functions: frozenset[str]


@cache
def own_words() -> Words:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("words.yaml")).check(Words)


@dataclass(slots=True, frozen=True)
class Source:
    """What stands in FROM: its name there, the schema that may stand before it, its columns (None: not known), and of
    a table (`schema.name`) whose columns they are."""

    name: str
    columns: frozenset[str] | None
    schema: str = ""
    table: str = ""


@dataclass(slots=True, frozen=True)
class Names:
    """What may be named in one query. `bare`: tables that need no schema before them; `functions`: in capitals;
    `routines`: `schema.name` of the database's own functions that give a value; `derived`: what it may call tables that
    it makes, before FROM says what they are."""

    tables: tuple[Source, ...]
    bare: frozenset[str]
    functions: frozenset[str]
    routines: frozenset[str]
    known: frozenset[str] = field(default_factory=frozenset)
    typed: Mapping[str, Mapping[str, Typed]] = field(default_factory=dict)  # by table (`schema.name`) and column
    derived: frozenset[str] = frozenset()

    @classmethod
    def of(cls, catalog: Catalog, tables: Sequence[str]) -> Names:
        """Those of these tables (qualified names), with all their columns."""
        found = [catalog.by_qualified[name] for name in tables]
        sources = tuple(
            Source(table.name, frozenset(column.name for column in table.columns), table.schema, table.qualified)
            for table in found
        )
        typed = {table.qualified: {column.name: Typed.of(column) for column in table.columns} for table in found}
        bare = frozenset(table.name for table in found if catalog.find(table.name) is table)
        known = {table.name for table in found} | {table.schema for table in found}
        known |= {column.name for table in found for column in table.columns}
        functions = built_in(server_of(catalog.database))
        derived = own_words().derived
        derived |= {f"{table.name}{word}" for table in found for word in derived}
        return cls(sources, bare, functions, _routines(catalog), frozenset(known), typed, derived)

    def planned(self, plan: str) -> Names:
        """The same where a plan said which tables the query makes: no others then; all where there is no plan."""
        said = frozenset(re.findall(r"\w+", plan))
        return replace(self, derived=(self.derived | own_words().planned) & said) if said else self

    def may_be_derived(self, name: str, partial: bool) -> bool:
        """Whether a name before FROM may be that of a derived table."""
        return any(word.startswith(name) for word in self.derived) if partial else name in self.derived

    def typed_in(self, source: Source, column: str) -> Typed | None:
        """What values a column of a source has; None where nothing is known."""
        return self.typed.get(source.table, {}).get(column)

    def table(self, parts: Sequence[str]) -> Source | None:
        """The table of `name` or `schema.name`, spelled as it is."""
        for source in self.tables:
            if [*parts] == [source.schema, source.name] or ([*parts] == [source.name] and source.name in self.bare):
                return source
        return None

    def begins_table(self, parts: Sequence[str]) -> list[Source]:
        """The tables that may be meant where the last of `parts` may go on."""
        if len(parts) == 1:
            return [
                source
                for source in self.tables
                if source.schema.startswith(parts[0]) or (source.name in self.bare and source.name.startswith(parts[0]))
            ]
        return [source for source in self.tables if source.schema == parts[0] and source.name.startswith(parts[1])]

    def going_on(self, text: str) -> Iterator[str]:
        """What may follow the beginning of a name, for all names that begin so."""
        functions = (spelled for name in self.functions for spelled in (name, name.lower()))
        for name in (*self.known, *functions):
            if name.startswith(text) and name != text:
                yield name[len(text) :]

    def begins_function(self, text: str, but: frozenset[str] = frozenset()) -> bool:
        """Whether a function of T-SQL begins so, in capitals or in small letters; none of `but` (in capitals)."""
        return any(
            name not in but and (name.startswith(text) or name.lower().startswith(text)) for name in self.functions
        )

    def begins_routine(self, parts: Sequence[str]) -> bool:
        """Whether a function of the database begins so."""
        return any(name.startswith(".".join(parts)) for name in self.routines)

    def begins_schema(self, text: str) -> bool:
        """Whether a schema begins so that has to be said, of a table or of a function."""
        tables = any(table.schema.startswith(text) for table in self.tables if table.name not in self.bare)
        return tables or self.begins_routine([text])

    def begins_table_of(self, schema: str, text: str) -> bool:
        """Whether a table of this schema, which has to be said, begins so."""
        return any(table.name not in self.bare for table in self.begins_table([schema, text]))


@cache
def built_in(server: Server) -> frozenset[str]:
    """The functions of T-SQL that this server has and a bounded expression may call, in capitals."""
    return frozenset(
        name
        for name, known in signatures(server).items()
        if name in own_words().functions and known.use in _BUILT_IN and not known.word and not known.refused
    )


@cache
def aggregates() -> frozenset[str]:
    """The functions that make one value of many rows, in capitals."""
    return frozenset(name for name, known in signatures(Server()).items() if known.use == "aggregate")


@cache
def of_rows() -> frozenset[str]:
    """The functions that cannot stand where rows are still chosen, in capitals: aggregates and those of windows."""
    return aggregates() | {name for name, known in signatures(Server()).items() if known.use == "window"}


@cache
def refused_in(function: str, argument: int) -> frozenset[str]:
    """The base types that a function (in capitals) does not take as this argument, from 0."""
    known = signatures(Server()).get(function)
    if known is None or not known.kinds:
        return frozenset()
    return type_rules().arguments[known.kinds[min(argument, len(known.kinds) - 1)]]


@cache
def most_arguments(function: str) -> int:
    """So many arguments a function (in capitals) takes at most."""
    known = signatures(Server()).get(function)
    return known.most if known and known.counted else MANY


@cache
def least_arguments(function: str) -> int:
    """So many arguments a function (in capitals) needs."""
    known = signatures(Server()).get(function)
    return known.least if known and known.counted else 0


@cache
def types() -> frozenset[str]:
    """The types of T-SQL, in capitals."""
    return own_words().types | words().types


@cache
def keywords() -> frozenset[str]:
    """The words that are no names, in capitals."""
    return bounded_words() | RESERVED


def named_words(catalog: Catalog) -> frozenset[str]:
    """The words of the grammar, in capitals, that are names of the database too."""
    known: Iterable[str] = (name for table in catalog.tables for name in (table.name, *(c.name for c in table.columns)))
    return (frozenset(name.upper() for name in known) & bounded_words()) - RESERVED


def plain(text: str) -> str:
    """A name without its brackets or quotes, of which the last may be missing.

    >>> plain("[Unit Pri"), plain("[Unit]]s]")
    ('Unit Pri', 'Unit]s')
    """
    if text[:1] == "[":
        return text[1 : -1 if text[-1] == "]" and len(text) > 1 else None].replace("]]", "]")
    return text.strip('"')


def may_be_alias(name: str) -> bool:
    """Whether a name before FROM may be an alias of one of the tables."""
    return bool(_SHORT.match(name))


def _routines(catalog: Catalog) -> frozenset[str]:
    return frozenset(
        routine.qualified for routine in catalog.routines if routine.kind == "function" and routine.returns != "table"
    )
