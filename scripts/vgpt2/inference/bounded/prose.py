"""Prose as far as it is said: where a name is clearly being written, as plans write them, it has to be one that exists.

`APTH.` goes on with a column of APTH; a sentence of a plan (`Show ...`, `From ... joined with ... on ...`: plan.yaml)
names tables that the prompt shows, and what they share, and in a list no column twice. All else is free. A refusal can
say what the question asked for and nobody has, and denies nothing that is there (`denying`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from vgpt2.catalog.model import Catalog
from vgpt2.inference.bounded.denying import Denying
from vgpt2.inference.bounded.sentences import Kind, Sentence, Word, new_sentences, plan_words
from vgpt2.tsql.prefix.names import Names, Source, may_be_alias, own_words

_MARKS = frozenset("`*'\"")
_BETWEEN = frozenset(("and", "or"))


class Known:
    """What a database has, for prose about it: made once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.columns: dict[str, set[str]] = {}  # by the names of tables, whatever their schema
        for table in catalog.tables:
            self.columns.setdefault(table.name, set()).update(column.name for column in table.columns)
        self.others = {table.schema for table in catalog.tables} | {routine.schema for routine in catalog.routines}
        self.others |= {routine.name for routine in catalog.routines} | set(catalog.database.modules)
        self.typed: dict[str, set[tuple[str, str]]] = {}  # by the names of columns: table and type
        for table in catalog.tables:
            for column in table.columns:
                self.typed.setdefault(column.name, set()).add((table.name, column.type.split("(")[0].strip()))
        self.types = {kind for found in self.typed.values() for _, kind in found}

    def types_of(self, heard: Sequence[Sequence[str]]) -> set[str]:
        """The types of the columns that a sentence has named, of its tables where it names some; else all."""
        tables = {part for parts in heard for part in parts if part in self.columns}
        of_columns = [pair for parts in heard for pair in self.typed.get(parts[-1], ())]
        return {kind for table, kind in of_columns if table in tables or not tables} or self.types


@dataclass(slots=True)
class _Reading:
    """One sentence as far as it is read. `left`, `right`: the sides of the columns by which tables are joined."""

    plan: bool
    expects: Kind | Literal["", "left", "right"] = ""
    listed: bool = False  # behind a comma another value stands
    said: list[str] = field(default_factory=list)  # words since the last name or sign
    begins: bool = True
    tables: list[Source | None] = field(default_factory=list)  # behind From; None: one that the query makes
    lists: bool = True  # tables may follow
    heard: list[list[str]] = field(default_factory=list)  # all names and words
    depth: int = 0
    row: frozenset[str] = frozenset()  # names with nothing but commas, "and" and "or" between them


