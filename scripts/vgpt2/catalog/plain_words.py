"""What people call tables and columns where they say no name: words that mean one table, and one column of it."""

from __future__ import annotations

import re

from vgpt2.catalog.abbreviations import without_prefix
from vgpt2.catalog.business_words import column_words, distinct_words, name_words, short_phrase, split_name
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.words import text_words

# Words mean a table if it leads the next one by so much; where they are all of its title and of no other, by less, and
# the document before its lines may stand level: of "invoice lines" most words are those of the invoices too.
MARGIN, TITLED, LEVEL = 1.15, 1.02, 0.97
# So many names of two parts and more are words: the database spells its names out.
MOSTLY = 0.7
COPY = 0.1  # the weight below which a table is a copy or a backup
# A part of a name that can be read: Order, Vendor; not Hd, VM, Trx.
_READABLE = re.compile(r"(?i:of|by|in|to)|(?=.*[aeiouy])(?:[A-Z][a-z]{2,}|[a-z]{3,})")
_SAID = re.compile(r"(?i:of|by|in|to|id)|(?=.*[aeiouy])[A-Za-z][a-z]{2,}")
# Words that nobody says: v 1099 YN, supplier for this transaction, ID of an invoice.
_ODD = re.compile(
    r"\d|\b[b-z]\b|\byn\b|\bid\b.*\bid\b|^id\b|[bcdfghjklmnpqrstvwxz]{5,}|\b(?:this|the|an?|for|is|was|that|whether)\b",
    re.IGNORECASE,
)
# How no name begins that people say: sent to the architect (ToArchEng).
_LEADS = re.compile(r"(?:to|from|of|by|in) ", re.IGNORECASE)
# When something happened: nobody says "picking completed when".
_WHEN = re.compile(r"(?: (\w+))? when$")
_ENDINGS = ("header", "head", "master", "table", "info")
_PARTS = ("detail", "line", "item")
# Where the noun of some words ends: units of measure, job cost records by month.
BEHIND = re.compile(r" (?:of|by|for|in|from|with|at|per|on|to) ")
_NO_PLURAL = ("history", "inventory", "equipment", "information", "data", "staff", "work", "control", "log", "revenue")
_KEPT = ("month", "s")
_IRREGULAR = {"person": "people", "people": "people", "child": "children", "feet": "feet"}


