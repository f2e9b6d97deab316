"""Names in prose: which tokens of an answer are meant as objects of the database, and which of them exist.

A word in capitals (KPI, LLM, DT_NUMERIC) is an object where it stands as one: beside the word for a thing, behind a
word that only objects follow, or in code marks. A word in CamelCase is one also where it is put together as the names
of this database are.
"""

from __future__ import annotations

import re

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.records.answers.ordinary import ordinary
from vgpt2.sqltext.names import RESERVED

# Chinese and Japanese stand beside a name without a blank: they are no part of one that begins in Latin letters.
CJK = "\u3005-\u30ff\u3400-\u9fff"
PART = rf"(?:\[[^\]\n]{{1,128}}\]|[A-Za-z_@#](?:(?![{CJK}])[\w$#@])*)"
TOKEN = re.compile(rf"(?P<quote>[`'\"]?)(?P<name>{PART}(?:\.{PART}){{0,3}})(?P=quote)")
CAMEL = re.compile(r"[A-Za-z]*[a-z][A-Z]\w*\Z|[A-Z]{2,}[a-z]\w*\Z|[A-Za-z]+_\w+\Z")
PLURAL = re.compile(r"[A-Z]{2,4}s\Z")
_MARKED = re.compile(r"[`'\"\[\]]")
UPPER = re.compile(r"[A-Z]{3,}[A-Z0-9_]*\Z")
# Words of ordinary technical prose; keywords of SQL come on top.
ORDINARY = frozenset(ordinary().ordinary.split())
# Words in capitals that stand in code marks and are no objects.
NO_OBJECTS = frozenset(ordinary().in_marks.split())
_THINGS = "|".join(ordinary().things.split())
# "the table APTX", "stored in APTX", "joins to APTX", "the key of APTX"
AS_OBJECT = re.compile(
    rf"(?:\b(?:{_THINGS})s?(?:\s+(?:is|called|named|namens))?|\b(?:stored|kept|found|held|live|lives|look|join|joins|joined|select)"
    r"\s+(?:in|from|to|with|on)|\b(?:keys?|columns?|rows?)\s+(?:of|in|from)|\b(?:nearest|closest)\s+(?:one\s+)?is)"
    r"\s*:?\s*(?:the\s+)?[`'\"*\[(]*\Z",
    re.IGNORECASE,
)
OBJECT_BEHIND = re.compile(rf"[`'\"*\])]*\s+(?:{_THINGS})s?\b", re.IGNORECASE)
HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LOOK_BACK = 40
_DOTTED = re.compile(r"[A-Za-z_@#][\w@#$]*(?:\.[A-Za-z_@#][\w@#$]*)?")


