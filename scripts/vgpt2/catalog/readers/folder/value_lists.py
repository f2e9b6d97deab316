"""What a document's section `## Values` says: lines, lists within lists, tables and headings, each about a column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from vgpt2.catalog.meaning.documented import documented_values, is_past, marked, meant
from vgpt2.catalog.readers.folder.markdown import table_rows

_SECTIONS = frozenset(
    ("values", "allowed values", "valid values", "column values", "possible values", "code values", "codes")
)
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<title>.*?)\s*#*\s*$")
# "Status values", "Values of Status": the column stands in the heading.
_OF_ONE = re.compile(
    r"(?:(?:allowed |valid |possible |code )?(?:values|codes) (?:of|for) (?P<of>\S+)|(?P<one>\S+) (?:values|codes))",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?P<indent>\s*)[-*+•]\s+(?P<text>.*)$")
# The column, and behind a sign what is said of it: `Status` (tinyint) - 1 open, 2 on hold.
_LINE = re.compile(r"(?P<names>[^:=–—|]*?[^:=–—|\s])\s*(?::|\s-{1,2}>?\s|\s[–—→]\s|\s?=\s?)\s*(?P<rest>.*)$")
# Status 1 = Open
_ONE_VALUE = re.compile(r"(?P<names>\S+)\s+(?P<rest>(?:-?\d{1,4}|'[^']{1,20}')\s*(?:=|:|\s-|\s–).*)$")
_ENCLOSED = re.compile(r"(?P<names>[^()]*[^()\s])\s*\((?P<rest>.*)\)$")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_NAME = re.compile(r"[A-Za-z_#$][\w#$]*(?:\.[A-Za-z_#$][\w#$]*){0,2}(?: [A-Za-z]\w*){0,3}")
_MARKS = re.compile(r"[`*\"'\[\]]|^_+|_+$")
_SEVERAL = re.compile(r"[,/']|\b(?:or|to)\b|\.\.")  # values in one cell
_COLUMN, _VALUE = ("column", "field", "column name", "field name"), ("value", "code", "key")
_MEANS = ("meaning", "description", "label", "text", "means", "name", "bedeutung", "beschreibung")


class Listed(NamedTuple):
    """`column`: its name, or that of another table's with the table before it. `line` counts from 1."""

    column: list[str]
    value: str
    means: str
    line: int


@dataclass
class _Group:
    """Items of one column that stand on lines of their own."""

    columns: list[list[str]]
    line: int
    items: list[str] = field(default_factory=list)
    indent: int = -1  # of the bullet that names the column; -1: a heading or a line of its own does

    inner: int = -1  # of the first item

    def add(self, item: str, indent: int) -> None:
        """One more item; what stands below an item is about that one."""
        if not self.items:
            self.inner = indent
        if indent <= self.inner:
            self.items.append(item)

    def told(self) -> Iterator[Listed]:
        for column in self.columns:
            for value, means in meant(self.items).items():
                yield Listed(column, value, means, self.line)


def value_lists(text: str) -> Iterator[Listed]:
    """The values of columns and what each means, by the sections of a document that list them."""
    for columns, lines, start in _sections(text.splitlines()):
        group, singles = _Group(columns, start), dict[str, _Group]()
        at = 0
        while at < len(lines):
            line, number = lines[at], start + at
            at += 1
            if line.lstrip().startswith("|"):
                table = [line]
                while at < len(lines) and lines[at].lstrip().startswith("|"):
                    table.append(lines[at])
                    at += 1
                yield from _of_table(table, group.columns, number)
                continue
            if not line.strip():
                continue
            heading, bullet = _HEADING.match(line), _BULLET.match(line)
            indent = len(bullet["indent"].expandtabs(4)) if bullet else -1
            said = marked(bullet["text"] if bullet else heading["title"] if heading else line).strip()
            if heading or (_stands_out(line, bullet is not None) and _names(said.rstrip(":"))):
                yield from group.told()
                group = _Group(_names(said.rstrip(":")), number, indent=indent)
                continue
            names, rest = _parts(said)
            if names and (values := documented_values(rest)):
                for column in names:
                    yield from (Listed(column, value, means, number) for value, means in values.items())
            elif bullet and group.columns and indent > group.indent:
                group.add(said, indent)
            elif names and meant([rest], 1):
                key = ".".join(names[0]).lower()
                singles.setdefault(key, _Group(names, number)).items.append(rest)
            elif names and bullet:  # * `Status`: what became of it, with its values below
                yield from group.told()
                group = _Group(names, number, indent=indent)
        yield from group.told()
        for single in singles.values():
            yield from single.told()


