"""Business words for tables and columns: from hints, descriptions, else from the parts of the name."""

from __future__ import annotations

import re
from functools import lru_cache

from vgpt2.catalog.abbreviations import whole_words, without_prefix, written_out
from vgpt2.catalog.derived import derived_of
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.database_settings import DatabaseSettings

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|\d+")
_FILLER = re.compile(
    r"^(?:(?:the|a|an|this|list of|one row (?:for|per) (?:each|every|an?)?|header of|holds|stores)\s+)+", re.I
)

# What a description says of a column's part in the table, and not of what it holds.
_KEY = re.compile(r"\b(?:primary|foreign) key\b")
_SENTENCE = re.compile(r"\b(?:can|may|must|will|has|have|is|are|was|were)\b", re.I)
_LIST = re.compile(r",[^.;\n]*\b(?:and|or)\b", re.I)

# What counts pieces is no part of a hundred, whatever its description says.
_PIECES = re.compile(r"\b(?:quantity|count)\b")
_PERCENT = re.compile(r"\bpercent(?:age)?\b")

# So many names are read once: more than most databases have, and an end for a server that runs for months.
KEPT_NAMES = 200_000

# Kinds of words that are labels of the column itself, written for users.
LABELS = frozenset(("audit_trail", "error_text", "result_name"))


_SMALL = frozenset("a an and at by for from in of on or the to with".split())


def split_name(name: str) -> list[str]:
    """`InvDate` as ["Inv", "Date"], `purchase_order` as ["purchase", "order"], `PRGroup` as ["PR", "Group"]."""
    return list(_parts(name))


@lru_cache(maxsize=50_000)
def _parts(name: str) -> tuple[str, ...]:
    # A run of capitals before a capitalised word gives its last letter to that word.
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", name)
    return tuple(_PARTS.findall(spaced))


def _lower_first(text: str) -> str:
    first = text.split(" ", 1)[0]
    return (
        text if (len(first) > 1 and first[1:] != first[1:].lower()) or first.isupper() else text[:1].lower() + text[1:]
    )


@lru_cache(maxsize=50_000)
def short_phrase(description: str, most: int) -> str:
    """The first clause of a description where it is at most so many words, without a leading article; else ''."""
    text = description.strip()
    clause = re.split(r"[.;:,(\n]|\s-\s|\s--\s|\ssuch as\s", text, maxsplit=1)[0].strip()
    # Half a sentence ("stock items can"), and the first of a list ("addresses for customers" of "customers, employees
    # and vendors"), which would say less than is so.
    if _SENTENCE.search(clause) or _LIST.match(text[len(clause) :]):
        return ""
    clause = _FILLER.sub("", clause).strip(" '\"`")
    if not clause or len(clause.split()) > most or not re.fullmatch(r"[A-Za-z][A-Za-z0-9 /&'-]*", clause):
        return ""
    return _as_title(clause) or _lower_first(clause)


def _as_title(clause: str) -> str:
    """A label in which every word has a capital (Federal Tax ID), as it is said within a sentence; '' for others."""
    words = clause.split()
    if len(words) < 2 or not all(word[0].isupper() or word in _SMALL for word in words) or clause.isupper():
        return ""
    # an acronym, or a name with a capital within
    kept = (word[1:] != word[1:].lower() for word in words)
    return " ".join(word if keep else word.lower() for word, keep in zip(words, kept, strict=True))


def name_words(name: str, database: DatabaseSettings) -> str:
    """`InvoiceAmt` as "invoice amount": the parts of a name, abbreviations written out; the database's hints go first,
    then its abbreviations, then what is true in any database."""
    known = derived_of(database).get(_NameWords, _NameWords)
    words = known.get(name)
    if words is None:
        words = _read(name, database)
        if len(known) < KEPT_NAMES:
            known[name] = words
    return words


class _NameWords(dict[str, str]):
    """By the name of a table or column, its words: every question about it asks for them."""


def _read(name: str, database: DatabaseSettings) -> str:
    parts = whole_words(split_name(name), database)
    words = []
    for place, part in enumerate(parts):
        # A short run of capitals among words is a module or an acronym: `APVendorBalance` is "AP vendor balance".
        acronym = part if len(parts) > 1 and part.isupper() and 1 < len(part) <= 3 else part.lower()
        known = "" if part.isupper() else written_out(part.lower(), place, len(parts), database)
        words.append(database.word_hints.get(part) or known or acronym)
    return " ".join(words)


