"""Values by what they mean: a question says "on hold", the column holds 2."""

from __future__ import annotations

import re
from collections import Counter

from vgpt2.catalog.business_words import table_words, words_by_column
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import stem

# Said of everything: no question asks for a value by one of these alone.
_OF_ANYTHING = frozenset("yes no none not other all any normal regular standard default".split())
_CODES = frozenset(("number", "code", "id", "no"))
MOST_SHOWN = 6


def values_text(catalog: Catalog, table: Table, column: Column, spoken_of: frozenset[str] = frozenset()) -> str:
    """The values of a column with what each means, `1=open/2=on hold`; where they are many, only those spoken of."""
    meant = {value: words[0][0] for value, words in catalog.said_values(table, column.name).items()}
    values = column.values or list(meant)
    if len(values) > MOST_SHOWN:
        values = [value for value in values if value in spoken_of]
    return "/".join(f"{value}={meant[value]}" if value in meant else value for value in values)


def columns_spoken_of(catalog: Catalog, table: Table, text: str) -> dict[str, frozenset[str]]:
    """The columns of a table of which a text says values by what they mean, each with these values."""
    heard = _phrase(text)
    found: dict[str, frozenset[str]] = {}
    for column, phrases in _phrases(catalog, table).items():
        said = [phrase for phrase in phrases if phrase in heard]
        # Who says "not billable" does not say "billable".
        said = [phrase for phrase in said if not any(phrase != other and phrase in other for other in said)]
        if said:
            found[column] = frozenset(phrases[phrase] for phrase in said)
    return found


class _Phrases(dict[str, dict[str, dict[str, str]]]):
    """By table and column the value that a phrase means."""


def _phrases(catalog: Catalog, table: Table) -> dict[str, dict[str, str]]:
    kept = catalog.derived.get(_Phrases, _Phrases)
    if table.qualified not in kept:
        # "job" of a line's type says that a line has a job: so does the column that holds the job, and each question.
        # Of equipment some is a component, some an attachment, some equipment.
        things = set(map(_thing, words_by_column(catalog, table).values()))
        things.add(_thing(table_words(catalog, table)))
        kept[table.qualified] = {}
        for column in table.columns:
            said = {
                value: {_phrase(text) for text, _, _ in words}
                for value, words in catalog.said_values(table, column.name).items()
            }
            # What two values are called tells neither.
            owners = Counter(phrase for phrases in said.values() for phrase in phrases)
            kept[table.qualified][column.name] = {
                phrase: value
                for value, phrases in said.items()
                for phrase in phrases
                if owners[phrase] == 1 and phrase not in things and not set(phrase.split()) <= _OF_ANYTHING
            }
    return kept[table.qualified]


def _phrase(text: str) -> str:
    """All words of a text between blanks, in small letters and without their plurals."""
    return f" {' '.join(map(stem, re.findall(r'[a-z0-9]+', text.lower())))} "


def _thing(text: str) -> str:
    """The same of what a column or table is called: a job's number is the job."""
    words = _phrase(text).split()
    return f" {' '.join(words[:-1] if len(words) > 1 and words[-1] in _CODES else words)} "
