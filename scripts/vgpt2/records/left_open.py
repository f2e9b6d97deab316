"""What a question leaves open and a query cannot do without: which of two tables or columns its words mean, which
company, which month. Said in the prompt as unknown names are (`unknown.py`): that there are two readings is in the
catalog, and no model has to know it by heart. Which of the two is meant nobody but the user knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from vgpt2.catalog.alike import tables_alike
from vgpt2.catalog.column_meaning import is_company, is_month
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.plain_words import PlainWords, said_columns
from vgpt2.catalog.shared_words import Pair, is_vague, twins
from vgpt2.catalog.words import stem, text_words
from vgpt2.records.answers.mentions import Names
from vgpt2.yaml_file import read_yaml_file

# Before what was asked back in an earlier turn, so that the question is the reply to it.
ASKED_BACK = "Asked back: "
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|[^\w\s]")
_QUERY = re.compile(r"\bSELECT\b.*\bFROM\b", re.IGNORECASE | re.DOTALL)
_MONTH_SAID = re.compile(r"\d{4}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
# Who spells a name behind a dot, or one of several words, asks about it.
_SPELLED = re.compile(r"\w\.[A-Za-z]\w|\b[A-Za-z]*[a-z][A-Z]\w*")
# A word is one of the list with a letter lost or two in a wrong order: cmpany.
_NEAR = 0.8


@cache
def _lists() -> dict[str, list[str]]:
    return read_yaml_file(Path(__file__).with_suffix(".yaml")).check(dict[str, list[str]])


class _Question:
    """A question as stemmed words and marks, for phrases to be looked for."""

    def __init__(self, text: str) -> None:
        self.text, self.words = text, _WORD.findall(text.lower())
        self._folded = _folded(self.words)

    def says(self, phrase: str) -> bool:
        """Whether the words of a phrase stand in it side by side."""
        return bool(phrase) and _folded(_WORD.findall(phrase.lower())) in self._folded

    def says_alone(self, phrase: str, owner: str, apart: Iterable[str]) -> bool:
        """Whether they stand in it with no word beside them that would make another thing of them (the posting date is
        no date, a discount account no discount, the date of the last one another's), and not as a part of the phrases
        `apart`. `owner`: whose they may be said to be."""
        left = self._folded
        for other in sorted(apart, key=len, reverse=True):
            left = left.replace(_folded(_WORD.findall(other.lower())), " | ")
        before, found, behind = left.partition(_folded(_WORD.findall(phrase.lower())))
        beside = f"{before.rpartition(' ')[2]} {behind.partition(' ')[0]}"
        whose = re.match(r"of (?:(?:our|the|all) )?(.*)", behind)
        # What the table is called may be what a column is called too, and so taken out.
        owned = whose is None or whose[1].startswith((_folded(_WORD.findall(owner.lower())).strip(), "|"))
        return bool(found) and not text_words(beside) and owned


def _folded(words: Sequence[str]) -> str:
    return f" {' '.join(map(stem, words))} "


def left_open(catalog: Catalog, question: str, tables: Sequence[Table]) -> list[str]:
    """What is left open, a line each: `Two readings of hours: actual hours (ActHrs), estimated hours (EstHrs)`,
    `No company said: JCCo`, `No month said: Mth`.

    Args:
        tables: those of the prompt, the likeliest first.
    """
    if not tables or ASKED_BACK in question or _QUERY.search(question):
        return []
    asked = _Question(question)
    if set(asked.words) & set(_lists()["of_schema"]):
        return []
    pair = _two_tables(catalog, asked)
    if pair:
        return [pair]
    table = _meant(catalog, asked, tables)
    return [line for look in (_two_columns, _no_month, _no_company) if (line := look(catalog, asked, table))]


def _meant(catalog: Catalog, asked: _Question, tables: Sequence[Table]) -> Table:
    """The table that the question calls by its name: by all of it (no contract items where contract item transactions
    are asked for), and as it is said of rows (work orders; a work order is a column too); else the first of all."""
    words = PlainWords.of(catalog)
    called = {noun: table for table in reversed(tables) if asked.says(noun := words.noun(table))}
    parts = {noun: _folded(_WORD.findall(noun.lower())) for noun in called}
    whole = [noun for noun in called if sum(parts[noun] in other for other in parts.values()) == 1]
    rows = [noun for noun in whole if noun.lower() in asked.text.lower()] or whole
    return called[rows[-1]] if rows else tables[0]


def _two_tables(catalog: Catalog, asked: _Question) -> str:
    """Tables that are called alike but for the words before: change orders, pending and approved."""
    names = tables_alike(catalog, asked.text)
    if len(names) != 2:
        return ""
    words = PlainWords.of(catalog)
    found = sorted((catalog.by_qualified[name] for name in names), key=catalog.sql_name)
    called = [words.table(table) for table in found]
    head = _shared_end(*called)
    if not head or head in called or is_vague(head) or not asked.says(head):
        return ""
    telling = [word for text in called for word in text.removesuffix(head).split()]
    if any(map(asked.says, [*telling, *map(catalog.sql_name, found)])):
        return ""
    return _line(head, [(text, catalog.sql_name(table)) for text, table in zip(called, found, strict=True)])


def _shared_end(first: str, second: str) -> str:
    shared: list[str] = []
    for one, other in zip(reversed(first.split()), reversed(second.split()), strict=False):
        if one != other:
            break
        shared.insert(0, one)
    return " ".join(shared)


def _two_columns(catalog: Catalog, asked: _Question, table: Table) -> str:
    """Columns of a table that share a word of the question and are not told apart by another."""
    said, called = said_columns(catalog, table), PlainWords.of(catalog).noun(table)
    for word, pair in catalog.derived.get(_Twins, _Twins).of(catalog, table):
        first, second = texts = [said[column.name] for column in pair]
        telling = set(first.split()) ^ set(second.split())
        told = any(map(asked.says, telling))
        if not told and asked.says_alone(word, called, said.values()):
            return _line(word, list(zip(texts, (column.name for column in pair), strict=True)))
    return ""


def _no_company(catalog: Catalog, asked: _Question, table: Table) -> str:
    """A table of companies, though the house rules ask for one and the question names none."""
    column, lists = catalog.company_column(table), _lists()
    if not column or not catalog.database.house_rules.company_filter or asked.says(column):
        return ""
    if set(asked.words) & set(lists["of_no_rows"]) or _SPELLED.search(asked.text):
        return ""
    if Names.of(catalog).tables(asked.text):
        return ""
    known = lists["company"]
    if any(word in known or (len(word) > 4 and get_close_matches(word, known, 1, _NEAR)) for word in asked.words):
        return ""
    modules = {module.lower() for module in catalog.database.modules}
    numbered = zip(asked.words, asked.words[1:], strict=False)
    said = any(word in modules and number.isdigit() for word, number in numbered)
    return "" if said else f"No company said: {column}"


def _no_month(catalog: Catalog, asked: _Question, table: Table) -> str:
    """One month of a table that is posted by months, and the question does not name it."""
    months = [column for column in table.columns if column.name in table.key and is_month(catalog.database, column)]
    if len(months) != 1 or _MONTH_SAID.search(asked.text):
        return ""
    return f"No month said: {months[0].name}" if any(map(asked.says, _lists()["months"])) else ""


def _line(word: str, readings: Sequence[tuple[str, str]]) -> str:
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
