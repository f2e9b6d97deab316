"""A question with stand-ins for what it is about: mentions of names, literals and words of a class, and what they tell.

Stand-ins are single characters, so that a pattern can say "a name, then a comparison, then a literal".
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from vgpt2.catalog.business_words import column_words, table_words
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.plain_words import PlainWords, plain_columns
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.words import (
    AGGREGATES,
    CLASS,
    COMPARES,
    LITERAL,
    MENTION,
    MONTH,
    NUMBER,
    STATES,
    C,
    L,
    M,
    word_lists,
)

IDENTIFIER = re.compile(r"(?<![\w@])(?:\w*[a-z0-9][A-Z_]\w*|[A-Z]{2,}\w*|[A-Za-z]\w*\d\w*)(?!\w)")
QUOTED = re.compile(r"(?<!\w)'(.+?)'(?!\w)")
WORD = re.compile(r"[^\W\d_][\w'-]*")


@dataclass(slots=True)
class Phrases:
    """What to look for in both texts: a pattern, and for each phrase its key and whether it is a name or a literal."""

    pattern: re.Pattern[str]
    of: dict[str, tuple[str, str]]  # phrase -> (kind: name, words, literal or meant; key)


def phrases_of(example: Example, catalog: Catalog) -> Phrases:
    """The names, business words and quoted texts that the original holds."""
    question = example.question
    found: dict[str, tuple[str, str]] = {"company": ("words", "company")}
    tables = [catalog.by_qualified[name] for name in example.tables]
    for table in tables:
        found.setdefault(table_words(catalog, table).lower(), ("words", table.name))
        found.setdefault(PlainWords.of(catalog).table(table).lower(), ("words", table.name))
        plain = plain_columns(catalog, table, {})
        for column in table.columns:
            if f"{table.qualified}.{column.name}" in example.objects:
                found.setdefault(column_words(catalog, column, table).lower(), ("words", column.name))
                found.setdefault(plain.get(column.name, "").lower(), ("words", column.name))
                found[column.name] = ("name", column.name)
                found |= {words: ("meant", words) for words in _meant(example, catalog, table, column)}
        found[table.name] = found[catalog.sql_name(table)] = ("name", table.name)
    for name in IDENTIFIER.findall(question):
        found.setdefault(name, ("name", name))
    quoted = [part.replace("''", "'").strip("%") for part in re.findall(r"'((?:[^']|'')*)'", example.sql)]
    for part in [*quoted, *QUOTED.findall(question)]:
        # Dates and months have their own pattern.
        if part and not re.fullmatch(r"[\d-]+", part):
            found[part] = ("literal", part)
    held = {
        phrase: what
        for phrase, what in found.items()
        if phrase and re.search(_pattern(phrase, what[0]), question)
    }  # fmt: skip
    order = sorted(held, key=lambda phrase: (-len(phrase), held[phrase][0] == "words", phrase))
    return Phrases(re.compile("|".join(_pattern(phrase, held[phrase][0]) for phrase in order) or "(?!)"), held)


def _meant(example: Example, catalog: Catalog, table: Table, column: Column) -> set[str]:
    """What the values mean with which the query compares a column: "on hold" stands for 2, and is as much a part of
    the question."""
    compared = re.findall(
        rf"\b{re.escape(column.name)}\b\]?\s*(?:=|<>|IN\b)\s*(\([^()]*\)|N?'[^']*'|-?\d+)", example.sql
    )
    values = {value.strip("N' ") for part in compared for value in part.strip("()").split(",")}
    said = catalog.said_values(table, column.name)
    return {words[0][0].lower() for value, words in said.items() if value in values}


def _pattern(phrase: str, kind: str) -> str:
    text = re.escape(phrase)
    if kind == "meant":
        return rf"(?<![\w@])(?i:{text})(?!\w)"
    return rf"(?<![\w@])(?i:{text}(?:e?s)?)(?!\w)" if kind == "words" else rf"(?<![\w@]){text}(?!\w)"


@dataclass(slots=True)
class Masked:
    """A question with stand-ins. `mentions`, `literals`: by key, how often; `exact`: keys that go by their own name."""

    original: str
    phrases: Phrases
    text: str = ""
    mentions: Counter[str] = field(default_factory=Counter)
    exact: set[str] = field(default_factory=set)
    literals: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = self.phrases.pattern.sub(self._phrase, self.original)
        # `invoice date (InvDate)` is one mention.
        text = re.sub(rf"({M}) \(({M})\)", lambda m: m[1] if self._key(m[1]) == self._key(m[2]) else m[0], text)
        self.mentions = Counter(self._key(char) for char in re.findall(M, text))
        text = re.sub(rf"{MONTH}|@\w+|\d{{4}}-\d\d-\d\d|(?<![\w.])(?:{NUMBER})(?!\w)", self._value, text)
        self.literals = Counter(self.values[ord(char) - LITERAL] for char in re.findall(L, text))
        text = re.sub(rf"'({L})'|\"({L})\"", lambda m: m[1] or m[2], text)
        for number, words in enumerate(word_lists().classes):
            text, self.classes[words.name] = words.pattern.subn(chr(CLASS + number), text)
        self.text = text

    def _phrase(self, match: re.Match[str]) -> str:
        said = match[0]
        kind, key = self.phrases.of.get(said) or self.phrases.of.get(said.lower()) or self._plural(said.lower())
        if kind in ("literal", "meant"):
            return self._literal(key)
        if kind == "name":
            self.exact.add(key)
        if key not in self.keys:
            self.keys.append(key)
        return chr(MENTION + self.keys.index(key))

    def _plural(self, said: str) -> tuple[str, str]:
        return self.phrases.of.get(said.removesuffix("s")) or self.phrases.of[said.removesuffix("es")]

    def _value(self, match: re.Match[str]) -> str:
        said = match[0]
        if re.fullmatch(NUMBER, said):
            thousands = Decimal(1000 if said.endswith("k") else 1)
            return self._literal(f"{(Decimal(said.rstrip('k').replace(',', '')) * thousands).normalize():f}")
        return self._literal(said if said[0] == "@" else " ".join(said.replace(",", "").lower().split()))

    def _literal(self, key: str) -> str:
        if key not in self.values:
            self.values.append(key)
        return chr(LITERAL + self.values.index(key))

    def _key(self, char: str) -> str:
        return self.keys[ord(char) - MENTION]

    def words(self) -> list[str]:
        """The words that nothing stands for, in lower case."""
        return [word.lower().removesuffix("'s") for word in WORD.findall(self.text)]

    def inner_words(self) -> set[str]:
        """Capitalised words that stand in a sentence, not at its start."""
        starts = r"(?:^|[.?!:]\s+)['\"]?$"
        # Words of classes are masked by now, but may be names: looked at where only the mentions are gone.
        text = self.phrases.pattern.sub(" ", self.original)
        found = re.finditer(r"(?<![\w@])[A-Z]\w+", re.sub(MONTH, "", text))
        return {match[0] for match in found if not re.search(starts, match.string[: match.start()])}

    def sorted_by(self) -> list[tuple[str, ...]]:
        """The names that the question sorts by, for each time that it does."""
        order = char_of("order")
        pattern = rf"{order}(?: of|[^{order}.?!]{{0,60}}? (?:by|on)) (?:the )?({M}(?:(?:,| and|, and) {M})*)"
        return sorted(tuple(map(self._key, re.findall(M, match[1]))) for match in re.finditer(pattern, self.text))

    def listed(self, tables: set[str]) -> set[str]:
        """Those of the tables that stand in a list with other names, as if they were columns."""
        found = re.findall(rf"(?=({M})(?:,| and|, and) ({M}))", self.text)
        pairs = [(self._key(first), self._key(second)) for first, second in found]
        return {name for pair in pairs if "company" not in pair for name in pair} & tables

    def order_of(self, names: set[str]) -> list[str]:
        """Those of the names that are mentioned, in the order of their first mention."""
        return [key for key in self.keys if key in names]

    def difference(self) -> list[tuple[str, str]]:
        """(from, what is taken off) for each difference of two names."""
        minus = char_of("minus")
        straight = re.findall(rf"({M}) {minus} ({M})", self.text)
        turned = [(b, a) for a, b in re.findall(rf"{minus} ({M}) (?:from|off) ({M})", self.text)]
        return sorted((self._key(a), self._key(b)) for a, b in straight + turned)

    def conditions(self, tables: set[str], loose: bool) -> set[tuple[str, tuple[str, ...], str]]:
        """(name, words of comparison, literal) where a name is compared; with `loose`, wherever they stand together.

        That a name is filled or empty is a condition without a literal.
        """

        def bare(match: re.Match[str]) -> str:
            return match[1] if self._key(match[2]) in tables else match[0]

        # `unit cost of APTL is 5` is about the column.
        text = re.sub(rf"({M}) (?:of|in|from) (?:table )?({M})", bare, self.text)
        names, literals, states = M[1:-1], L[1:-1], chars_of(STATES)
        found: set[tuple[str, tuple[str, ...], str]] = {
            (self._key(match[1]), (class_of(match[2]),), "")
            for match in re.finditer(rf"({M})[^{names}{literals}.?!]{{0,25}}({states})", text)
        }
        for match in re.finditer(rf"({M})([^{names}{literals}.?!]{{0,40}})({L})(?: ({C}))?", text):
            words = self._compares(match[2] + (match[4] or ""))
            if loose or words or re.search(r"\bis\b|=|\bequals\b|\bin\b", match[2]) or not match[2].strip():
                found.add((self._key(match[1]), words, self.values[ord(match[3]) - LITERAL]))
        if loose:
            for match in re.finditer(rf"({states})[^{names}{literals}.?!:]{{0,8}}({M})", text):
                found.add((self._key(match[2]), (class_of(match[1]),), ""))
            for match in re.finditer(rf"(?:({C}) )?({L})(?: ({C}))?(?: (?:for|of|as|in))? ({M})", text):
                words = self._compares((match[1] or "") + (match[3] or ""))
                found.add((self._key(match[4]), words, self.values[ord(match[2]) - LITERAL]))
        return found

    def _compares(self, text: str) -> tuple[str, ...]:
        names = [class_of(char) for char in re.findall(C, text)]
        return tuple(sorted(name for name in names if name in COMPARES))

    def roles(self) -> tuple[set[str], set[str]]:
        """Names beside a word of aggregation, and names that rows are grouped by."""
        aggregate = chars_of(AGGREGATES)
        measured = re.findall(rf"{aggregate}(?: (?:of|the|values?|each))* ({M})", self.text)
        measured += re.findall(rf"({M})(?: (?:in|on))? (?={aggregate}(?! (?:of )?{M}))", self.text)
        grouped = re.findall(rf"\b(?:by|per|each|every) (?:the )?({M})", self.text)
        return set(map(self._key, measured)), set(map(self._key, grouped))

    def owners(self, tables: set[str]) -> set[tuple[str, str]]:
        """(column, table) where the text says of which of these tables a column is."""
        pattern = rf"({M}(?:(?:,| and|, and) {M})*) (?:of|from|in|out of) (?:the |table )*({M})"
        return {
            (self._key(char), self._key(match[2]))
            for match in re.finditer(pattern, self.text)
            for char in re.findall(M, match[1])
            if self._key(match[2]) in tables
        }


def chars_of(names: tuple[str, ...]) -> str:
    return f"[{''.join(map(char_of, names))}]"


def char_of(name: str) -> str:
    return chr(CLASS + next(number for number, words in enumerate(word_lists().classes) if words.name == name))


def class_of(char: str) -> str:
    """The name of the class that a character stands for."""
    return word_lists().classes[ord(char) - CLASS].name
