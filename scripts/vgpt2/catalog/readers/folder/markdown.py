"""A small reader for the Markdown of generated documentation: headings, labelled lines, lists, tables, fenced code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*$")
_LABEL = re.compile(r"\s*(?:[-*]\s+)?\*\*([^*]+?)\s*:?\*\*\s*:?\s*(.*)$")
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)$")
_RULE = re.compile(r"\s*\|?\s*:?-{2,}")


@dataclass
class Page:
    """One document. Section names and labels are lower-case; a repeated section is joined to the first."""

    title: str = ""
    lead: list[str] = field(default_factory=list)  # lines before the first section
    sections: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)

    def text(self, *names: str) -> str:
        """The text of the first of these sections that is there: lines joined, code and empty lines left out."""
        for name in names:
            if name in self.sections:
                return "\n".join(plain(line) for line in without_code(self.sections[name]) if line.strip())
        return ""

    def items(self, *names: str) -> list[str]:
        """The list items of the first of these sections that is there."""
        for name in names:
            if name in self.sections:
                return bullets(self.sections[name])
        return []

    def rows(self, *names: str) -> list[dict[str, str]]:
        """The table rows of the first of these sections that is there, by lower-case column heading."""
        for name in names:
            if name in self.sections:
                return table_rows(self.sections[name])
        return []

    def code(self, *names: str) -> str:
        """The first fenced block of the first of these sections that has one."""
        for name in names:
            found = fenced_blocks(self.sections.get(name, []))
            if found:
                return found[0]
        return ""

    def label(self, name: str) -> str:
        """The text beside `**Name:**`, with the lines under it."""
        return "\n".join(plain(line) for line in self.labels.get(name, []) if line.strip())

    def label_items(self, name: str) -> list[str]:
        """The list under `**Name:**`; text beside it without bullets is one item."""
        lines = [line for line in self.labels.get(name, []) if line.strip()]
        return [plain(match.group(1) if (match := _BULLET.match(line)) else line) for line in lines]


def parse(text: str) -> Page:
    """Read a document. Headings within fenced code are code."""
    page, lines, label = Page(), [], None
    lines = page.lead
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading and len(heading.group(1)) == 1 and not page.title:
            page.title, label = plain(heading.group(2)), None
        elif heading:
            lines = page.sections.setdefault(plain(heading.group(2)).lower(), [])
            label = None
        else:
            lines.append(line)
            labelled = None if fenced else _LABEL.match(line)
            if labelled:
                label = page.labels.setdefault(labelled.group(1).strip().lower(), [])
                label.append(labelled.group(2))
            elif label is not None:
                label.append(line)
    return page


def plain(text: str) -> str:
    """Inline marks removed: `code`, **bold**, [text](link)."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    return re.sub(r"`([^`]*)`", r"\1", re.sub(r"\*\*([^*]+)\*\*", r"\1", text)).strip()


def bullets(lines: list[str]) -> list[str]:
    """The items of the lists among these lines."""
    return [plain(found.group(1)) for line in lines if (found := _BULLET.match(line))]


def without_code(lines: list[str]) -> list[str]:
    """The lines outside fenced blocks."""
    kept, fenced = [], False
    for line in lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            kept.append(line)
    return kept


def fenced_blocks(lines: list[str]) -> list[str]:
    """The fenced blocks, without their fences."""
    blocks: list[list[str]] = []
    fenced = False
    for line in lines:
        if line.lstrip().startswith("```"):
            fenced = not fenced
            if fenced:
                blocks.append([])
        elif fenced:
            blocks[-1].append(line)
    return ["\n".join(block).strip() for block in blocks]


def table_rows(lines: list[str]) -> list[dict[str, str]]:
    """The rows of the pipe table among these lines, by lower-case heading; `\\|` is a bar within a cell."""
    rows = [_cells(line) for line in lines if line.lstrip().startswith("|") and not _RULE.match(line)]
    if not rows:
        return []
    names = [name.lower() for name in rows[0]]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", inner)]