def _sections(lines: list[str]) -> Iterator[tuple[list[list[str]], list[str], int]]:
    """The columns that the heading of a section names, its lines, and the number of the first; code is left out."""
    columns, kept, start, level, fenced = list[list[str]](), list[str](), 0, 0, False
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        title = marked(heading["title"]).strip().rstrip(":") if heading else ""
        deep = len(heading["marks"]) if heading else 0
        one = _OF_ONE.fullmatch(title)
        begins = title.lower() in _SECTIONS or (one is not None and not (level and deep > level))
        if heading and level and (begins or deep <= level):
            yield columns, kept, start
            level = 0
        if begins and heading:
            named = one and title.lower() not in _SECTIONS
            columns, kept, start, level = _names(one["of"] or one["one"]) if one and named else [], [], number + 1, deep
        elif level:
            if one:
                line = f"{'#' * deep} {one['of'] or one['one']}"
            kept.append("" if fenced or line.lstrip().startswith(("```", "~~~")) else line)
    if level:
        yield columns, kept, start


def _stands_out(line: str, bullet: bool) -> bool:
    """Whether a line may be a column's name: bold, in backticks, before a colon, or one word of a list."""
    text = re.sub(r"^\s*[-*+•]\s+", "", line).strip()
    return text[:1] in "*`_[" or text.endswith(":") or (bullet and " " not in text)


def _parts(said: str) -> tuple[list[list[str]], str]:
    """The columns that a line is about, and what it says of them."""
    for form in (_LINE, _ONE_VALUE, _ENCLOSED):
        if (found := form.match(said)) and (names := _names(_ASIDE.sub("", found["names"]))):
            aside = _ASIDE.search(found["names"])
            return ([], "") if aside and is_past(aside[0]) else (names, found["rest"])
    return [], ""


def _names(text: str) -> list[list[str]]:
    """`Status`, `LineType` and `dbo.Invoice.Status`, each as its parts; nothing where one is no name. `Line Type` may
    be LineType."""
    names = [_MARKS.sub("", name.strip()).strip() for name in re.split(r"\s*[,/&]\s*|\s+and\s+", text)]
    if not all(_NAME.fullmatch(name) for name in names):
        return []
    return [name.replace(" ", "").split(".") for name in names]


def _of_table(lines: list[str], columns: list[list[str]], number: int) -> Iterator[Listed]:
    """The rows of a table of column, value and meaning; a heading above it, or over its values, may name the column,
    and a cell may list its values."""
    rows = table_rows([re.sub(r"<br\s*/?>", "; ", line) for line in lines])
    titles = list(rows[0]) if rows else []
    of, value, means = (next((one for one in those if one in titles), "") for those in (_COLUMN, _VALUE, _MEANS))
    lists = next((one for one in sorted(_SECTIONS) if one in titles), "")
    if means and not (of or value or lists) and titles[0] != means:
        columns, value = _names(titles[0]), titles[0]
    found: list[Listed] = []
    for at, row in enumerate(rows, number + 2):
        if of and row.get(of, "").strip():
            columns = _names(marked(row[of]).strip())
        said = documented_values(row.get(lists, "")) if lists and not value else _of_row(row, value, means)
        found += (Listed(column, *pair, at) for column in columns for pair in said.items())
    # A value that is said to be two things is neither.
    times = Counter((".".join(item.column), item.value) for item in found)
    yield from (item for item in found if times[".".join(item.column), item.value] == 1)


def _of_row(row: dict[str, str], value: str, means: str) -> dict[str, str]:
    code = marked(row.get(value, "")).strip().strip("'\"")
    return {} if not code or not means or _SEVERAL.search(code) else meant([f"'{code}' = {marked(row[means])}"], 1)
