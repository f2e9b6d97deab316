"""Names in prose: which tokens of an answer are meant as objects of the database, and which of them exist."""

from __future__ import annotations

import re

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog
from vgpt2.sqltext.names import RESERVED

PART = r"(?:\[[^\]\n]{1,128}\]|[A-Za-z_@#][\w$#@]*)"
TOKEN = re.compile(rf"(?P<quote>[`'\"]?)(?P<name>{PART}(?:\.{PART}){{0,3}})(?P=quote)")
CAMEL = re.compile(r"[A-Za-z]*[a-z][A-Z]\w*\Z|[A-Z]{2,}[a-z]\w*\Z|[A-Za-z]+_\w+\Z")
UPPER = re.compile(r"[A-Z]{3,}[A-Z0-9_]*\Z")
# Upper-case and camel words of ordinary technical prose; keywords of SQL come on top.
ORDINARY = frozenset(
    """SQL TSQL ERP API CSV JSON XML HTML URL PDF UTF ASCII ISO GUID UUID NOLOCK AI OK USA TODO NOTE FAQ TRUE
    FALSE COUNT SUM AVG MIN MAX ROW_NUMBER RANK DENSE_RANK DATEADD DATEDIFF DATENAME DATEPART DATEFROMPARTS
    EOMONTH GETDATE ISNULL CAST DESC ASC INT VARCHAR CHAR NVARCHAR DECIMAL NUMERIC DATE DATETIME MONEY BIT
    TINYINT SMALLINT BIGINT FLOAT YEAR MONTH DAY PARTITION OFFSET ROWS ONLY NEXT LAG LEAD IIF CONCAT ROUND ABS
    LEN UPPER LOWER TRIM SUBSTRING REPLACE SALES JavaScript PostgreSQL MySQL SQLite GitHub PowerShell OpenAI
    ChatGPT SmolLM SmolLM2 YouTube""".split()
)


class Names:
    """All names of a catalog, for the question whether a word names something that exists."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.fold = (lambda text: text) if catalog.database.case_sensitive else str.lower
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
        self._known = {self.fold(name) for name in known if name}
        titled = re.findall(r"\w+", catalog.database.title)
        self._words = frozenset((*titled, *map(str.upper, titled)))

    def exists(self, name: str) -> bool:
        """Whether any object, column, type or value has this bare name."""
        return self.fold(name) in self._known

    def mentioned(self, prose: str) -> list[str]:
        """The tokens that are meant as names, dots and all, without quotes, each once, in order: quoted and dotted
        ones, words in CamelCase or upper case, and words that are names."""
        found: dict[str, None] = {}
        for match in TOKEN.finditer(prose):
            name = match["name"].replace("[", "").replace("]", "").rstrip(".")
            if self._is_name(name, bool(match["quote"]) or match["name"].startswith("[")):
                found[name] = None
        return list(found)

    def _is_name(self, name: str, quoted: bool) -> bool:
        if name in ORDINARY or name.upper() in RESERVED or name in self._words:
            return False
        # [Y/N] are allowed values, as a prompt's schema shows them.
        if "/" in name:
            return False
        if "." in name:
            # A dot without a space: "e.g", "i.e" and "end.Next" are no names, "APTH.Vendor" is.
            head, tail = name.split(".")[0], name.rpartition(".")[2]
            return len(name) > 3 and (self.exists(head) or self.exists(tail) or bool(CAMEL.match(tail)))
        shaped = bool(CAMEL.match(name) or UPPER.match(name))
        return shaped or self.exists(name) or (quoted and name[:1].isupper() and len(name) > 2)

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
            if not (self._resolves(name) if len(parts) > 1 else self.exists(name)):
                found.append(name)
        return found

    def _resolves(self, name: str) -> bool:
        catalog = self.catalog
        if find_table(catalog, name) or find_column(catalog, name) or find_program(catalog, name):
            return True
        owner, _, last = name.rpartition(".")
        # An owner that is no table: an alias of a query, a file, the end of a sentence.
        return not find_table(catalog, owner) and self.exists(last)