class Names:
    """All names of a catalog, for the question whether a word names something that exists."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        known: set[str] = set()
        for table in catalog.tables:
            known.update((table.name, table.schema, table.module))
            known.update(column.name for column in table.columns)
            known.update(column.type.split("(")[0] for column in table.columns)
            known.update(value for column in table.columns for value in column.values)
            known.update(key.name for key in table.keys)
            known.update(index.name for index in table.indexes)
        for routine in catalog.routines:
            known.update((routine.name, routine.schema, *(part.name for part in routine.parameters)))
        known.update(trigger.name for trigger in catalog.triggers)
        known.update(catalog.types)
        known.update(key.name for key in catalog.foreign_keys)
        known.update(field.form for field in catalog.form_fields)
        known.update(document.name for document in catalog.documents)
        known.update((*catalog.database.modules, catalog.database.name))
        self.columns = {self.fold(column.name) for table in catalog.tables for column in table.columns}
        self._not_columns = {
            self.fold(name)
            for name in (
                *(table.name for table in catalog.tables),
                *catalog.types,
                *catalog.database.modules,
                *(routine.name for routine in catalog.routines),
            )
        } - self.columns
        named = {name for table in catalog.tables for name in (table.name, *(column.name for column in table.columns))}
        named |= {routine.name for routine in catalog.routines}
        self._humps = {hump.lower() for name in named for hump in HUMP.findall(name)}
        self._humps |= {code.lower() for code in catalog.database.modules}
        self._known = {self.fold(name) for name in known if name}
        titled = re.findall(r"\w+", catalog.database.title)
        self._words = frozenset((*titled, *map(str.upper, titled)))

    @classmethod
    def of(cls, catalog: Catalog) -> Names:
        """Those of a catalog, read once."""
        return catalog.derived.get(cls, lambda: cls(catalog))

    def tables(self, text: str) -> list[Table]:
        """The tables that a text spells, each once, in order. Names are told from words by their capitals: "job" is no
        table JOB."""
        words = (word for word in dict.fromkeys(_DOTTED.findall(text)) if not word.islower())
        found = (find_table(self.catalog, word) for word in words if self.exists(word.rpartition(".")[2]))
        return list({table.qualified: table for table in found if table}.values())

    def fold(self, name: str) -> str:
        """A name as it is compared: in small letters, unless the database tells case apart."""
        return name if self.catalog.database.case_sensitive else name.lower()

    def ordinary(self, word: str) -> bool:
        """Whether a word of a list may stand beside names without being one: a table, a type, a word of SQL."""
        return (
            word.upper() in RESERVED
            or word in ORDINARY
            or word.upper() in ("OUTPUT", "YES", "NO", "NULL", "PK", "KEY", "IDENTITY", "DEFAULT")
            or self.fold(word) in self._not_columns
        )

    def exists(self, name: str) -> bool:
        """Whether any object, column, type or value has this bare name."""
        return self.fold(name) in self._known

    def mentioned(self, prose: str) -> list[str]:
        """The tokens that are meant as names, dots and all, without quotes, each once, in order: quoted and dotted
        ones, words in CamelCase or upper case, and words that are names."""
        found: dict[str, None] = {}
        for match in TOKEN.finditer(prose):
            name = match["name"].replace("[", "").replace("]", "").rstrip(".")
            marked = match["quote"] == "`" or match["name"].startswith("[")
            if self._is_name(name, marked, bool(match["quote"]), prose, match):
                found[name] = None
        return list(found)

    def _is_name(self, name: str, marked: bool, quoted: bool, prose: str, match: re.Match[str]) -> bool:
        if name in ORDINARY or name.upper() in RESERVED or name in self._words:
            return False
        # [Y/N] are allowed values, as a prompt's schema shows them.
        if "/" in name:
            return False
        if "." in name:
            # A dot without a space: "e.g", "i.e" and "end.Next" are no names, "APTH.Vendor" is.
            head, tail = name.split(".")[0], name.rpartition(".")[2]
            return len(name) > 3 and (self.exists(head) or self.exists(tail) or bool(CAMEL.match(tail)))
        if self.exists(name):
            return True
        shaped = bool(CAMEL.match(name) or UPPER.match(name))
        if not shaped and not (quoted and name[:1].isupper() and len(name) > 2):
            return False
        if marked and not (UPPER.match(name) and name in NO_OBJECTS):
            return True
        before = prose[max(0, match.start() - LOOK_BACK) : match.start()]
        if AS_OBJECT.search(before) or OBJECT_BEHIND.match(prose, match.end()):
            return True
        return shaped and not UPPER.match(name) and self._built_alike(name)

    def _built_alike(self, name: str) -> bool:
        """Whether a name is put together of the parts that names of this database have: the first, or half of them."""
        humps = [hump.lower() for hump in HUMP.findall(name) if len(hump) > 1]
        known = [hump in self._humps for hump in humps]
        # A prefix of a module is written together with the next part: `APTransID`.
        start = name[1:3] if name[:1].islower() else name[:2]
        return bool(known) and (known[0] or 2 * sum(known) >= len(known) or start in self.catalog.database.modules)

    def invented(self, prose: str, question: str = "", denied: tuple[str, ...] = ()) -> list[str]:
        """The names in the prose that nothing has, apart from those that the question itself or a denial brought in.

        A dotted name is judged by its parts: the column must be one of that table.
        """
        brought = {part.lower() for part in re.findall(r"\w+", question)} | {name.lower() for name in denied}
        found = []
        for name in self.mentioned(prose):
            parts = name.split(".")
            if name.lower() in brought or parts[-1].lower() in brought:
                continue
            if self._several(name, prose):
                continue
            if not (self._resolves(name) if len(parts) > 1 else self.exists(name)):
                found.append(name)
        return found

    def _several(self, name: str, prose: str) -> bool:
        """Whether a name is more than one of what a column is called ("the RFIs are in PMRI"), and not said to be an
        object of its own."""
        if not PLURAL.match(name) or not self.exists(name[:-1]) or find_table(self.catalog, name[:-1]):
            return False
        # Everywhere: who says it in passing may make a table of it in the next sentence.
        return all(
            not _MARKED.search(prose[: found.start()][-1:] + prose[found.end() :][:1])
            and not AS_OBJECT.search(prose[max(0, found.start() - LOOK_BACK) : found.start()])
            and not OBJECT_BEHIND.match(prose, found.end())
            for found in re.finditer(rf"\b{name}\b", prose)
        )

    def _resolves(self, name: str) -> bool:
        catalog = self.catalog
        if find_table(catalog, name) or find_column(catalog, name) or find_program(catalog, name):
            return True
        owner, _, last = name.rpartition(".")
        # An owner that is no table: an alias of a query, a file, the end of a sentence.
        return not find_table(catalog, owner) and self.exists(last)
