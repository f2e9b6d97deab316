"""Values by what they mean: a question says "on hold", the column holds 2."""

from __future__ import annotations

from vgpt2.catalog.business_words import column_words, table_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import text_words

# Said of everything: no question asks for a value by them.
_OF_ANYTHING = frozenset(("yes", "no", "none", "other", "all", "normal", "regular", "standard", "default"))
MOST_SHOWN = 6


def values_text(catalog: Catalog, table: Table, column: Column, said: frozenset[str] = frozenset()) -> str:
    """The values of a column with what each means, `1 open/2 on hold`; where they are many, only those of `said`."""
    meant = {value: words[0][0] for value, words in catalog.said_values(table, column.name).items()}
    values = column.values or list(meant)
    if len(values) > MOST_SHOWN:
        values = [value for value in values if value in said]
    return "/".join(f"{value} {meant.get(value, '')}".rstrip() for value in values)


def values_said(catalog: Catalog, table: Table, text: str) -> dict[str, frozenset[str]]:
    """The columns of a table of which a text says values by what they mean, each with these values."""
    heard = f" {' '.join(text_words(text))} "
    found: dict[str, frozenset[str]] = {}
    for column, meanings in _meanings(catalog, table).items():
        values = frozenset(value for value, phrases in meanings.items() if any(phrase in heard for phrase in phrases))
        if values:
            found[column] = values
    return found


class _Meanings(dict[str, dict[str, dict[str, list[str]]]]):
    """By table and column what each value means, as stemmed words between blanks."""


def _meanings(catalog: Catalog, table: Table) -> dict[str, dict[str, list[str]]]:
    kept = catalog.derived.get(_Meanings, _Meanings)
    if table.qualified not in kept:
        # "job" of a line's type says that a line has a job: so does the column that holds the job, and each question.
        # Of equipment some is a component, some an attachment, some equipment.
        things = {_phrase(column_words(catalog, column, table)) for column in table.columns}
        things.add(_phrase(table_words(catalog, table)))
        kept[table.qualified] = {}
        for column in table.columns:
            said = {
                value: [phrase for text, _, _ in words if (phrase := _phrase(text)).strip() and phrase not in things]
                for value, words in catalog.said_values(table, column.name).items()
            }
            kept[table.qualified][column.name] = {value: phrases for value, phrases in said.items() if phrases}
    return kept[table.qualified]


def _phrase(text: str) -> str:
    """The words of a text between blanks; nothing of what is said of anything. A job's number is the job."""
    words = text_words(text)
    if len(words) > 1 and words[-1] in ("code", "id", "no"):
        words.pop()
    return f" {' '.join(words)} " if words and not set(words) <= _OF_ANYTHING else ""
