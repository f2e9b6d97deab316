"""A question as stemmed words and marks, for phrases to be looked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from vgpt2.catalog.words import stem, text_words

# A question with a query in it, to be mended or explained.
HOLDS_QUERY = re.compile(r"\bSELECT\b.*\bFROM\b", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|[^\w\s]")
_WHOSE = re.compile(r"of (?:(?:our|the|all|each|every|any) )?(.*)")
# jc2, jc 2, co #1
_NUMBERED = re.compile(r"([A-Za-z]+)\.?[ #=]{0,2}(\d{1,3})\b")
# A number beside a word is its value: firm 200.
_NO_DIGITS = str.maketrans("", "", "0123456789")


class Asked:
    """A question. `words`: its words and marks as they are said, in small letters; `numbered`: its words that a short
    number follows, as they are written."""

    def __init__(self, text: str) -> None:
        self.text, self.words = text, _WORD.findall(text.lower())
        self.numbered = [word for word, _ in _NUMBERED.findall(text)]
        self._folded = _folded(self.words)

    def says(self, phrase: str) -> bool:
        """Whether the words of a phrase stand in it side by side."""
        return bool(phrase) and folded(phrase) in self._folded

    def says_of_rows(self, head: str, of_any: Collection[str]) -> bool:
        """Whether they stand in it as people speak of rows, in the plural, with nothing before them but how rows are
        (`of_any`): open orders, and no purchase orders or order dates."""
        low, head = self.text.lower(), head.lower()
        if head not in low:
            return False  # an expression of its own for each head would cost a hundred times as much
        for found in re.finditer(rf"(?:(\w[\w-]*) )?\b{re.escape(head)}\b", low):
            if not found[1] or not text_words(found[1]) or found[1] in of_any:
                return True
        return False

    def says_alone(self, phrase: str, owner: str, apart: Iterable[str]) -> bool:
        """Whether they stand in it with no word beside them that would make another thing of them (the posting date is
        no date, a discount account no discount, the date of the last one another's), and not as a part of the phrases
        `apart`. `owner`: whose they may be said to be."""
        left = self._folded
        for other in sorted(apart, key=len, reverse=True):
            left = left.replace(folded(other), " | ")
        before, found, behind = left.partition(folded(phrase))
        beside = f"{before.rpartition(' ')[2]} {behind.partition(' ')[0]}".translate(_NO_DIGITS)
        whose, own = _WHOSE.match(behind), folded(owner).strip()
        # What the table is called may be what a column is called too, and so taken out.
        owned = whose is None or whose[1].startswith((own, f"{own.rpartition(' ')[2]} ", "|"))
        return bool(found) and not text_words(beside) and owned

    def says_of(self, word: str, noun: str) -> bool:
        """Whether a word that says how rows are stands in it just so, before the noun or where no thing follows: open
        orders, orders that are open; opened is another word, an open balance another thing."""
        known = set(text_words(noun))
        places = (at for at, said in enumerate(self.words) if said == word)
        following = (next(iter(self.words[at + 1 : at + 2]), "") for at in places)
        return any(set(text_words(next_word)) <= known for next_word in following)


def folded(phrase: str) -> str:
    """The words of a phrase as they are looked for."""
    return _folded(_WORD.findall(phrase.lower()))


def _folded(words: Sequence[str]) -> str:
    return f" {' '.join(map(stem, words))} "
