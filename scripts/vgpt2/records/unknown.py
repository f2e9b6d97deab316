"""What a question names and the database has not: said in the prompt, so that no model has to know it by heart.

A name is looked up as the tables of a prompt are. A model sees then `Not here: APTX` beside the nearest tables, and
has only to say so; and where nothing stands there it has no reason to deny anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgpt2.catalog.lookup import find_column, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.records.answers.extract import read
from vgpt2.records.answers.mentions import CAMEL, UPPER, Names
from vgpt2.records.asked import HOLDS_QUERY

# The rules of the checker that say that there is no such thing.
_NO_SUCH = frozenset({"unknown_table", "unknown_column"})
# What a query that stands in the question calls its results.
_MADE = re.compile(r"\bAS\s+\[?(\w+)", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w.'])[A-Za-z_@#][\w@#$]*+(?!\.\w)")


@dataclass(slots=True, frozen=True)
class Unknown:
    """A name of a question. `table`: the table that lacks it (as a query writes it), empty: nothing is called so."""

    name: str
    table: str = ""

    def __str__(self) -> str:
        return f"Not in {self.table}: {self.name}" if self.table else f"Not here: {self.name}"


class _Styles(dict[str, frozenset[int]]):
    """How long the names in capitals of a module are, by its code: `PRAC` may be meant as a table, `SSMS` not."""

    @classmethod
    def of(cls, catalog: Catalog) -> _Styles:
        names = [table.name for table in catalog.queryable if UPPER.match(table.name)]
        codes = {code for code in catalog.database.modules if len(code) > 1}
        return cls((code, frozenset(len(name) for name in names if name.startswith(code))) for code in codes)


def unknown_names(catalog: Catalog, question: str) -> list[Unknown]:
    """The names of a question that the catalog has not, in its order: tables, columns of the tables that it names,
    programs. Names in quotes of SQL are values, and a query that stands in the question is checked as such."""
    names = Names.of(catalog)
    prose, sql, made = question, "", set[str]()
    if HOLDS_QUERY.search(question):
        reading = read(question)
        prose, sql, made = reading.prose, reading.sql, set(_MADE.findall(question))
    tables = names.tables(prose)
    mentioned = (name for name in _mentioned(names, prose, bool(tables)) if name not in made)
    found = [unknown for name in mentioned if (unknown := _judge(names, name, tables))]
    return list(dict.fromkeys([*found, *(_of_query(names, sql) if sql else ())]))


def _mentioned(names: Names, prose: str, beside_table: bool) -> list[str]:
    """What is meant as a name: also what is written as the tables of a module are, and beside the name of a table
    whatever is put together of several words."""
    catalog = names.catalog
    styles = catalog.derived.get(_Styles, lambda: _Styles.of(catalog))
    found = dict.fromkeys(names.mentioned(prose))
    words = _WORD.findall(prose)
    shouted = sum(map(str.isupper, words)) * 2 > len(words)
    for word in words:
        alike = any(word.startswith(code) and len(word) in lengths for code, lengths in styles.items())
        of_module = alike and not shouted and bool(UPPER.match(word))
        if (of_module or (beside_table and CAMEL.match(word))) and not names.ordinary(word):
            found[word] = None
    return list(found)


def _judge(names: Names, name: str, tables: list[Table]) -> Unknown | None:
    """A name that is not there, or not in a table that the question spells; None: it is, or may be."""
    catalog = names.catalog
    owner, _, last = name.rpartition(".")
    if owner:
        table = find_table(catalog, owner)
        if table and not find_column(catalog, name) and not find_table(catalog, name):
            return Unknown(last, catalog.sql_name(table))
        return None
    if not names.exists(name):
        plural = name.endswith("s") and name[:-1].isupper() and names.exists(name[:-1])  # the APTHs
        return None if plural or find_table(catalog, name) else Unknown(name)
    if not CAMEL.match(name) or names.fold(name) not in names.columns or find_table(catalog, name):
        return None
    if tables and not any(find_column(catalog, f"{catalog.sql_name(table)}.{name}") for table in tables):
        return Unknown(name, ", ".join(catalog.sql_name(table) for table in tables))
    return None


def _of_query(names: Names, sql: str) -> list[Unknown]:
    """What the query of a question names and is not there, as the checker finds it."""
    from vgpt2.tsql.check.check import check

    catalog, verdict = names.catalog, check(sql, names.catalog)
    tables = ", ".join(catalog.sql_name(catalog.by_qualified[name]) for name in verdict.tables)
    found = (finding.name.rpartition(".")[2] for finding in verdict.findings if finding.rule in _NO_SUCH)
    return [Unknown(name, tables if names.exists(name) else "") for name in found if name]
