"""Which tables a question is about: those that it names, then those whose words it shares."""

from __future__ import annotations

import re
from collections import defaultdict

from vgpt2.catalog.finding.asked import CAMEL, Asked, Reader
from vgpt2.catalog.finding.choose import choose
from vgpt2.catalog.finding.index import build_index
from vgpt2.catalog.finding.matching import matches
from vgpt2.catalog.finding.near import Near
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.words import text_words

_MENTION = re.compile(r"[A-Za-z_@#][\w@#$]*(?:\.[A-Za-z_@#][\w@#$]*)?")
_SQL_WORDS = frozenset(
    "AND AVG CASE COUNT CTE DESC DISTINCT EXISTS HAVING JOIN LIKE MAX MIN NOLOCK NULL SQL SUM TOP UNION".split()
)


class Retriever:
    """An index over the queryable tables and views of a catalog; build it once, ask it often."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.tables = catalog.queryable
        self._exact: dict[str, list[str]] = defaultdict(list)
        self._folded: dict[str, list[str]] = defaultdict(list)
        self._odd: list[tuple[str, str]] = []  # names that are no single word: [Order Details]
        stands_for = {name: view.qualified for name, view in catalog.hidden_behind.items()}
        queryable = {table.qualified for table in self.tables}
        for table in catalog.tables:
            target = table.qualified if table.qualified in queryable else stands_for.get(table.qualified, "")
            for name in (table.qualified, table.name) if target else ():
                self._exact[name].append(target)
                self._folded[name.lower()].append(target)
                if not _MENTION.fullmatch(name):
                    self._odd.append((name.lower(), target))
        self._columns = {column.name for table in self.tables for column in table.columns}
        self._columns_folded = {name.lower() for name in self._columns}
        self._by_name = {table.name.lower(): table.qualified for table in reversed(self.tables)}
        self._near = Near(self._by_name)
        self._index = build_index(catalog)
        self._reader = Reader(self._index)
        self._places = {table.qualified: place for place, table in enumerate(self.tables)}

    @classmethod
    def of(cls, catalog: Catalog) -> Retriever:
        """The one that is kept with the catalog: whoever asks shares it, for it takes seconds to build."""
        return catalog.derived.get(cls, lambda: cls(catalog))

    def retrieve(self, question: str, limit: int) -> list[str]:
        """Qualified names, best first, at most `limit`, but never fewer than the question itself names.

        Objects that the question names come first, in the order of mention; then, for each name that looks like one
        but is none, the nearest real ones; then those that its words lead to together (`finding/choose.py`); last the
        neighbours of what was found. The same question gives the same list.
        """
        found = dict.fromkeys(self.named(question))
        limit = max(limit, len(found))
        for name in self.unknown(question):
            found.update(dict.fromkeys(self._nearest(name)))
        first = [self._places[name] for name in found][:limit]
        places = choose(self._index, self._reader.read(question), self._reader.wanted(question), first, limit)
        return [self.tables[place].qualified for place in places]

    def read(self, question: str) -> list[Asked]:
        """The words of a question, and what in the index each may stand for."""
        return self._reader.read(question)

    def ranked(self, question: str) -> list[tuple[str, float]]:
        """Each table that the words of a question lead to with what they say of it, most first, no name looked up:
        by how much the first one leads is how clearly the words mean it."""
        found = matches(self._index, self._reader.read(question))
        return [
            (self.tables[place].qualified, float(score))
            for place, score in zip(found.places, found.scores, strict=True)
        ]

    def titled(self, words: str) -> list[str]:
        """The tables that have just these words as a title."""
        terms = tuple(sorted(set(text_words(words))))
        return [
            table.qualified for table, titles in zip(self.tables, self._index.titles, strict=True) if terms in titles
        ]

    def named(self, question: str) -> list[str]:
        """The queryable objects that the question names: exact, else in other case; in the order of mention."""
        hits: list[tuple[int, str]] = []
        for mention in _MENTION.finditer(question):
            text = mention.group()
            targets = self._exact.get(text)
            if targets is None and text not in self._columns:  # JCCo is a column, and not the table JCCO
                targets = self._folded.get(text.lower())
            if targets is None and "." in text:  # APTH.Vendor, or a full stop without a space
                schema, _, name = text.partition(".")
                targets = self._exact.get(schema) or self._folded.get(schema.lower()) or self._exact.get(name)
            hits += [(mention.start(), target) for target in targets or []]
        low = question.lower()
        for name, target in self._odd:
            at = low.find(name)
            if at >= 0:
                hits.append((at, target))
        return list(dict.fromkeys(target for _, target in sorted(hits)))

    def unknown(self, question: str) -> list[str]:
        """Words that look like a name (APTX, VendorNote, ap_trans) and are no table and no column."""
        found = []
        for mention in _MENTION.finditer(question):
            text = mention.group().split(".")[0]
            looks = (text.isupper() and len(text) > 2) or bool(CAMEL.search(text))
            known = text.lower() in self._folded or text.lower() in self._columns_folded
            if looks and not known and text not in _SQL_WORDS and not text.startswith("@"):
                found.append(text)
        return list(dict.fromkeys(found))

    def _nearest(self, name: str) -> list[str]:
        return [self._by_name[item] for item in self._near.nearest(name.lower(), 2, 0.6)]


def retrieve(catalog: Catalog, question: str, limit: int) -> list[str]:
    """`Retriever.of(catalog).retrieve(question, limit)`."""
    return Retriever.of(catalog).retrieve(question, limit)
