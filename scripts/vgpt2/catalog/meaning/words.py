"""All words of a thing in order of trust: what the database's YAML, its descriptions and forms say, what its code calls
it, and what its name can be read as."""

from __future__ import annotations

from vgpt2.catalog.business_words import name_words, short_phrase
from vgpt2.catalog.meaning.kinds import TRUST, Word
from vgpt2.catalog.model import Catalog, Column, FormField, Table

# A phrase for the rows of a table may be longer than one for a column.
TABLE_WORDS, COLUMN_WORDS = 6, 5


def words_of_table(catalog: Catalog, table: Table) -> list[Word]:
    """What the rows of a table or view are called."""
    found = _hinted(catalog, [table.name])
    if phrase := short_phrase(table.description, TABLE_WORDS):
        found.append(_described(phrase, table.description_source))
    found += (Word(*word) for word in catalog.said(table))
    return _ranked(found)


def words_of_column(catalog: Catalog, table: Table, column: Column) -> list[Word]:
    """What a column is called; the reading of its name comes last."""
    found = _hinted(catalog, [f"{table.name}.{column.name}", column.name])
    if phrase := short_phrase(column.description, COLUMN_WORDS):
        found.append(_described(phrase, column.description_source))
    for field in catalog.derived.get(_Fields, lambda: _Fields(catalog)).get(f"{table.qualified}.{column.name}", ()):
        if phrase := short_phrase(field.description, COLUMN_WORDS):
            found.append(Word(phrase, "form_label", f"form {field.form}"))
    found += (Word(*word) for word in catalog.said(table, column.name))
    found.append(Word(name_words(column.name, catalog.database), "name", column.name))
    return _ranked(found)


def words_of_value(catalog: Catalog, table: Table, column: Column, value: str) -> list[Word]:
    """What a value of a column means: `1` of a job's status is "open"."""
    return _ranked([Word(*word) for word in catalog.said(table, column.name, value)])


class _Fields(dict[str, list[FormField]]):
    """Form fields by the column that they show, as `schema.table.column`."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        for field in catalog.form_fields:
            if field.table and field.column:
                self.setdefault(f"{field.table}.{field.column.rpartition('.')[2]}", []).append(field)


def _hinted(catalog: Catalog, keys: list[str]) -> list[Word]:
    hints, others = catalog.database.word_hints, catalog.database.also_called
    found = [Word(hints[key], "word_hint", f"word_hints {key}") for key in keys if key in hints]
    return found + [Word(text, "word_hint", f"also_called {key}") for key in keys for text in others.get(key, ())]


def _described(text: str, source: str) -> Word:
    kind = (
        "header" if source == "header comment" else "form_label" if source.startswith("form field") else "description"
    )
    return Word(text, kind, source)


def _ranked(words: list[Word]) -> list[Word]:
    """Each text once, by trust; the order within a kind stays."""
    found: dict[str, Word] = {}
    for word in sorted(words, key=lambda word: TRUST[word.kind]):
        found.setdefault(word.text.lower(), word)
    return list(found.values())
