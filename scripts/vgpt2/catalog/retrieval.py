"""Which tables a question is about: those that it names, then those whose words it shares."""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict

from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.words import name_words, text_words

# Weight of a word by where it stands, and the two constants of BM25 (Robertson and Zaragoza 2009, 3.2).
_WEIGHTS = {"name": 4.0, "description": 3.0, "column": 1.0, "column description": 0.5, "module": 0.5}
_SATURATION, _LENGTH = 1.2, 0.5
_NEIGHBOUR = 0.05
_MENTION = re.compile(r"[A-Za-z_@#][\w@#$]*(?:\.[A-Za-z_@#][\w@#$]*)?")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|_")
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
        stands_for = {name: view.qualified for name, view in catalog.stands_for.items()}
        queryable = {table.qualified for table in self.tables}
        for table in catalog.tables:
            target = table.qualified if table.qualified in queryable else stands_for.get(table.qualified, "")
            for name in (table.qualified, table.name) if target else ():
                self._exact[name].append(target)
                self._folded[name.lower()].append(target)
                if not _MENTION.fullmatch(name):
                    self._odd.append((name.lower(), target))
        self._words = {table.qualified: set(name_words(table.name)) or {""} for table in self.tables}
        self._columns = {column.name for table in self.tables for column in table.columns}
        self._columns_folded = {name.lower() for name in self._columns}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._index()

    def _index(self) -> None:
        bags = [self._bag(table) for table in self.tables]
        lengths = [sum(bag.values()) for bag in bags]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        for number, bag in enumerate(bags):
            norm = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[number] / (mean or 1.0))
            for word, weight in sorted(bag.items()):
                self._postings[word].append((number, weight * (_SATURATION + 1) / (weight + norm)))

    def _bag(self, table: Table) -> dict[str, float]:
        bag: dict[str, float] = defaultdict(float)
        parts = [("name", name_words(table.name)), ("name", [table.name.lower()])]
        parts.append(("description", text_words(table.description)))
        parts.append(("module", text_words(self.catalog.database.modules.get(table.module, table.module))))
        for column in table.columns:
            parts.append(("column", sorted({*name_words(column.name), column.name.lower()})))
            parts.append(("column description", text_words(column.description)))
        for place, words in parts:
            for word in words:
                bag[word] += _WEIGHTS[place]
        return bag

    def retrieve(self, question: str, limit: int) -> list[str]:
        """Qualified names, best first, at most `limit`, but never fewer than the question itself names.

        Objects that the question names come first, in the order of mention; then, for each name that looks like one
        but is none, the nearest real ones; then the best by words; last the neighbours of what was found. The same
        question gives the same list.
        """
        found = dict.fromkeys(self.named(question))
        limit = max(limit, len(found))
        for name in self.unknown(question):
            found.update(dict.fromkeys(self._nearest(name)))
        scores = self._scores(question)
        neighbours: dict[str, float] = defaultdict(float)
        for name in found:
            scores[name] += 0.0
        for name, score in list(scores.items()):
            for join in self.catalog.joins_of(name):
                other = join.right if join.left == name else join.left
                if other != name:
                    neighbours[other] = max(neighbours[other], _NEIGHBOUR * score + (0.001 if name in found else 0.0))
        ranked = sorted(set(scores) | set(neighbours), key=lambda name: (-scores[name] - neighbours[name], name))
        found.update(dict.fromkeys(name for name in ranked if name in self._words))
        return list(found)[:limit]

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
            looks = (text.isupper() and len(text) > 2) or bool(_CAMEL.search(text))
            known = text.lower() in self._folded or text.lower() in self._columns_folded
            if looks and not known and text not in _SQL_WORDS and not text.startswith("@"):
                found.append(text)
        return list(dict.fromkeys(found))

    def _nearest(self, name: str) -> list[str]:
        by_name = {table.name.lower(): table.qualified for table in reversed(self.tables)}
        close = difflib.get_close_matches(name.lower(), sorted(by_name), n=2)
        return [by_name[item] for item in close]

    def _scores(self, question: str) -> dict[str, float]:
        words = text_words(question)
        for mention in _MENTION.finditer(question):
            if _CAMEL.search(mention.group()):
                words += name_words(mention.group())
        scores: dict[str, float] = defaultdict(float)
        asked = set(words)
        for word in sorted(asked):
            postings = self._postings.get(word, ())
            rarity = math.log(1 + (len(self.tables) - len(postings) + 0.5) / (len(postings) + 0.5))
            for number, weight in postings:
                scores[self.tables[number].qualified] += rarity * weight
        for name in scores:  # customers are in Customer rather than in CustomerAddressHistory
            scores[name] *= 1 + len(asked & self._words[name]) / len(self._words[name])
        return scores


def retrieve(catalog: Catalog, question: str, limit: int) -> list[str]:
    """`Retriever(catalog).retrieve(question, limit)`; keep the Retriever where there are many questions."""
    return Retriever(catalog).retrieve(question, limit)