class PlainWords:
    """Of a catalog; each table is looked at once, when it is first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._tables: dict[str, str] = {}

    @classmethod
    def of(cls, catalog: Catalog) -> PlainWords:
        """Those of this catalog, worked out once."""
        return catalog.derived.get(cls, lambda: cls(catalog))

    def table(self, table: Table) -> str:
        """What the rows of a table are called, in the plural ("purchase orders"); '' where no words lead to it alone,
        as the word index finds tables."""
        if table.qualified not in self._tables:
            found = (words for words in self._candidates(table) if self._means(words, table))
            self._tables[table.qualified] = next(found, "")
        return self._tables[table.qualified]

    def _candidates(self, table: Table) -> list[str]:
        database = self._catalog.database
        hint = database.word_hints.get(table.name, "")
        titles = [plural(words) for words, _, _ in self._catalog.said(table) if len(words.split()) <= 4]
        phrase = short_phrase(table.description, 4)
        # What a description says in the plural is a title; "customer information" is none.
        described = [phrase] if is_title(phrase) else []
        return [words for words in (hint, *titles, self._read(table), *described) if words]

    def noun(self, table: Table) -> str:
        """What the rows of a table may be called beside its name, whatever else these words mean; '' where nothing
        says."""
        return next(iter(self._candidates(table)), "")

    def _read(self, table: Table) -> str:
        """The name itself, where its parts are words: SalesOrderHeader as sales orders."""
        parts = split_name(without_prefix(table, self._catalog.database))
        if not parts or not all(_READABLE.fullmatch(part) for part in parts):
            return ""
        if len(parts) > 1 and parts[-1].lower() in _ENDINGS:
            parts = parts[:-1]
        return plural(name_words("".join(part.capitalize() for part in parts), self._catalog.database))

    def _means(self, words: str, table: Table) -> bool:
        retriever = Retriever.of(self._catalog)
        own = table.qualified
        ranked = [(name, score) for name, score in retriever.ranked(words) if not self._shows(name, table)]
        # Purchase orders are in their header, however much their lines say of them.
        read = {title for title in (words, f"{words} header") if own in retriever.titled(title)}
        if f"{words} header" in read:
            lines = {name for part in _PARTS for name in retriever.titled(f"{words} {part}")}
            ranked = [(name, score) for name, score in ranked if name not in lines]
        same = [name for name in retriever.titled(words) if not self._shows(name, table)]
        others = [score for name, score in ranked if name != own]
        score = dict(ranked).get(own, 0.0)
        lead = score / others[0] if others else MARGIN if score else 0.0
        if same == [own] and set(text_words(words)[-1:]) & set(_PARTS):
            return lead >= LEVEL
        return lead >= (TITLED if same in ([own], []) and read else MARGIN)

    def _shows(self, name: str, table: Table) -> bool:
        """Whether another table is a view of this one, or a copy: no other reading of its words."""
        other = self._catalog.by_qualified[name]
        return name != table.qualified and (table.qualified in other.reads or other.weight < COPY)


def is_title(phrase: str) -> bool:
    """Whether a description names the rows of a table: in the plural, and as no table."""
    return phrase.endswith("s") and not re.search(r"\b(?:table|mapping|key)s?\b", phrase)


def _time(found: re.Match[str]) -> str:
    """`picking completed when` as picking completion time, `transaction occurred when` as transaction time."""
    done = (found[1] or "").lower()
    if done in ("occurred", "happened"):
        return " time"
    return " completion time" if done == "completed" else f" {found[1]} time" if found[1] else " time"


def plural(words: str) -> str:
    """`vendor` as vendors, `pay history` as pay history records, `unit of measure` as units of measure."""
    head, of, rest = words.partition(" of ")
    if of and not head.endswith("s"):
        return f"{plural(head)}{of}{rest}"
    if of:
        return words
    before, _, last = words.rpartition(" ")
    if last.lower() in _IRREGULAR:
        return f"{before} {_IRREGULAR[last.lower()]}".strip()
    if last.lower().endswith("person"):
        return f"{words.removesuffix('person')}people"
    last = last.lower()
    if last in _NO_PLURAL:
        return f"{words} records"
    if last.endswith(_KEPT) and not last.endswith("ss"):
        return words
    if re.search(r"[^aeiou]y$", last):
        return f"{words[:-1]}ies"
    return f"{words}es" if last.endswith(("x", "ch", "sh", "ss")) else f"{words}s"


def plain_columns(catalog: Catalog, table: Table, words: dict[str, str]) -> dict[str, str]:
    """What the columns of a table are called without their names: `words`, which are unmistakable, else the name as it
    is read, where its parts are words and no other column could be meant."""
    found = {name: text for name, text in words.items() if not _ODD.search(text) or _is_cut(catalog, name, text)}
    found |= spoken_names(catalog, found)
    read = {column.name: _reading(catalog, column) for column in table.columns if column.name not in found}
    every = [*found.values(), *read.values()]
    for name, text in read.items():
        terms = set(text_words(text))
        # One word may be part of what others are called: a description, and the description of a tax code.
        if terms and (len(terms) > 1 or sum(terms <= set(text_words(other)) for other in every) == 1):
            found[name] = text
    found = {name: _WHEN.sub(_time, text) for name, text in found.items()}
    said = [text.lower() for text in found.values()]
    return {name: text for name, text in found.items() if said.count(text.lower()) == 1}


# A word said twice ("postal postal code"), and what is said of a flag ("is finalized").
_DOUBLED = re.compile(r"\b(\w+) \1\b", re.IGNORECASE)
_IS = re.compile(r"^is (?!not\b)", re.IGNORECASE)
# What came of a number that is called so without it: tax amount calculated.
_CAME = re.compile(r" (?:calculated|computed|derived)$")


def sayable(table: Table, words: dict[str, str]) -> dict[str, str]:
    """Words of columns as they can be said: no word twice, and a flag by what it says; as they are where another column
    is called so."""
    found = {}
    for name, text in words.items():
        said = _CAME.sub("", _DOUBLED.sub(r"\1", text))
        column = table.column(name)
        if column is not None and column.base_type.lower() == "bit" and _IS.match(said):
            said = f"{_IS.sub('', said)} flag"
        found[name] = said if said == text or said.lower() not in map(str.lower, words.values()) else text
    return found


def _is_cut(catalog: Catalog, name: str, text: str) -> bool:
    """Whether a column is said as it is described, though in more words than people use, since its name begins as
    none does: the date sent for review, and not "to arch eng"."""
    return bool(_LEADS.match(name_words(name, catalog.database))) and re.search(r"\d|\bthis\b", text) is None


class _SpelledOut:
    """Whether the columns of a catalog have names in words (StateProvinceName): these are then what people call them.
    Where most are abbreviations (RecvdNInvcd), people call columns as they are described."""

    def __init__(self, catalog: Catalog) -> None:
        parted = [c.name for table in catalog.tables for c in table.columns if len(split_name(c.name)) > 1]
        plain = [name for name in parted if _in_words(name, name_words(name, catalog.database))]
        self.mostly = len(plain) >= MOSTLY * max(1, len(parted))


def _in_words(name: str, read: str) -> bool:
    """Whether a name is read as it stands, in words that can be said: LineTotal, ProductID; not APTrans."""
    as_it_is = read.replace(" ", "").lower() == name.replace("_", "").lower()
    return as_it_is and not name.isupper() and all(_SAID.fullmatch(word) for word in read.split())


def spoken_names(catalog: Catalog, words: dict[str, str]) -> dict[str, str]:
    """The columns whose names are words themselves, and that are described in others or in many more: nobody calls
    LineTotal the per product subtotal."""
    if not catalog.derived.get(_SpelledOut, lambda: _SpelledOut(catalog)).mostly:
        return {}
    found = {}
    for name, text in words.items():
        read = name_words(name, catalog.database)
        terms = set(text_words(read))
        described = terms <= set(text_words(text)) and len(text.split()) <= len(read.split()) + 1
        known = _in_words(name, read) and name not in catalog.database.word_hints
        known = known and not _ODD.search(read) and not _LEADS.match(read)
        if len(read.split()) > 1 and known and not described:
            found[name] = read
        elif read == "name" and text.endswith(" description"):
            found[name] = f"{text.removesuffix(' description')} name"
    return found


def _reading(catalog: Catalog, column: Column) -> str:
    """`Vendor` as vendor, `BudgetAmt` as budget amount; '' where a part is no word, or says what the column's own words
    do not say."""
    words = name_words(column.name, catalog.database)
    capitals = column.name.isupper() and len(column.name) > 3  # FYEMO is no word, however it sounds
    if not words or capitals or _ODD.search(words) or not all(_SAID.fullmatch(word) for word in words.split()):
        return ""
    known = {*text_words(column.description), *text_words(column_words(catalog, column))}
    as_it_is = words.replace(" ", "").lower() == column.name.lower()
    return words if as_it_is or not column.description or set(text_words(words)) <= known else ""


def said_columns(catalog: Catalog, table: Table) -> dict[str, str]:
    """Column names to what questions that spell no names call them; worked out once a table."""
    kept = catalog.derived.get(_SaidColumns, _SaidColumns)
    if table.qualified not in kept:
        words = distinct_words(catalog, table)
        words = sayable(table, words | spoken_names(catalog, words))
        kept[table.qualified] = sayable(table, plain_columns(catalog, table, words))
    return kept[table.qualified]


class _SaidColumns(dict[str, dict[str, str]]):
    """By the qualified name of a table."""
