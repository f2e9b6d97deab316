"""What prose says of what exists: whose existence it denies, whether it says no, doubts, or asks back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from vgpt2.records.answers.grammar import grammar
from vgpt2.records.answers.lexicon import SYMBOLS, begins, lexicons
from vgpt2.records.answers.offers import Offer, Span, find_offers
from vgpt2.records.answers.sentences import Sentence, sentences

STOPS = frozenset(SYMBOLS[name] for name in ("COMMA", "COLON", "MARK"))
NAMES = frozenset(SYMBOLS[name] for name in ("NAME", "CAPITAL", "WORD"))
# Without one of these a sentence denies nothing.
DENYING = frozenset(SYMBOLS[name] for name in ("NOT", "NO", "LACKS", "ABSENT", "THINK", "WRONG", "TYPO"))
APART = frozenset(SYMBOLS[name] for name in ("NOT", "NO", "ABSENT", "UNRELATED"))
ASKING = frozenset(SYMBOLS[name] for name in ("WHICH", "MEAN", "ASK", "OR", "COLON"))
IF, UNSURE, SEVERAL, IMPOSSIBLE, WRONG = (SYMBOLS[name] for name in "IF UNSURE SEVERAL IMPOSSIBLE WRONG".split())
IN, ROWS, NAME, THING, NOT = (SYMBOLS[name] for name in "IN ROWS NAME THING NOT".split())
# A question of so many words is the topic of what follows: "HoldCode? Not that I know."
TOPIC_WORDS = 3
TOPIC_SYMBOLS = 4
# "No rows", "No. of rows" and "No. 1" are no answers; "No.", "No, ..." and "No it has not" are.
BEHIND_NO = re.compile(r"\s*(?:[,;:!。，！-]|\.(?!\s*(?:of\b|\d))|\Z|\n)")
# A thing of a list with a question behind it is named all the same: "- Metric: is it metric?"
ITEM = re.compile(r"\s*(?:[-*•+]|\d+[.)])\s+[`'\"*\[]{0,3}[A-Za-z@]\w*[`'\"*\]]{0,3}\s*(?=[-–—:(])")
PRONOUNS = frozenset("there it the this that they es das die la il non não nie dat".split())
HEAD = re.compile(r"[\s>#*_`\"'-]*(?:h+m+,?\s+|well,?\s+|sorry,?\s+|oh,?\s+)?", re.IGNORECASE)


@dataclass(slots=True, frozen=True)
class Denial:
    """An object whose existence the prose denies. `thing`: table, column, program or empty (not said); `owner`: the
    table that is said to lack it, or empty; an empty `name` stands for "it does not exist"."""

    name: str
    thing: str = ""
    owner: str = ""


@dataclass(slots=True)
class Said:
    """What a prose says. `no`, `yes`: it begins so, or answers so in other words; `unsure`: it leaves open whether
    something exists; `several`: it says that what was asked for may be several
    things; `impossible`: that what was asked for makes no sense; `stated`: its sentences that are
    neither questions nor doubts; `offers`: what it offers in the place of what it denies, each with the denial before
    it."""

    denials: list[Denial] = field(default_factory=list)
    offers: list[tuple[Denial, Offer]] = field(default_factory=list)
    no: bool = False
    yes: bool = False
    unsure: bool = False
    no_path: bool = False
    asks_back: bool = False
    several: bool = False
    impossible: bool = False
    stated: str = ""


def hear(prose: str, known: frozenset[str] = frozenset()) -> Said:
    """What a prose says. `known`: words that are names although they do not look so (`Status`).

    >>> hear("I don't think APTH has PaidFlag.").denials
    [Denial(name='PaidFlag', thing='', owner='APTH')]
    """
    said = Said()
    found: list[Denial] = []
    unstated: list[tuple[int, int]] = []
    topic, asked, first = "", "", True
    for sentence in sentences(prose, known):
        symbols = set(sentence.symbols)
        spans: list[Span] = []
        if symbols & DENYING and not _asks_only(sentence):
            found.extend(denial for denial in _denials(sentence, topic, asked, spans) if denial not in found)
        said.unsure |= UNSURE in symbols
        said.impossible |= IMPOSSIBLE in symbols
        if sentence.question or UNSURE in symbols:
            item = ITEM.match(sentence.text)
            unstated.append((sentence.span[0] + (item.end() if item else 0), sentence.span[1]))
        if symbols & APART and not said.no_path and not sentence.question:
            said.no_path = bool(grammar(sentence.lexicon.language).no_path.search(sentence.symbols))
        said.several |= SEVERAL in symbols
        if symbols & ASKING or sentence.question:
            said.asks_back |= _asks_back(sentence)
        if first:
            said.no, said.yes = _answers(sentence)
        if found or said.no:
            denial = next((denial for denial in reversed(found) if denial.name), Denial(""))
            said.offers.extend((denial, offer) for offer in find_offers(sentence, spans))
        names = [word for symbol, word in zip(sentence.symbols, sentence.words, strict=False) if symbol == NAME]
        asked = names[0] if names and sentence.question and len(sentence.symbols) <= TOPIC_SYMBOLS else ""
        # An echo of the question is no answer yet.
        first = first and sentence.question and not (said.no or said.yes)
        topic = names[0] if names else topic
    named = [denial for denial in found if denial.name]
    said.denials = named or found[:1]
    ends = [0, *(end for _, end in unstated)]
    starts = [*(start for start, _ in unstated), len(prose)]
    said.stated = " ".join(prose[end:start] for end, start in zip(ends, starts, strict=True))
    return said


def find_denials(prose: str) -> list[Denial]:
    """The objects whose existence the prose denies, each once.

    >>> find_denials("APTH has no column InvoiceAmt. The nearest is InvTotal.")
    [Denial(name='InvoiceAmt', thing='column', owner='APTH')]
    """
    return hear(prose).denials


def _asks_only(sentence: Sentence) -> bool:
    """Why wouldn't APTH have it? A question that only asks denies nothing."""
    return sentence.question and bool(sentence.raw) and sentence.raw[0] in sentence.lexicon.asking