def table_words(catalog: Catalog, table: Table) -> str:
    """What people call the rows of a table ("AP invoice headers"), or '' where only the name is known."""
    hints = catalog.database.word_hints
    if table.name in hints:
        return hints[table.name]
    phrase = short_phrase(table.description, 5)
    if phrase:
        return phrase
    titles = catalog.said(table)
    if titles:
        return titles[0][0]
    plain = without_prefix(table, catalog.database)
    parts = split_name(plain)
    # One part, or capitals only, says nothing more than the name itself.
    if len(parts) < 2 or plain.isupper():
        return ""
    return name_words(plain, catalog.database)


def contradicts(column: Column, database: DatabaseSettings) -> bool:
    """Whether the description of a column is that of another one: a quantity that it calls a percent."""
    words = name_words(column.name, database).lower()
    percent = _PERCENT.search(column.description.lower())
    return bool(percent and _PIECES.search(words) and not _PERCENT.search(words))


def column_words(catalog: Catalog, column: Column, table: Table | None = None) -> str:
    """What people call a column ("invoice date"), or '' where its name would be read as something that its description
    does not say (`ExpPayType`, the default pay type for expenses, is no expiration pay type)."""
    hints = catalog.database.word_hints
    keys = [f"{table.name}.{column.name}"] if table else []
    for key in [*keys, column.name]:
        if key in hints:
            return hints[key]
    labels = catalog.said(table, column.name) if table and not column.description else []
    # A label with the letters of the name (GL Acct) says no more than the name, which is read with its abbreviations.
    if labels and labels[0][1] in LABELS and re.sub(r"\W", "", labels[0][0]).lower() != column.name.lower():
        return labels[0][0]
    if contradicts(column, catalog.database):
        return name_words(column.name, catalog.database)
    phrase = short_phrase(column.description, 4)
    words = (phrase if not _KEY.search(phrase) else "") or name_words(column.name, catalog.database)
    known = {*text_words(column.description), *text_words(" ".join(split_name(column.name)))}
    hinted = any(part in hints for part in split_name(column.name))
    return words if not column.description or hinted or set(text_words(words)) <= known else ""


def distinct_words(catalog: Catalog, table: Table) -> dict[str, str]:
    """Column name to words, only where they say more than the name and no other column of the table shares them.

    A column whose words are contained in, or contain, those of another one keeps its name only: the question
    must say which one is meant.
    """
    words = {column.name: column_words(catalog, column, table) for column in table.columns}
    names = {column.name.lower() for column in table.columns}
    counts: dict[str, int] = {}
    for text in words.values():
        counts[text.lower()] = counts.get(text.lower(), 0) + 1
    found = {}
    for name, text in words.items():
        if not text or counts[text.lower()] > 1 or text.lower() == name.lower():
            continue
        if text.lower() in names or text.replace(" ", "").lower() in names - {name.lower()}:
            continue
        found[name] = text
    return found


def borne_out(words: str, name: str, database: DatabaseSettings) -> bool:
    """Whether a column's name alone tells what these words mean: `DueDt` a due date, `CMRef` no check number."""
    return set(text_words(words)) <= {*text_words(name_words(name, database)), *text_words(" ".join(split_name(name)))}


def mentioned_columns(catalog: Catalog, table: Table, text: str) -> list[str]:
    """The columns of a table that a text names, by exact name or by their words; in the table's order."""
    tokens = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
    folded = f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "
    words = _folded_words(catalog, table)
    return [
        column.name
        for column in table.columns
        if column.name in tokens
        or (" " in column.name and column.name in text)
        or (words[column.name] and f" {words[column.name]} " in folded)
    ]


class _ColumnWords(dict[str, dict[str, str]]):
    """By the qualified name of a table, what people call each of its columns."""


def words_by_column(catalog: Catalog, table: Table) -> dict[str, str]:
    """What people call each column of a table, read once for a whole catalog: every prompt that shows it asks."""
    kept = catalog.derived.get(_ColumnWords, _ColumnWords)
    if table.qualified not in kept:
        kept[table.qualified] = {column.name: column_words(catalog, column, table) for column in table.columns}
    return kept[table.qualified]


class _FoldedWords(dict[str, dict[str, str]]):
    """By the qualified name of a table, the words of each of its columns."""


def _folded_words(catalog: Catalog, table: Table) -> dict[str, str]:
    """The words of each column without case and marks."""
    kept = catalog.derived.get(_FoldedWords, _FoldedWords)
    if table.qualified not in kept:
        kept[table.qualified] = {
            name: " ".join(re.findall(r"[a-z0-9]+", words.lower()))
            for name, words in words_by_column(catalog, table).items()
        }
    return kept[table.qualified]
