"""Comments that list values: `-- 0=Open, 1=Closed` beside a column, its CHECK, or a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Chain, Finding, Program, Sources
from vgpt2.sqltext.scan import Token

# A value (a number, one or two capitals, anything short in quotes), a sign, and a few words.
_PAIR = re.compile(
    r"(?:^|(?<=[\s,;/|(]))(?P<value>-?\d{1,3}|[A-Z]{1,2}|'[^'\n]{1,10}'|\"[^\"\n]{1,10}\")\s*(?:=|:|-{1,2}>?)\s*"
    r"(?P<text>[A-Za-z][A-Za-z '&-]{1,35}?)(?=\s*(?:$|[,;/|)\n.]|\s(?:or|and)\s|\s+-?\d{1,3}\s*[=:-]|\s+'))"
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_CODE = re.compile(r"[@\[\]]|<>|\b(?:select|from|where|and\s+\w+\.\w+\s*=)\b", re.IGNORECASE)


def mine(program: Program) -> Iterator[Finding]:
    """The values that comments explain. Which column is meant is told by the comment or by its line."""
    for comment in program.comments:
        text = re.sub(r"^(?:/\*+|--+)|\*+/$", "", comment.text)
        if len(text) > 600 or _CODE.search(text):
            continue
        pairs, before = listed_values(text)
        if not pairs:
            continue
        names = _NAME.findall(before)
        chains, beside = _beside(program, comment)
        line = program.line(comment.start)
        for value, said in pairs.items():
            yield ["value", "comment_value", line, said, chains, names, value, beside]


def listed_values(text: str) -> tuple[dict[str, str], str]:
    """The values that a text explains, two or more (`0=Open, 1=Closed`), and what stands before the first."""
    found = list(_PAIR.finditer(text))
    pairs = {pair["value"].strip("'\""): clean(pair["text"]) for pair in found}
    if len(pairs) < 2 or len(pairs) != len(found) or not all(pairs.values()):
        return {}, ""
    return pairs, text[: found[0].start()]


def _beside(program: Program, comment: Token) -> tuple[list[Chain], list[str]]:
    """The tables of the statement in which a comment stands, and the names on its line; of the next line where it
    stands alone."""
    start, end = program.line_span(program.line(comment.start))
    if not program.text[start : comment.start].strip():
        after = program.line(comment.end) + 1
        start, end = program.line_span(after) if comment.end < len(program.text) else (end, end)
    statement = next((item for item in program.statements if item[0].start < end and item[-1].end + 2 >= start), [])
    names = [token.value for token in statement if start <= token.start < end and token.kind in ("word", "name")]
    if program.kind == "table":
        return [program.name], names
    return (Sources(statement).tables if statement else []), names
