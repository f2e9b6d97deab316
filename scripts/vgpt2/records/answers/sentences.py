"""Prose as sentences of symbols: what is written like a name, the words of the lists, and signs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from vgpt2.records.answers.lexicon import LONGEST_PHRASE, SYMBOLS, UNSPACED, Lexicon, languages_by_word, lexicons
from vgpt2.records.answers.ordinary import ordinary
from vgpt2.sqltext.names import RESERVED

_PART = r"(?:\[[^\]\n]{1,128}\]|[@#]{0,2}[A-Za-z_][A-Za-z0-9_$#@]*)"
_NAME = rf"{_PART}(?:\.{_PART}){{0,3}}"
# Letters of the languages that part their words by blanks: Latin and Cyrillic.
_LETTERS = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
_UNSPACED = "\u3005-\u30ff\u3400-\u9fff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
TOKEN = re.compile(
    rf"(?<![A-Za-z0-9_])(?P<mark>[`'\"“„«]|\*{{1,3}})(?P<quoted>{_NAME})(?:(?P=mark)|[”“»])(?![A-Za-z0-9_])"
    r"|(?P<not>n't\b)|(?P<tail>'[a-z]{1,2}\b)"
    # `n'existe`, `c'è`, `dell'`: two words
    rf"|(?P<elided>(?<![{_LETTERS}])[{_LETTERS}]{{1,5}}')(?=(?!(?:s|t|m|d|re|ve|ll)\b)[{_LETTERS}])"
    rf"|(?P<word>(?:does|is|do|did|was|are|has|have|had|wo|would|ca|could|should|were|must|need)(?=n't\b)"
    rf"|{_NAME}(?![{_LETTERS[3:]}])|[{_LETTERS}][{_LETTERS}0-9_-]*)"
    rf"|(?P<run>[{_UNSPACED}]+)|(?P<number>\d[\d.,]*)|(?P<sign>[,:()|/?，、：（）？–—]|(?<=\s)-(?=\s)|->|→)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(rf"\b(?:GROUP|ORDER|PARTITION) BY\s+[`*]*{_NAME}[`*]*(?:\s*,\s*[`*]*{_NAME}[`*]*)*")
# "APTX is not here", "is not stored anywhere": "here" alone says nothing, behind "not" all.
_HERE = r"(?:(?:stored|kept|tracked|recorded|held) )?(?:here|anywhere)\b"
_NOT_HERE = re.compile(rf"(?<=\bnot ){_HERE}|(?<=n't ){_HERE}", re.IGNORECASE)
# The sign that ends a sentence; a list behind a colon goes on, "No. of rows" and "No. 1" do.
# A question mark in brackets ends none: "Metric (is it metric?), UNECECode".
SENTENCE = re.compile(
    r"[.!?;。！？；\n](?:(?<=[。！？；\n])|(?<=[.!?;])(?=[\s\"'*_])(?!\s*(?:of\b|\d))|(?<=\?)(?=[A-Z]))"
)
COMMAS, COLONS = frozenset(",，、"), frozenset(":：")
SHAPED = re.compile(
    r"[A-Za-z0-9$#@]*[a-z0-9][A-Z][\w$#@]*\Z|[A-Z]{2,}[a-z0-9][\w$#@]*\Z|[A-Z][A-Z0-9]{2,}\Z|\w+_\w*\Z|[@#].+\Z"
)
MOST_TOKENS = 120
LONGEST_NAME = 4 * 128
# Of a sentence without a letter so much is read: it says nothing, but that it stands there.
LONGEST_SIGNS = 400
_LETTER = re.compile(r"[^\W\d_]")
# Upper-case words that are names of no database.
NO_NAMES = frozenset(ordinary().no_names.split())


@dataclass(slots=True)
class Sentence:
    """A sentence: `symbols`, one letter each (`lexicon.SYMBOLS`), ending in END; `words`: what stands for each of
    them; `kinds`: of things; `raw`: all its words in lower case, signs left out."""

    lexicon: Lexicon
    symbols: str
    words: list[str]
    kinds: list[str]
    raw: list[str] = field(default_factory=list)
    question: bool = False
    text: str = ""
    span: tuple[int, int] = (0, 0)


def sentences(prose: str, known: frozenset[str] = frozenset()) -> Iterator[Sentence]:
    """The sentences of a prose, each in the language that most of its words are of; of two alike, that of the sentence
    before. `known`: words that are names although they do not look so (`Status`)."""
    before, start = "en", 0
    # Most texts have none of these, and a text may have ten thousand sentences.
    clauses, not_here = bool(_CLAUSE.search(prose)), bool(_NOT_HERE.search(prose))
    for match in chain(SENTENCE.finditer(prose), [None]):
        place, end = start, match.end() if match else len(prose)
        start = end
        if match and match.group() == "\n":
            end = match.start()
        text = prose[place:end]
        if clauses:
            # "GROUP BY Vendor is missing" says nothing of the column; spaces keep every place.
            text = _CLAUSE.sub(lambda clause: "clause".ljust(len(clause.group())), text)
        bare = text.strip()
        # A letter alone says nothing; ten thousand lines of one are read as fast as a line.
        if not bare or (len(bare) == 1 and bare.isascii()):
            continue
        if not_here:
            text = _NOT_HERE.sub("there", text)
        read = text if _LETTER.search(text) else text[:LONGEST_SIGNS]
        tokens = list(islice(TOKEN.finditer(read), MOST_TOKENS))
        if not tokens:
            continue
        lexicon = _language(tokens, before)
        before = lexicon.language
        found = _sentence(tokens, lexicon, text, known)
        found.span = (place, end)
        yield found


def _language(tokens: list[re.Match[str]], before: str) -> Lexicon:
    known = lexicons()
    runs = "".join([token.group() for token in tokens if token.lastgroup == "run"])
    if runs:
        return known["ja" if re.search("[\u3041-\u30fa]", runs) else "zh"]
    knowing = languages_by_word()
    words = {token.group().lower() for token in tokens if token.lastgroup != "sign"}
    first = "en" if before in UNSPACED else before
    counts = Counter(chain.from_iterable([knowing[word] for word in words if word in knowing]))
    if not counts:
        return known[first]
    return known[max((first, *known), key=counts.__getitem__)]


def _sentence(tokens: list[re.Match[str]], lexicon: Lexicon, text: str, known: frozenset[str]) -> Sentence:
    question = text.rstrip("\"'*_) ").endswith(("?", "？"))
    found = Sentence(lexicon, "", [], [], question=question, text=text)
    items: list[tuple[str, str]] = []  # a word in lower case (or empty) and the token
    for token in tokens:
        kind, said = token.lastgroup, token.group()
        if kind == "run":
            items.extend((char, char) for char in said)
        elif kind in ("sign", "quoted", "number"):
            items.append(("", said))
        elif said in known:
            items.append(("", f"[{said}]"))
        else:
            items.append((said.lower(), said))
    found.raw = [word for word, _ in items if word]
    symbols: list[str] = []
    for symbol, word, kind in _symbols(items, lexicon):
        symbols.append(symbol)
        found.words.append(word)
        found.kinds.append(kind)
    found.symbols = "".join(symbols) + SYMBOLS["END"]
    return found


def _symbols(items: list[tuple[str, str]], lexicon: Lexicon) -> Iterator[tuple[str, str, str]]:
    if lexicon.spaced:
        items = [item for item in items if item[0] not in lexicon.fillers]
    words = [word for word, _ in items]
    place = 0
    while place < len(items):
        word, token = items[place]
        if not word:
            yield _sign(token), _bare(token), ""
            place += 1
            continue
        if lexicon.spaced or not word.isascii():
            size, symbol, kind = _phrase(words, place, lexicon)
            if size:
                if symbol:
                    yield symbol, " ".join(words[place : place + size]), kind
                place += size
                continue
        yield _shape(token), _bare(token), ""
        place += 1


def _phrase(words: list[str], place: int, lexicon: Lexicon) -> tuple[int, str, str]:
    """How many words, the symbol (empty: a filler) and the kind; 0 words: none."""
    if lexicon.spaced:
        return lexicon.at(words, place) or (0, "", "")
    for size in range(LONGEST_PHRASE + 6, 0, -1):
        text = "".join(words[place : place + size])
        if len(text) != size:  # a sign or a name is among them
            continue
        if (found := lexicon.phrases.get(text)) is not None:
            return size, found[0][1], found[0][2]
        if text in lexicon.fillers:
            return size, "", ""
    return 0, "", ""


def _sign(token: str) -> str:
    if token in COMMAS:
        return SYMBOLS["COMMA"]
    if token in COLONS:
        return SYMBOLS["COLON"]
    if token in "?？":
        return SYMBOLS["ASKED"]
    if token[0].isdigit():
        return SYMBOLS["WORD"]
    return SYMBOLS["NAME"] if re.search("[A-Za-z_]", token) else SYMBOLS["MARK"]


def _shape(token: str) -> str:
    if _named(token):
        return SYMBOLS["NAME"]
    return SYMBOLS["CAPITAL"] if token[0].isupper() else SYMBOLS["WORD"]


def _named(token: str) -> bool:
    if len(token) > LONGEST_NAME or token in NO_NAMES or (token.isupper() and token in RESERVED):
        return False
    return "[" in token or "." in token or bool(SHAPED.match(token))


def _bare(token: str) -> str:
    return re.sub(r"[\[\]`'\"“”„«»*]", "", token).strip(".")
