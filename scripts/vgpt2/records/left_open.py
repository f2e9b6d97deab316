"""What a question leaves open and a query cannot do without: which of two tables or columns its words mean, which
company, which month. Said in the prompt as unknown names are (`unknown.py`): that there are two readings is in the
catalog, and no model has to know it by heart. Which of the two is meant nobody but the user knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from vgpt2.catalog.alike import COPY
from vgpt2.catalog.column_meaning import is_company, is_month
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.plain_words import BEHIND, PlainWords, said_columns
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.shared_words import Pair, is_vague, twins
from vgpt2.catalog.words import stem, text_words
from vgpt2.database_settings import Strict, Text
from vgpt2.records.answers.mentions import Names
from vgpt2.yaml_file import read_yaml_file

# Before what was asked back in an earlier turn, so that the question is the reply to it.
ASKED_BACK = "Asked back: "
_WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*|[^\w\s]")
_QUERY = re.compile(r"\bSELECT\b.*\bFROM\b", re.IGNORECASE | re.DOTALL)
# A number beside a word is its value: firm 200.
_NO_DIGITS = str.maketrans("", "", "0123456789")
_MONTH_SAID = re.compile(r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
# Who spells a name behind a dot, or one of several words, asks about it.
_SPELLED = re.compile(r"\w\.[A-Za-z]\w|\b[A-Za-z]*[a-z][A-Z]\w*")
# A word is one of the list with a letter lost or two in a wrong order: cmpany.
_NEAR = 0.8
# Of tables that are called alike none leads the other by so much, and no other table leads them by so much.
_LEAD, _INCIDENTAL = 1.3, 1.6


class _Lists(Strict):
    company: list[Text]
    months: list[Text]
    of_schema: list[Text]
    of_no_rows: list[Text]
    of_any: list[Text]


@cache
def _lists() -> _Lists:
    return read_yaml_file(Path(__file__).with_name("left_open.yaml")).check(_Lists)


class _Question:
    """A question as stemmed words and marks, for phrases to be looked for."""

    def __init__(self, text: str) -> None:
        self.text, self.words = text, _WORD.findall(text.lower())
        self._folded = _folded(self.words)

    def says(self, phrase: str) -> bool:
        """Whether the words of a phrase stand in it side by side."""
        return bool(phrase) and _folded(_WORD.findall(phrase.lower())) in self._folded

    def says_of_rows(self, head: str) -> bool:
        """Whether they stand in it as people speak of rows, in the plural, with nothing before them but how rows are:
        open orders, and no purchase orders or order dates."""
        for found in re.finditer(rf"(?:(\w[\w-]*) )?\b{re.escape(head.lower())}\b", self.text.lower()):
            if not found[1] or not text_words(found[1]) or found[1] in _lists().of_any:
                return True
        return False

    def says_alone(self, phrase: str, owner: str, apart: Iterable[str]) -> bool:
        """Whether they stand in it with no word beside them that would make another thing of them (the posting date is
        no date, a discount account no discount, the date of the last one another's), and not as a part of the phrases
        `apart`. `owner`: whose they may be said to be."""
        left = self._folded
        for other in sorted(apart, key=len, reverse=True):
            left = left.replace(_folded(_WORD.findall(other.lower())), " | ")
        before, found, behind = left.partition(_folded(_WORD.findall(phrase.lower())))
        beside = f"{before.rpartition(' ')[2]} {behind.partition(' ')[0]}".translate(_NO_DIGITS)
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
    if set(asked.words) & set(_lists().of_schema):
        return []
    pair = _two_tables(catalog, asked)
    if pair:
        return [pair]
    meant = _meant(catalog, asked, tables)
    columns = (_two_columns(catalog, asked, table) for table in (meant, tables[0]))
    found = (next(filter(None, columns), ""), _no_month(catalog, asked, tables), _no_company(catalog, asked, meant))
    return list(filter(None, found))


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
    """Tables that are called alike but for the words before: change orders, pending and approved. Of several the two
    that the rest of the question leads to first."""
    heads = catalog.derived.get(_Heads, lambda: _Heads.of(catalog))
    scores: dict[str, float] = {}
    for head in sorted((head for head in heads if asked.says_of_rows(head)), key=len, reverse=True):
        owners = heads[head]
        telling = {word for table, called in owners for word in _telling(catalog, table, called)}
        if any(map(asked.says, telling - set(text_words(head)))):
            return ""
        scores = scores or dict(catalog.derived.get(Retriever, lambda: Retriever(catalog)).ranked(asked.text))
        best = max(scores.values(), default=0.0)
        near = max((scores.get(table.qualified, 0.0) for table, _ in owners), default=0.0)
        # Where another table is meant by far, the word says something of it; and one may lead the others.
        if near * _INCIDENTAL < best:
            continue
        found = [one for one in owners if scores.get(one[0].qualified, 0.0) * _LEAD > near]
        found.sort(key=lambda one: (-scores[one[0].qualified], catalog.sql_name(one[0])))
        if len(found) > 1:
            first_two = sorted((catalog.sql_name(table), called) for table, called in found[:2])
            return _line(head, [(called, name) for name, called in first_two])
        return ""
    return ""


def _telling(catalog: Catalog, table: Table, called: str) -> list[str]:
    """What says that a table is meant and none that is called alike: its words, its module, its name."""
    module = catalog.database.modules.get(table.module, "")
    return [*text_words(f"{called} {module}"), table.module, catalog.sql_name(table)]


class _Heads(dict[str, list[tuple[Table, str]]]):
    """The words that what several tables are called ends in, with these tables and what they are called."""

    @classmethod
    def of(cls, catalog: Catalog) -> _Heads:
        """Those of a catalog. What is called by them alone, of a part (lines of invoices) or by more words than another
        (unapproved vendor invoices) is meant by its own words."""
        words = PlainWords.of(catalog)
        called = {table.qualified: words.noun(table) for table in catalog.queryable if table.weight >= COPY}
        nouns = set(called.values())
        found: dict[str, list[tuple[Table, str]]] = {}
        for name, noun in called.items():
            parts = noun.split()
            longer = any(noun.endswith(f" {other}") for other in nouns if other)
            for start in range(1, 1 if longer or BEHIND.search(noun) else len(parts)):
                found.setdefault(" ".join(parts[start:]), []).append((catalog.by_qualified[name], noun))
        return cls(
            (head, owners)
            for head, owners in found.items()
            if len({noun for _, noun in owners}) > 1 and head not in nouns and not is_vague(head)
        )


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
    if set(asked.words) & set(lists.of_no_rows) or _SPELLED.search(asked.text):
        return ""
    if Names.of(catalog).tables(asked.text):
        return ""
    known = lists.company
    if any(word in known or (len(word) > 4 and get_close_matches(word, known, 1, _NEAR)) for word in asked.words):
        return ""
    modules = {module.lower() for module in catalog.database.modules}
    numbered = zip(asked.words, asked.words[1:], strict=False)
    said = any(word in modules and number.isdigit() and len(number) < 4 for word, number in numbered)
    return "" if said else f"No company said: {column}"


def _no_month(catalog: Catalog, asked: _Question, tables: Sequence[Table]) -> str:
    """One month, and the question does not name it: of the first table that is posted by months, or else has one."""
    if _MONTH_SAID.search(asked.text) or not any(map(asked.says, _lists().months)):
        return ""
    months = [[column for column in table.columns if is_month(catalog.database, column)] for table in tables]
    keyed = [[column for column in own if column.name in table.key] for table, own in zip(tables, months, strict=True)]
    return next((f"No month said: {own[0].name}" for own in (*keyed, *months) if len(own) == 1), "")


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