def _denials(sentence: Sentence, topic: str, asked: str, spans: list[Span]) -> Iterator[Denial]:
    """The denials of a sentence; `spans` is filled with the symbols that they stand on."""
    symbols = sentence.symbols
    rules = grammar(sentence.lexicon.language)
    denied = False
    for pattern in rules.denials:
        match = pattern.search(symbols)
        while match:
            if not _open(sentence, match.start()) and not _of_rows(symbols, match.end()):
                denied = True
                spans.append(match.span())
                yield from _read(sentence, match, topic, asked)
            # What one pattern has read is no other's: "column X of APTH does not exist" does not deny APTH.
            size = match.end() - match.start()
            symbols = symbols[: match.start()] + "." * size + symbols[match.end() :]
            match = pattern.search(symbols, match.end()) if size else None
    if denied:
        return
    nameless = rules.nameless.search(symbols)
    if nameless and not _open(sentence, nameless.start()) and NAME not in symbols[: nameless.end()]:
        yield Denial(asked)


def _open(sentence: Sentence, start: int) -> bool:
    """Whether a condition or a doubt before this place keeps it from being said."""
    before = sentence.symbols[:start]
    if UNSURE in before:
        return True
    clause = max((before.rfind(stop) for stop in STOPS), default=-1) + 1
    return IF in before[clause:] or WRONG in before[clause:]


def _of_rows(symbols: str, end: int) -> bool:
    """There is no Vendor in the result: said of rows."""
    return symbols[end : end + 2] == IN + ROWS or symbols[max(0, end - 2) : end] == IN + ROWS


def _read(sentence: Sentence, match: re.Match[str], topic: str, asked: str) -> Iterator[Denial]:
    groups = match.re.groupindex
    if "asked" in groups:
        start = match.start("asked")
        if sentence.symbols[start] == NOT:
            # "PaidFlag? Not in APTH." Behind a statement the same says where else something is not.
            if asked:
                yield Denial(asked, "", sentence.words[match.start("owner")])
            return
        # JobStatus is in JCJM and not in JCCM, which does not have it
        before = (sentence.words[place] for place in range(match.start()) if sentence.symbols[place] == NAME)
        topic = topic or next(before, "")
        yield Denial(topic, sentence.kinds[start], sentence.words[match.start("owner")] if topic else "")
        return
    start, end = match.span("object")
    names = [sentence.words[place] for place in range(start, end) if sentence.symbols[place] in NAMES]
    kinds = (sentence.kinds[place] for place in range(match.start(), match.end()) if sentence.symbols[place] == THING)
    inside = [sentence.kinds[place] for place in range(start, end) if sentence.symbols[place] == THING]
    thing = inside[0] if inside else next(kinds, "")
    owner = match["owner"] and sentence.words[match.start("owner")] if "owner" in groups else ""
    if "topic" in groups and match["topic"]:
        owner = topic
    for name in names:
        yield Denial(name, thing, "" if thing in ("table", "program") or not owner else owner)


def _answers(sentence: Sentence) -> tuple[bool, bool]:
    """Whether a sentence says no, and whether it says yes."""
    raw, lexicon = sentence.raw, sentence.lexicon
    head = HEAD.match(sentence.text)
    rest_of = sentence.text[head.end() if head else 0 :]
    for size, words in _no_words().items():
        if rest_of[:size].lower() in words:
            behind = rest_of[size:]
            next_word = re.match(r"\s+(\w+)", behind)
            if BEHIND_NO.match(behind) or (next_word and next_word[1].lower() in PRONOUNS):
                return True, False
    for start in range(min(len(raw), TOPIC_WORDS)):
        if begins(lexicon.says_no, raw, start):
            return True, False
    agrees = begins(lexicon.yes, raw) if raw else []
    # "There is no table" begins as "There is" does.
    return False, any(len(phrase) == 1 or not DENYING & set(sentence.symbols) for phrase in agrees)


@cache
def _no_words() -> dict[int, frozenset[str]]:
    """Of all languages, by their length: a single word does not say which it is of."""
    words = frozenset(word for lexicon in lexicons().values() for word in lexicon.no)
    return {size: frozenset(word for word in words if len(word) == size) for size in sorted({*map(len, words)})}


def _asks_back(sentence: Sentence) -> bool:
    """A choice of what is meant, in a question or a request."""
    return bool(grammar(sentence.lexicon.language).asks.search(sentence.symbols))
