"""Hides values before an answer is kept: in the question, the answer, its SQL and the guard's reasons stands `?` where
one was. What is hidden and what is not stands in docs/learning-from-use.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from vgpt2.catalog.finding.synonyms import by_the_way
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.words import text_words
from vgpt2.serving.use.entry import Entry

HIDDEN = "?"
_NUMBER = r"(?<![\w.])\d[\d.,:/-]*"
# In prose an apostrophe stands within a word or at its end: it opens no text in quotes.
_IN_PROSE = re.compile(rf"(?<!\w)N?'(?:[^']|'')*'|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|«[^»\n]*»|\S+@\S+\.\w+|{_NUMBER}")
_IN_SQL = re.compile(rf"\bN?'(?:[^']|'')*'|'(?:[^']|'')*'|\"[^\"\n]*\"|{_NUMBER}")
_LITERAL = re.compile(r"'((?:[^']|'')*)'")
# JO1009, C-1009.02, 1009-A, and names; a parameter (@Co) is none.
_TOKEN = re.compile(r"(?<![\w@#])[^\W_]+(?:[-./_][^\W_]+)*")
_CAPITALS = re.compile(r"(?<![\w@#])[A-Z][\w&'’-]*(?:[ \t]+(?:&[ \t]+)?[A-Z][\w&'’-]*)*")
_WORD = re.compile(r"[A-Z][\w&'’-]*")
_SENTENCE = re.compile(r"(?:^|[.?!:;\n])[\s\"'(]*$")
# The signs of a LIKE that stand for anything.
_ANYTHING = "%_[]^ "
_LEAST = 2


class Mask:
    """Hides the values of entries.

    Args:
        catalog: its names stay, whatever they look like, and the values that it lists.
    """

    def __init__(self, catalog: Catalog, retriever: Retriever) -> None:
        self._retriever = retriever
        columns = [column for table in catalog.tables for column in table.columns]
        self._names = {column.name.lower() for column in columns}
        for named in (catalog.tables, catalog.routines, catalog.triggers):
            self._names |= {part.lower() for item in named for part in item.qualified.split(".")}
        self._listed = {value.strip("'").lower() for column in columns for value in column.values}

    def __call__(self, entry: Entry) -> Entry:
        """The entry without its values; says whether its question had one."""
        literals = [*_literals(entry.sql), *_literals(entry.answer)]
        said = [text for text in literals if len(text) >= _LEAST and text.lower() not in self._listed]
        hidden = [*self._values(entry.question), *_places(entry.question, said)]
        question = _without(entry.question, hidden)
        # What the question said comes back in the answer.
        said += [text for begin, end in hidden if not (text := entry.question[begin:end]).isdigit()]
        return replace(
            entry,
            question=question,
            answer=_told(entry.answer, said),
            sql=_IN_SQL.sub(HIDDEN, entry.sql),
            findings=[_told(finding, said) for finding in entry.findings],
            masked=question != entry.question,
        )

    def _values(self, question: str) -> Iterator[tuple[int, int]]:
        """Where a question has a text in quotes, an address, a number, a code, or a name of somebody."""
        yield from (found.span() for found in _IN_PROSE.finditer(question))
        for found in _TOKEN.finditer(question):
            token = found.group()
            code = any(sign.isdigit() for sign in token) and any(sign.isalpha() for sign in token)
            if code and not all(part.lower() in self._names for part in token.split(".")):
                yield found.span()
        for run in _CAPITALS.finditer(question):
            words = list(_WORD.finditer(question, *run.span()))
            if _SENTENCE.search(question[: run.start()]):
                while words and self._known(words[0].group()):
                    words = words[1:]
                # A lone word that begins a sentence has its capital from there.
                if len(words) == 1 and words[0].start() == run.start():
                    continue
            if any(_like_a_name(word.group()) and not self._known(word.group()) for word in words):
                yield words[0].start(), words[-1].end()

    def _known(self, word: str) -> bool:
        """Whether a word is of the catalog's or leads to something in it, or is one that all questions have."""
        if word.lower() in self._names:
            return True
        return all(one in by_the_way() or self._retriever.read(one) for one in text_words(word))


def mask(text: str) -> str:
    """A text without texts in quotes and numbers: `Vendor = 12 AND Name = 'Alder'` is `Vendor = ? AND Name = ?`."""
    return _IN_PROSE.sub(HIDDEN, text)


def readable(sql: str) -> str:
    """A query of a masked log as one that can be checked: a parameter in the place of each value."""
    return re.sub(r"'(?:[^']|'')*'|\?", lambda found: "@hidden" if found.group() == HIDDEN else found.group(), sql)


def _told(text: str, said: Iterable[str]) -> str:
    values = [found.span() for found in _IN_PROSE.finditer(text)]
    return _without(text, [*values, *_places(text, said)])


def _literals(sql: str) -> Iterator[str]:
    for text in _LITERAL.findall(sql):
        yield text.replace("''", "'").strip(_ANYTHING)


def _like_a_name(word: str) -> bool:
    return any(sign.islower() for sign in word)


def _places(text: str, said: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where a text says one of these, as whole words, in whatever case."""
    for value in dict.fromkeys(said):
        for found in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE):
            yield found.span()


def _without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """A text with `?` in each of these places; those that touch or overlap are one."""
    parts, at, until = [], 0, -1
    for begin, end in sorted(places):
        if begin > until:
            parts += [text[at:begin], HIDDEN]
        until = max(until, end)
        at = until
    return "".join(parts) + text[at:]
