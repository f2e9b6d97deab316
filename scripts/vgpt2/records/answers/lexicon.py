"""The words by which people deny, doubt and ask in one language, and the symbols that these words stand for.

The lists are data: `languages/en.yaml` and its siblings. What the symbols mean together says `grammar.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_letters

from pydantic import BaseModel, ConfigDict

from vgpt2.errors import did_you_mean
from vgpt2.yaml_file import YamlFile, read_yaml_file

# What a sentence is made of: the headings of the lists, and what needs no list.
LISTED = (
    "THING CALLED DATABASE EXISTS HAS LACKS ABSENT FIND NOT NO IN BE IF THINK UNSURE MAYBE WRONG BUT AND OR THAT IT "
    "JOIN UNRELATED TYPO KEY BETWEEN SHARE POSSIBLE WHICH MEAN ASK SEVERAL OFFER ROWS IMPOSSIBLE NEAREST"
).split()
SHAPED = "NAME CAPITAL WORD COMMA COLON MARK ASKED END YES".split()
SYMBOLS = dict(zip((*LISTED, *SHAPED), ascii_letters, strict=False))
KINDS = ("table", "column", "program", "any")
# Written without blanks: words are the longest phrases that fit.
UNSPACED = ("zh", "ja")
LONGEST_PHRASE = 8


class Words(BaseModel):
    """A file of words as it stands."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fillers: str
    phrases: dict[str, list[str] | dict[str, list[str]]]
    asking: list[str]
    yes_words: list[str]
    no_words: list[str]
    says_no: list[str]


Phrase = tuple[tuple[str, ...], str, str]  # words, symbol, kind of thing


@dataclass(slots=True, frozen=True, eq=False)
class Lexicon:
    """The words of one language. `phrases`, `yes`, `says_no`: by their first word, of `phrases` the longest first;
    `prefixes`: words that may have any ending."""

    language: str
    fillers: frozenset[str]
    phrases: dict[str, list[Phrase]]
    prefixes: tuple[tuple[str, tuple[str, str]], ...]
    asking: frozenset[str]
    yes: dict[str, list[tuple[str, ...]]]
    no: frozenset[str]
    says_no: dict[str, list[tuple[str, ...]]]
    vocabulary: frozenset[str]

    @property
    def spaced(self) -> bool:
        """Whether blanks part its words."""
        return self.language not in UNSPACED

    def at(self, words: Sequence[str], start: int) -> tuple[int, str, str] | None:
        """The longest phrase that begins at a word: how many words, its symbol, and the kind of a thing."""
        first = words[start]
        for phrase, symbol, kind in self.phrases.get(first, ()):
            size = len(phrase)
            if size == 1 or tuple(words[start + 1 : start + size]) == phrase[1:]:
                return size, symbol, kind
        for prefix, (symbol, kind) in self.prefixes:
            if first.startswith(prefix):
                return 1, symbol, kind
        return None


@cache
def lexicons() -> dict[str, Lexicon]:
    """All languages that answers are read in, English first.

    Raises:
        UserError: a fault in a list, with file, line and key.
    """
    paths = sorted(
        Path(__file__).with_name("languages").glob("*.yaml"), key=lambda path: (path.stem != "en", path.stem)
    )
    return {path.stem: read_lexicon(path) for path in paths}


@cache
def languages_by_word() -> dict[str, tuple[str, ...]]:
    """The languages that know a word, for every word that one of them knows."""
    found: dict[str, tuple[str, ...]] = {}
    for language, lexicon in lexicons().items():
        for word in lexicon.vocabulary:
            found[word] = (*found.get(word, ()), language)
    return found


def read_lexicon(path: Path) -> Lexicon:
    """One language from its file.

    Raises:
        UserError: a fault, with file, line and key.
    """
    file = read_yaml_file(path)
    words = file.check(Words)
    fillers = frozenset(words.fillers.split())
    by_first: dict[str, list[Phrase]] = {}
    for phrase in _phrases(words, file, path.stem in UNSPACED):
        by_first.setdefault(phrase[0][0], []).append(phrase)
    for found in by_first.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    prefixes = tuple((first[:-1], found[0][1:]) for first, found in by_first.items() if first.endswith("*"))
    split = list if path.stem in UNSPACED else None
    answers = [tuple(said) for item in words.says_no for said in ([split(item)] if split else _expanded(item))]
    yes = tuple(tuple(said) for item in words.yes_words for said in ([split(item)] if split else _expanded(item)))
    vocabulary = {word for found in by_first.values() for phrase in found for word in phrase[0]} | fillers
    vocabulary |= {word for said in (*answers, *yes) for word in said} | set(words.no_words)
    return Lexicon(
        path.stem,
        fillers,
        {first: found for first, found in by_first.items() if not first.endswith("*")},
        prefixes,
        frozenset(words.asking),
        _by_first(yes),
        frozenset(words.no_words),
        _by_first(answers),
        frozenset(vocabulary),
    )


def begins(phrases: dict[str, list[tuple[str, ...]]], words: Sequence[str], start: int = 0) -> list[tuple[str, ...]]:
    """The phrases that begin at a word."""
    return [phrase for phrase in phrases.get(words[start], ()) if tuple(words[start : start + len(phrase)]) == phrase]


def _by_first(phrases: Sequence[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        found.setdefault(phrase[0], []).append(phrase)
    return found


def _phrases(words: Words, file: YamlFile, unspaced: bool) -> Iterator[Phrase]:
    fillers = frozenset(words.fillers.split())
    for heading, listed in words.phrases.items():
        if heading not in LISTED:
            raise file.fault(("phrases", heading), f"no such symbol{did_you_mean(heading, LISTED)}")
        kinds = listed if isinstance(listed, dict) else {"": listed}
        for kind, items in kinds.items():
            if kind and kind not in KINDS:
                raise file.fault(("phrases", heading, kind), f"no such kind{did_you_mean(kind, KINDS)}")
            for item in items:
                for said in [item.split()] if unspaced else _expanded(item):
                    # Fillers are taken out of the text as well.
                    kept = tuple(word for word in said if word not in fillers) or tuple(said)
                    yield kept, SYMBOLS[heading], "" if kind == "any" else kind


def _expanded(item: str) -> list[list[str]]:
    """`is|are not` as the phrases that it stands for."""
    found: list[list[str]] = [[]]
    for part in item.split():
        found = [[*before, word] for before in found for word in part.split("|")]
    return found
