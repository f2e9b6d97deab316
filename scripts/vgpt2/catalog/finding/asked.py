"""A question as the terms of an index: each of its words, and what in the index it may stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgpt2.catalog.finding.deal_words import told
from vgpt2.catalog.finding.index import Index
from vgpt2.catalog.finding.near import Near
from vgpt2.catalog.finding.synonyms import by_the_way, is_value, known_words, synonyms
from vgpt2.catalog.finding.terms import inflected, root
from vgpt2.catalog.finding.wanted import PEOPLE, Wanted, wanted
from vgpt2.catalog.words import name_words, stem, text_words

_WORD = re.compile(r"[^\W_][\w$#]*(?:['’]s)?")
CAMEL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]|_")
# "company 1", "status 0": a condition on a column that the question hardly means a table by.
_NUMBERED = re.compile(r"\b(?:company|companies|co\.?|status) (?:no\.? )?(?=\d)", re.I)
_ACRONYMS = re.compile(r"\b([A-Z]{2,})s\b")
# How sure a term of the index is what a word means: a form of it, a synonym, what was misspelt. A word within a
# sentence that begins with a capital is a name rather than a thing.
FORM, MADE, SYNONYM, MISSPELT, NAME = 0.75, 0.5, 0.65, 0.7, 0.6
LEAST_LETTERS, LIKENESS = 5, 0.8


@dataclass(slots=True, frozen=True)
class Asked:
    """One word of a question: the terms that it may stand for, with how sure each is, and what the word counts."""

    word: str
    terms: dict[str, float]
    counts: float


class Reader:
    """Reads questions by the vocabulary of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known = {*index.postings, *known_words()}
        self._told = Near(word for word in told() if len(word) >= LEAST_LETTERS - 1)
        self._near = Near(term for term in self._known if len(term) >= LEAST_LETTERS - 1 and term.isalpha())

    def read(self, question: str) -> list[Asked]:
        """The words of a question that may lead to a table, each once, in order."""
        counts: dict[str, float] = {}
        text = _NUMBERED.sub(" ", _ACRONYMS.sub(r"\1", question))
        for match in _WORD.finditer(text):
            if CAMEL.search(match[0]):
                for term in (match[0].lower(), *name_words(match[0])):
                    counts[term] = 1.0
                continue
            for term in text_words(match[0]):
                if term in by_the_way() or match[0].lower() in by_the_way() or term.isdigit() or len(term) < 2:
                    continue
                named = match[0][0].isupper() and not match[0].isupper() and not _begins(text, match.start())
                counts[term] = max(counts.get(term, 0.0), NAME if named and not is_value(term) else 1.0)
        if PEOPLE.search(question):
            counts = {word: count for word, count in counts.items() if not PEOPLE.fullmatch(word)} | {"who": 0.6}
        found = [Asked(term, self._terms(term, count == NAME), count) for term, count in counts.items()]
        return [asked for asked in found if asked.terms]

    def wanted(self, question: str) -> Wanted:
        """The documents of sales and purchases that a question is about."""
        words, unknown = [], False
        for match in _WORD.finditer(question):
            word = stem(match[0].lower())
            of_thing = word.isalpha() and (match[0].islower() or _begins(question, match.start()))
            if of_thing and len(word) >= LEAST_LETTERS and word not in self._known:
                word = next(iter(self._told.nearest(word, 1, LIKENESS)), word)
            words.append(word)
            unknown = unknown or (of_thing and self._is_value(word))
        return wanted(question, words, self._index.compounds, unknown)

    def _is_value(self, word: str) -> bool:
        """Whether a word is no name of anything in the database, and so must be a value: "helmets", "jerseys"."""
        if not text_words(word) or len(word) < LEAST_LETTERS - 1 or word in by_the_way() | known_words() | told():
            return False
        return not {word, inflected(word)} & self._index.called

    def _terms(self, word: str, named: bool) -> dict[str, float]:
        terms = self._meant(word)
        if not terms and len(word) >= LEAST_LETTERS and not named:
            for term in self._near.nearest(word, 1, LIKENESS):
                terms = {key: sure * MISSPELT for key, sure in self._meant(term).items()}
        return terms

    def _meant(self, word: str) -> dict[str, float]:
        terms = {}
        for other in synonyms(word):
            for term in self._index.forms.get(inflected(other), ()):
                terms[term] = SYNONYM
        for term in self._index.roots.get(root(word), ()):
            terms[term] = max(MADE, terms.get(term, 0.0))
        for term in self._index.forms.get(inflected(word), ()):
            terms[term] = FORM
        if word in self._index.postings:
            terms[word] = 1.0
        return terms


def _begins(text: str, place: int) -> bool:
    before = text[:place].rstrip(" \"'(")
    return not before or before[-1] in ".!?:\n"