class Prose:
    """The prose of one answer."""

    def __init__(self, known: Known, names: Names, question: str, openings: Sequence[str] = ()) -> None:
        """`names`: of the tables that the prompt shows; `openings`: with one of these it begins, if there are any."""
        self._openings = openings
        self._known, self._names = known, names
        own = own_words().derived | own_words().planned
        self._made = own | {f"{table.name}{word}" for table in names.tables for word in own}
        self._asked = frozenset(re.findall(r"[\w@#$]+", question))
        self._denying = Denying(known.catalog, [table.table for table in names.tables], question)

    def refusal(self, text: str, whole: bool = False) -> str:
        """Why it cannot go on, naming what is not there; empty where it can.

        Args:
            whole: nothing follows, so that the last name is complete.
        """
        opens = (text.startswith(one) or (one.startswith(text) and not whole) for one in self._openings)
        if self._openings and not any(opens):
            return text or self._openings[0]
        for sentence in new_sentences(text, not whole):
            if refused := self._sentence(sentence) or self._denying.refusal(sentence):
                return refused
        return self._denying.offered(text, whole)

    def going_on(self, text: str) -> Iterator[str]:
        """What may follow the beginning of a name."""
        yield from self._names.going_on(text)
        yield from (name[len(text) :] for name in self._known.types if name.startswith(text) and name != text)

    def _sentence(self, sentence: Sentence) -> str:
        words = sentence.words
        reading = _Reading(plan_words().plans(words))
        wanted = False  # whether the last word stands where a column does
        for index, word in enumerate(words):
            wanted = reading.expects == "value" or (index > 0 and words[index - 1].text in ("by", ","))
            if word.is_sign:
                _sign(reading, word.text)
            elif not self._takes(reading, word, words[index + 1].text if index + 1 < len(words) else ""):
                return word.text
        # "Count rows by APTH. Status": behind a blank the column of a table would be any word.
        ends = wanted and reading.plan and not sentence.open
        return words[-1].text if ends and self._names.table(words[-1].parts) else ""

    def _takes(self, reading: _Reading, word: Word, following: str) -> bool:
        """Whether a word may stand here; the reading is then behind it."""
        if word.text.endswith(".") and self._takes(replace(reading), Word(word.text[:-1]), "."):
            return True  # the dot ends the sentence
        expects, parts = reading.expects, word.parts
        reading.heard.append(parts)
        reading.expects = ""
        is_table = expects == "table" and self._names.table(parts) is not None
        if expects not in ("", "any") and not reading.depth and (word.named or is_table or expects == "type"):
            reading.said, reading.begins = [], False
            again = expects == "value" and self._again(reading, parts, word.partial)
            return not again and self._takes_expected(reading, expects, word, following)
        if len(parts) > 1:
            reading.said, reading.begins = [], False
            again = reading.plan and self._again(reading, parts, word.partial)
            return not again and self._takes_qualified(parts, word.partial, reading.plan)
        if word.text not in _BETWEEN:
            reading.row = frozenset()
        if not reading.depth:
            _note(reading, word.text)
        return True

    def _again(self, reading: _Reading, parts: Sequence[str], partial: bool) -> bool:
        """Whether a list has this column already, and the name cannot become that of another: a small model that is
        held to what exists says `Vendor, Vendor, Vendor` to the end."""
        *owner, last = parts
        if not partial:
            again, reading.row = ".".join(parts) in reading.row, reading.row | {".".join(parts)}
            return again
        if not owner and (
            self._names.begins_function(last) or self._names.begins_table(parts) or _any(self._made, last, True)
        ):
            return False
        source = self._names.table(owner) if owner else None
        tables = [source] if source else [] if owner else self._names.tables
        names = {".".join((*owner, one)) for table in tables for one in table.columns or () if one.startswith(last)}
        return bool(names) and names <= reading.row

    def _takes_expected(self, reading: _Reading, expects: str, word: Word, following: str) -> bool:
        parts, partial = word.parts, word.partial
        if expects == "type":
            return len(parts) == 1 and _any(self._known.types_of(reading.heard[:-1]), parts[0], partial)
        if expects == "table":
            return self._takes_table(reading, parts, partial)
        reading.listed = expects == "value"
        if expects == "left":
            return self._takes_left(reading, parts, partial, following)
        if len(parts) > 1:
            return self._takes_qualified(parts, partial, True)
        if expects == "value":
            names = self._names
            if names.begins_function(parts[0]) if partial else parts[0].upper() in names.functions:
                return True
            if partial and _any(self._made, parts[0], True):
                return True
            table = names.begins_table(parts) if partial else names.table(parts)
            return bool(table) or any(_any(one.columns or (), parts[0], partial) for one in names.tables)
        reading.expects = "left" if following == "," else ""
        joined = reading.tables[-1]
        return _any((joined.columns if joined else None) or (), parts[0], partial)

    def _takes_left(self, reading: _Reading, parts: Sequence[str], partial: bool, following: str) -> bool:
        """Whether the table that was named last may be joined by a column of one named before it, `A` of both or the
        left side of `A = B`; a chain goes on from a table that it names, `T.A`."""
        *owner, name = parts
        source = self._names.table(owner) if owner else None
        starts = [one for one in reading.tables[:-1] if one and (one is source or not owner)]
        columns = {column for one in starts for column in one.columns or ()}
        if partial:
            begun = self._names.begins_table(parts) if len(parts) < 3 else []
            return _any(columns, name, True) or any(one in reading.tables[:-1] for one in begun)
        joined = reading.tables[-1]
        reading.expects = "left" if following == "," else "right" if following == "=" else ""
        own = following in ("", "=") or (joined is not None and name in (joined.columns or ()))
        return own and name in columns

    def _takes_table(self, reading: _Reading, parts: list[str], partial: bool) -> bool:
        derived = len(parts) == 1 and _any(self._made, parts[0], partial)
        if partial:
            return derived or bool(self._names.begins_table(parts))
        source = self._names.table(parts)
        reading.tables.append(source)
        return derived or source is not None

    def _takes_qualified(self, parts: Sequence[str], partial: bool, plan: bool) -> bool:
        """Whether `table.column`, `schema.table` or `schema.table.column` is one, or is not meant as such.

        Args:
            plan: a plan says it; else a name that is asked for may be denied.
        """
        names = self._names
        owner, last = parts[:-1], parts[-1]
        source = names.table(owner)
        found = source is not None and _any(source.columns or (), last, partial)
        if len(parts) == 2:
            found = found or bool(names.begins_table(parts) if partial else names.table(parts))
        if found or may_be_alias(owner[-1]) or owner[-1] in self._made:
            return True
        if plan or (len(parts) > 2 and parts[0] in self._known.columns):
            return False
        if last in self._asked or (partial and any(word.startswith(last) for word in self._asked)):
            return True
        columns = self._known.columns.get(owner[-1])
        if columns is not None and owner[-1] not in self._known.others:
            return _any(columns, last, partial)
        told = Word(owner[-1], False).named and len(owner[-1]) > 3
        return not told or owner[-1] in self._known.others or owner[-1] in self._asked


def _any(known: Collection[str], name: str, partial: bool) -> bool:
    """Whether a name is known; of one with blanks, which plans say without brackets, its first word is enough."""
    if partial:
        return any(one.startswith(name) for one in known)
    return name in known or any(one.startswith(f"{name} ") for one in known)


def _sign(reading: _Reading, text: str) -> None:
    if text in _MARKS or (text in ",=" and reading.expects):
        return
    reading.expects = "value" if text == "," and reading.listed else ""
    reading.row = reading.row if text == "," else frozenset()
    reading.said, reading.begins, reading.listed = [], False, False
    if text == "(":
        reading.depth += 1
    elif text == ")":
        reading.depth = max(0, reading.depth - 1)
    elif text == ";":
        reading.lists = False


def _note(reading: _Reading, word: str) -> None:
    """A word of English was read: what has to come behind it and those before it."""
    known = plan_words()
    reading.said.append(word)
    said = " ".join(reading.said)
    if reading.begins and said in known.begins:
        reading.expects = known.begins[said]
    elif said == "on" and reading.lists and len(reading.tables) > 1:
        reading.expects = "left" if None not in reading.tables else ""
    elif said == "and" and reading.lists and reading.tables:
        reading.expects = "table"
    else:
        phrases = {**known.anywhere, **known.within} if reading.plan else known.anywhere
        reading.expects = next((kind for phrase, kind in phrases.items() if f" {said}".endswith(f" {phrase}")), "")
