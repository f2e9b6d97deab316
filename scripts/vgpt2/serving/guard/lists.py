"""The word lists and patterns of the guard (`guard.yaml`), and texts as they are compared with them."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from pathlib import Path

from vgpt2.database_settings import Strict, Text
from vgpt2.yaml_file import read_yaml_file

# Signs of currencies but the dollar: within a name, and at its beginning, the server takes them for letters.
MONEY = "\u00a2-\u00a5\u09f2\u09f3\u0e3f\u17db\u20a0-\u20c0"
_PART = rf'(?:\[[^\]]{{1,128}}\]|"[^"\n]{{1,128}}"|[@#]{{0,2}}(?:[^\W\d]|[{MONEY}])[\w@$#{MONEY}]{{0,127}})'
_NAME = rf"(?:\.\s{{0,3}}){{0,3}}{_PART}(?:\s{{0,3}}\.\s{{0,3}}{_PART}?){{0,4}}"


class LookAlikes(Strict):
    """Letters, and those that they look like, place by place."""

    given: Text
    like: Text


class Lists(Strict):
    """The file as it stands."""

    statements: dict[Text, list[str]]
    procedure: Text
    tools: list[Text]
    tool_values: Text
    remote: dict[Text, Text]
    system_schemas: list[Text]
    system_functions: list[Text]
    system_procedures: list[Text]
    system_tables: Text
    server_functions: Text
    functions_of_another: Text
    look_alikes: LookAlikes


@cache
def lists() -> Lists:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("guard.yaml")).check(Lists)


def statement_in(text: str) -> str:
    """The first statement in a text that is no query, wherever it begins; '' where there is none. The time goes by the
    length of the text, whatever stands in it."""
    text = _RUNS.sub(_one_blank, text)
    bare = _LINE_COMMENT.sub(" ", text)
    # as it stands, with its numbers apart from the words behind them, and without comments between its words
    return next(filter(None, map(_statement_in, dict.fromkeys((text, _GLUED.sub(r"\g<0> ", bare), bare)))), "")


def _statement_in(text: str) -> str:
    forms = _forms()
    if not forms.keys().isdisjoint(map(str.upper, set(_WORDS.findall(text)))):  # seldom, and to see it is far faster
        for word in _WORDS.finditer(text):
            form = forms.get(word.group().upper())
            if form and (found := form.match(text, word.end())):
                return text[word.start() : found.end()]
    found = _procedure().search(text)
    return found.group() if found else ""


# A word that goes on a name with a sign of its own begins no statement.
_WORDS = re.compile(r"(?<![\w@#$.])[^\W\d]\w*+")
# A number, or a sign of a currency, ends where the server reads its end: in `0xSHUTDOWN` and `1SHUTDOWN` a word begins.
_GLUED = re.compile(
    rf"(?<![\w@#$])(?:0[xX][0-9a-fA-F]*+|[${MONEY}]?\d++(?:\.\d*+)?(?:[eE][-+]?\d++)?|[${MONEY}])(?=[^\W\d])"
)
_LINE_COMMENT = re.compile(r"--[^\n\r]*+")
_RUNS = re.compile(r"\s{2,}|[^\S \r\n]")


def _one_blank(run: re.Match[str]) -> str:
    return next((sign for sign in "\n\r" if sign in run.group()), " ")


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    """What follows the first word of a statement, by that word."""
    found: dict[str, list[str]] = {}
    for words, patterns in lists().statements.items():
        for word in words.split():
            found.setdefault(word, []).extend(f"(?:{_with_names(pattern)})" for pattern in patterns)
    return {word: re.compile("|".join(patterns), re.IGNORECASE | re.MULTILINE) for word, patterns in found.items()}


def _with_names(pattern: str) -> str:
    """Before a name in brackets or quotation marks white space may be left out: `DROP TABLE[APVM]`."""
    return pattern.replace(r"\s+", r"(?:\s+|(?=[\[\"]))").replace("NAME", _NAME)


@cache
def _procedure() -> re.Pattern[str]:
    return re.compile(lists().procedure, re.IGNORECASE | re.MULTILINE)


@cache
def tool_pattern() -> re.Pattern[str]:
    """A line that a tool that sends scripts takes for a command of its own."""
    return re.compile(rf"^[ \t]*(?:{'|'.join(lists().tools)})", re.IGNORECASE | re.MULTILINE)


@cache
def tool_value() -> re.Pattern[str]:
    """What such a tool puts a value of its own into."""
    return re.compile(lists().tool_values)


@cache
def system_tables() -> frozenset[str]:
    """Names of the server's own tables, in lower case."""
    return frozenset(lists().system_tables.split())


@cache
def server_words() -> dict[str, str]:
    """Functions that tell of the server itself, in capitals: `function`, or `of another` (with an argument only)."""
    known = lists()
    kinds = {"function": known.server_functions, "of another": known.functions_of_another}
    return {word: kind for kind, words in kinds.items() for word in words.split()}


@cache
def _plain() -> dict[int, str]:
    alike = lists().look_alikes
    return str.maketrans(dict(zip(alike.given, alike.like, strict=True)))


# Marks of HTML and Markdown between letters; `a < b` and `a * b` are none.
_MARKS = re.compile(
    r"</?(?:b|i|em|strong|u|s|p|br|tt|kbd|pre|code|samp|span|div|sql|font|li|ul|ol|td|th|tr|table|h[1-6]|a)"
    r"(?:\s+[\w-]{1,40}\s{0,3}=[^<>\n]{0,200})?\s{0,3}/?>|\*\*|(?<!\w)__|__(?!\w)|<!--|-->",
    re.IGNORECASE,
)


def unmarked(text: str) -> str:
    """A text as a page shows it: entities of HTML as their letters, and without marks."""
    if "&" in text:
        text = html.unescape(text)
    return _MARKS.sub("", text) if "<" in text or "**" in text or "__" in text or "-->" in text else text


def plain(text: str) -> str:
    """A text as the eye reads it: wide letters and those of other scripts as the Latin ones that they look like, and
    without what has no width."""
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text).translate(_plain())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in ("Cf", "Mn"))
