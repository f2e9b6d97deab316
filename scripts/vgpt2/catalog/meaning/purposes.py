"""Header comments: the purpose that they state. An author, a date, a change log or a statement is never one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from vgpt2.catalog.meaning.lists import headers, messages
from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Finding, Program
from vgpt2.sqltext.scan import scan

_BODY = frozenset("SELECT DECLARE INSERT UPDATE DELETE IF EXEC EXECUTE RETURN MERGE WHILE TRUNCATE PRINT".split())
# Behind these such a word belongs to the head: FOR INSERT, UPDATE; INSTEAD OF DELETE; WITH EXECUTE AS.
_HEAD_GOES_ON = frozenset(("FOR", "AFTER", "OF", ",", "WITH"))
_EDGE = re.compile(r"^[\s*=#/~+_|-]+|[\s*=#/~+_|-]+$")
_LABEL = re.compile(r"([^\W\d_](?:[^\W\d_]|[' /]){1,28}?)\s*(?:\(s\))?[\s.]*(?::|\s-\s|-{2,}|=|\|)\s*(.*)$")
# <summary>, and @description as other languages have it; a parameter has a type behind it.
_TAG = re.compile(r"<(?P<tag>[a-z]+)(?:\s[^<>]*)?>\s*(?P<rest>.*)$", re.IGNORECASE)
_AT = re.compile(r"@(?P<tag>[a-z]+):?\s+(?P<rest>(?!\w+\s*\(|(?:\w*int|bit|date\w*|money|text|b[A-Z])\b)\S+\s.*)$")
_END_TAG = re.compile(r"\s*</[a-z]+>$", re.IGNORECASE)
_FILE = re.compile(r"[\w.-]+\.sql\s*(?:-+|:)\s*", re.IGNORECASE)
# Labels of who and when: an empty line ends them, also where nothing stands beside them.
_WHO = re.compile(
    r"creat|modif|^mods?$|^mod |author|revis|chang|alter|date|\bby$|aut(?:or|eur)|erstell|ge(?:ä|ae)ndert"
    r"|\b(?:von|am|par|le|por|da|door)$"
)
_TEXT = 400  # characters
HEAD = 8000
Section = tuple[str, list[str]]  # label in lower case, lines


def mine(program: Program) -> Iterator[Finding]:
    """The purpose of the program."""
    text = purpose(program.text)
    if text and program.kind != "table":
        yield ["purpose", "header", 1, text]
    if text and program.kind == "trigger":
        lists = messages()
        for thing in filter(None, map(clean, lists.things(lists.trigger_of, text))):
            yield ["title", "header", 1, thing, []]


def purpose(text: str) -> str:
    """What the header of a program says that it is for, on one line; '' where it says nothing of it.

    Args:
        text: the whole CREATE statement, with the comments around its head.
    """
    sections: list[Section] = []
    for comment in _header(text):
        sections += _sections(comment)
    lists = headers()
    for labels in (lists.purpose, lists.usage):
        for label in labels:
            for found, lines in sections:
                if found == label and (said := _said(lines, 2)):
                    return said
    return next((said for label, lines in sections if not label and (said := _said(lines, 3))), "")


def says_purpose(text: str) -> str:
    """A description without the lines that are no purpose: an author's, a date's; '' where nothing is left."""
    if not any(_says_nothing(line) or _label(line)[0] for line in text.splitlines()):
        return text
    return purpose("/*\n" + text.replace("*/", "") + "\n*/")


def _header(text: str) -> Iterator[str]:
    """The comments before the body; lines of `--` that follow one another are one. Behind SET only a block can be a
    header: a line there is about the code below it."""
    lines: list[str] = []
    end, depth, settings, before = -1, 0, False, ""
    for token in scan(text[:HEAD], comments=True):
        if token.kind != "comment":
            if token.upper in _BODY and before not in _HEAD_GOES_ON:
                break
            before = token.upper or token.text
            depth += (token.text == "(") - (token.text == ")")
            settings = settings or token.upper == "SET"
            continue
        if depth > 0 or (settings and token.text.count("\n") < 3):
            continue
        if token.text.startswith("--"):
            if lines and text[end : token.start].strip(" \t\r") not in ("", "\n"):
                yield "\n".join(lines)
                lines = []
            lines.append(token.text)
            end = token.end
            continue
        if lines:
            yield "\n".join(lines)
            lines = []
        yield token.text
    if lines:
        yield "\n".join(lines)


def _sections(comment: str) -> Iterator[Section]:
    """The lines of a comment under their labels; those before the first one, and behind an empty line, under none."""
    label, lines, short = "", list[str](), False
    for raw in comment.splitlines():
        line = (
            _FILE.sub("", _EDGE.sub("", raw).strip(), count=1) if ".sql" in raw.lower() else _EDGE.sub("", raw).strip()
        )
        closed = _END_TAG.search(line)
        line = line[: closed.start()] if closed else line
        if not line:
            if short or (
                not lines and _WHO.search(label)
            ):  # what stood beside its label ends with an empty line, what stood below does not
                yield label, lines
                label, lines, short = "", [], False
            elif lines:
                lines.append("")
            continue
        found, rest = _label(line)
        if found:
            yield label, lines
            label, lines = found, [rest] if rest else []
            short = bool(rest)
        elif short and _WHO.search(label) and _opens(line):
            yield label, lines
            label, lines, short = "", [line], False
        else:
            lines.append(line)
    yield label, lines


@cache
def _labels() -> frozenset[str]:
    lists = headers()
    return frozenset((*lists.purpose, *lists.usage, *lists.passed_over))


def _label(line: str) -> tuple[str, str]:
    """The label that a line begins with, in lower case, and the rest; an unknown one in capitals counts too."""
    tagged = _TAG.match(line) or _AT.match(line)
    if tagged and tagged["tag"].lower() in _labels():
        return tagged["tag"].lower(), tagged["rest"].strip()
    low = line.lower().rstrip(": ")
    if low in _labels():
        return low, ""
    found = _LABEL.match(line)
    if found:
        label = found[1].strip().lower()
        if label in _labels() or (found[1].isupper() and len(label) > 3):
            return label, found[2].strip()
    return "", ""


@cache
def _nothing() -> re.Pattern[str]:
    return re.compile("|".join(headers().no_purpose), re.IGNORECASE)


def _opens(line: str) -> bool:
    """Whether a line begins as purposes do, and as no entry of a change log does."""
    return bool(re.match(headers().opens, line))


def _says_nothing(line: str) -> bool:
    return bool(_nothing().search(line))


def _said(lines: list[str], least: int) -> str:
    """The first paragraph of these lines that has so many words."""
    paragraph: list[str] = []
    called = logged = False
    for line in [*lines, ""]:
        # A change log goes on under its first line.
        logged = logged and not _opens(line)
        if logged:
            continue
        if called and line[:1].islower():
            continue  # the line above goes on
        called = bool(line) and line[-1] not in ".:" and bool(re.match(headers().called_from, line, re.I))
        if not line or _says_nothing(line) or re.match(headers().called_from, line, re.I):
            if said := _sentence(paragraph, least):
                return said
            paragraph = []
            logged = bool(line) and _says_nothing(line)
        else:
            paragraph.append(line)
    return ""


def _sentence(lines: list[str], least: int) -> str:
    text = " ".join(" ".join(lines).split())
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) < least or (not any(word.lower() == word for word in words) and not text.isupper()):
        return ""
    if len(text) > _TEXT:
        cut = max(text.rfind(". ", 0, _TEXT), text.rfind("; ", 0, _TEXT))
        text = text[: cut + 1] if cut > 0 else ""
    return text.rstrip()
