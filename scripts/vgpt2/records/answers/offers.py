"""What prose offers in the place of what it denies: the nearest name, or the table that has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vgpt2.records.answers.grammar import grammar
from vgpt2.records.answers.lexicon import SYMBOLS
from vgpt2.records.answers.sentences import Sentence

_NAMES = frozenset(SYMBOLS[name] for name in ("NAME", "CAPITAL"))
_NAME, _THING, _BUT, _NO, _COMMA = (SYMBOLS[name] for name in ("NAME", "THING", "BUT", "NO", "COMMA"))
# Behind one of these nothing is offered: none of APTL and APTD has it; if APPD has it.
_KEEPING = frozenset(SYMBOLS[name] for name in "NOT NO LACKS ABSENT THINK UNSURE IF WRONG".split())
# Who says "perhaps" says of no table that it has it.
_GUESSING = _KEEPING | {SYMBOLS["MAYBE"]}

Span = tuple[int, int]


@dataclass(slots=True, frozen=True)
class Offer:
    """What is offered. `name`: empty for what was denied (`APPD has it`); `owner`: the table that is said to have it,
    or empty; `thing`: table, column, program or empty (not said); `nearest`: it is said to be nearest to what was
    denied; `place`: where its sentence begins in the prose."""

    name: str
    owner: str = ""
    thing: str = ""
    nearest: bool = False
    place: int = 0


def find_offers(sentence: Sentence, denied: Sequence[Span]) -> Iterator[Offer]:
    """What a sentence offers.

    Args:
        denied: the symbols of the sentence that its denials have read.
    """
    symbols, rules, place = sentence.symbols, grammar(sentence.lexicon.language), sentence.span[0]
    for match in _matches(rules.nearest, symbols):
        if not _kept_back(symbols, match.span(), denied, _KEEPING):
            at = match.start("object")
            thing = _things(sentence, match.span())
            yield Offer(sentence.words[at], _owner(sentence, match), thing, True, place)
    if sentence.question:
        return
    for match in _matches((*rules.has_it, *rules.owns), symbols):
        if _kept_back(symbols, match.span(), denied, _GUESSING):
            continue
        owner = _owner(sentence, match)
        start, end = match.span("object") if "object" in match.re.groupindex else (0, 0)
        names = [sentence.words[at] for at in range(start, end) if symbols[at] in _NAMES]
        yield from (Offer(name, owner, place=place) for name in names or [""])
    for at, word in enumerate(sentence.words):
        owner, dot, name = word.rpartition(".")
        if dot and symbols[at] == _NAME and not _kept_back(symbols, (at, at + 1), denied, _GUESSING):
            yield Offer(name, owner, place=place)


def _matches(patterns: Sequence[re.Pattern[str]], symbols: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(symbols)


def _owner(sentence: Sentence, match: re.Match[str]) -> str:
    """The table behind the object, else the one before."""
    found = {name: match[name] for name in match.re.groupindex if name != "object" and match[name]}
    last = next((name for name in ("of", "in", "owner") if name in found), "")
    return sentence.words[match.start(last)] if last else ""


def _things(sentence: Sentence, span: Span) -> str:
    """The kind of thing that is named last."""
    kinds = (sentence.kinds[at] for at in reversed(range(*span)) if sentence.symbols[at] == _THING)
    return next(kinds, "")


def _kept_back(symbols: str, span: Span, denied: Sequence[Span], words: frozenset[str]) -> bool:
    """Whether what stands before keeps it from being said. What a denial has read ends there: it was about another
    thing. One that goes on behind it (`JobStatus is in JCJM, not in JCCM`) does not touch it."""
    start, end = span
    ends = [stop for begin, stop in denied if stop <= start]
    # No, PaidFlag belongs to APPH
    first = 2 if symbols.startswith(_NO + _COMMA) else 0
    begin = max(first, symbols.rfind(_BUT, 0, start) + 1, *ends, 0)
    return bool(words & set(symbols[begin:end]))
