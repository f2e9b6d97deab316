"""What a question leaves open and a query cannot do without: which of two tables, columns or states its words mean,
which company, which month. Said in the prompt as unknown names are (`unknown.py`): that there are two readings is in
the catalog, and no model has to know it by heart. Which of the two is meant nobody but the user knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from vgpt2.catalog.column_meaning import is_company, is_month
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.plain_words import PlainWords, said_columns
from vgpt2.catalog.shared_words import Pair, twins
from vgpt2.catalog.states.columns import open_states
from vgpt2.catalog.states.meanings import condition_of, state_said, two_open, two_values
from vgpt2.catalog.words import text_words
from vgpt2.database_settings import Strict, Text
from vgpt2.records.answers.mentions import Names
from vgpt2.records.asked import HOLDS_QUERY, Asked, folded
from vgpt2.records.called_alike import two_called_alike
from vgpt2.yaml_file import read_yaml_file

# Before what was asked back in an earlier turn, so that the question is the reply to it.
ASKED_BACK = "Asked back: "
_MONTH_SAID = re.compile(r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
# Who spells a name behind a dot, or one of several words, asks about it.
_SPELLED = re.compile(r"\w\.[A-Za-z]\w|\b[A-Za-z]*[a-z][A-Z]\w*|\b[A-Z]{2,}[a-z]{2}\w*")
# A word is one of the list with a letter lost or two in a wrong order: cmpany.
_NEAR = 0.8

Readings = Sequence[tuple[str, str]]


class _Lists(Strict):
    company: list[Text]
    months: list[Text]
    of_schema: list[Text]
    of_no_rows: list[Text]
    of_any: list[Text]
    questions: list[Text]
    of_counts: list[Text]
    before_questions: list[Text]
    set_phrases: list[Text]
    not_telling: list[Text]


@cache
def _lists() -> _Lists:
    return read_yaml_file(Path(__file__).with_name("left_open.yaml")).check(_Lists)


def left_open(catalog: Catalog, question: str, tables: Sequence[Table]) -> list[str]:
    """What is left open, a line each: `Two readings of hours: actual hours (ActHrs), estimated hours (EstHrs)`,
    `Two readings of open: not complied (Complied), not received (ReceiveDate)`, `No company said: JCCo`,
    `No month said: Mth`.

    Args:
        tables: those of the prompt, the likeliest first.
    """
    if not tables or ASKED_BACK in question or HOLDS_QUERY.search(question):
        return []
    asked = Asked(question)
    if set(asked.words) & set(_lists().of_schema):
        return []
    if pair := two_called_alike(catalog, asked, _lists().of_any):
        return [_line(*pair)]
    meant = _meant(catalog, asked, tables)
    likely = [meant] if meant is tables[0] else [meant, tables[0]]
    found = [
        next(filter(None, (_two_columns(catalog, asked, table) for table in likely)), ""),
        _two_states(catalog, asked, meant),
    ]
    if not _asks_about_it(asked):
        # Vendors with their invoice total are rows of invoices.
        rows = [table for table in likely if table is meant or _named(catalog, asked, table)]
        companies = (_no_company(catalog, asked, table) for table in rows)
        found += [_no_month(catalog, asked, tables), next(filter(None, companies), "")]
    return list(filter(None, found))


def _asks_about_it(asked: Asked) -> bool:
    """Whether a question is one about the business or the database, and for no list of rows: is the date ever empty?"""
    lists = _lists()
    opening = next((word for word in asked.words if word not in lists.before_questions), "")
    return opening in lists.questions and not any(map(asked.says, lists.of_counts))


def _named(catalog: Catalog, asked: Asked, table: Table) -> bool:
    """Whether the question says the last word of what a table is called: invoices, of vendor invoices."""
    return asked.says(PlainWords.of(catalog).noun(table).rpartition(" ")[2])


def _meant(catalog: Catalog, asked: Asked, tables: Sequence[Table]) -> Table:
    """The table that the question calls by its name: by all of it (no contract items where contract item transactions
    are asked for), and as it is said of rows (work orders; a work order is a column too); else the first of all."""
    words = PlainWords.of(catalog)
    called = {noun: table for table in reversed(tables) if asked.says(noun := words.noun(table))}
    parts = {noun: folded(noun) for noun in called}
    whole = [noun for noun in called if sum(parts[noun] in other for other in parts.values()) == 1]
    rows = [noun for noun in whole if noun.lower() in asked.text.lower()] or whole
    return called[rows[-1]] if rows else tables[0]


def _two_columns(catalog: Catalog, asked: Asked, table: Table) -> str:
    """Columns of a table that share a word of the question and are not told apart by another."""
    said, called = said_columns(catalog, table), PlainWords.of(catalog).noun(table)
    apart = [*said.values(), *_lists().set_phrases]
    for word, pair in catalog.derived.get(_Twins, _Twins).of(catalog, table):
        first, second = texts = [said[column.name] for column in pair]
        telling = set(first.split()) ^ set(second.split())
        told = any(map(asked.says, telling))
        if not told and asked.says_alone(word, called, apart):
            return _line(word, list(zip(texts, (column.name for column in pair), strict=True)))
    return ""


def _two_states(catalog: Catalog, asked: Asked, table: Table) -> str:
    """A word for a state that the rows of the table have in two ways, and nothing in the question tells which."""
    said, noun = said_columns(catalog, table), PlainWords.of(catalog).noun(table)
    for word, readings in catalog.derived.get(_States, _States).of(catalog, table):
        columns = [name.partition(" ")[0] for _, name in readings]
        telling = {term for text, _ in readings for term in text.split()} - {*word.split(), *_lists().not_telling}
        told = any(map(asked.says, [*telling, *columns, *(said[name] for name in columns if name in said)]))
        if not told and asked.says_of(word, noun):
            return _line(word, readings)
    return ""


def _no_company(catalog: Catalog, asked: Asked, table: Table) -> str:
    """A table of companies, though the house rules ask for one and the question names none."""
    column, lists = catalog.company_column(table), _lists()
    if not column or not catalog.database.house_rules.company_filter or asked.says(column):
        return ""
    if set(asked.words) & set(lists.of_no_rows) or _SPELLED.search(asked.text):
        return ""
    if Names.of(catalog).tables(asked.text):
        return ""
    known = lists.company
    if any(word in known or (len(word) > 4 and get_close_matches(word, known, 1, _NEAR)) for word in asked.words):
        return ""
    said = any(_is_module(catalog, word) or word.lower() in known for word in asked.numbered)
    return "" if said else f"No company said: {column}"


def _is_module(catalog: Catalog, word: str) -> bool:
    """Whether a word is the code of a module; "in" is one in capitals only."""
    modules = catalog.database.modules
    return word in modules or (word.upper() in modules and bool(text_words(word)))


def _no_month(catalog: Catalog, asked: Asked, tables: Sequence[Table]) -> str:
    """One month, and the question does not name it: of the first table that is posted by months, or else has one."""
    if _MONTH_SAID.search(asked.text) or not any(map(asked.says, _lists().months)):
        return ""
    months = [[column for column in table.columns if is_month(catalog.database, column)] for table in tables]
    keyed = [[column for column in own if column.name in table.key] for table, own in zip(tables, months, strict=True)]
    return next((f"No month said: {own[0].name}" for own in (*keyed, *months) if len(own) == 1), "")


def _line(word: str, readings: Readings) -> str:
    return f"Two readings of {word}: {', '.join(f'{said} ({name})' for said, name in readings)}"


class _Twins(dict[str, list[tuple[str, Pair]]]):
    """By the qualified name of a table, the words that two of its columns share."""

    def of(self, catalog: Catalog, table: Table) -> list[tuple[str, Pair]]:
        """Those of a table, the longest words first; companies are told apart by their modules. Looked up once."""
        if table.qualified not in self:
            columns = [column for column in table.columns if not is_company(catalog.database, column)]
            called = PlainWords.of(catalog).noun(table)
            found = twins(catalog, table, called, said_columns(catalog, table), columns)
            self[table.qualified] = sorted(found, key=lambda one: -len(one[0]))
        return self[table.qualified]


class _States(dict[str, list[tuple[str, Readings]]]):
    """By the qualified name of a table, its words for states that have two readings: what each is called, and its name
    in the database."""

    def of(self, catalog: Catalog, table: Table) -> list[tuple[str, Readings]]:
        """Those of a table, looked up once."""
        if table.qualified not in self:
            said, found = said_columns(catalog, table), list[tuple[str, Readings]]()
            if of_open := two_open(catalog, said, open_states(catalog, table)):
                found.append(("open", [(state_said(one, said), one.column.name) for one in of_open]))
            for column in table.columns:
                for word, values in two_values(catalog, table, column, said):
                    found.append((word, [(text, f"{column.name} {condition_of(column, one)}") for one, text in values]))
            self[table.qualified] = found
        return self[table.qualified]
