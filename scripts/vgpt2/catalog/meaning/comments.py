"""Comments that list values: `-- 0=Open, 1=Closed` beside a column, its CHECK, or a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.business_words import split_name
from vgpt2.catalog.meaning.phrases import clean
from vgpt2.catalog.meaning.program import Chain, Finding, Program, Sources
from vgpt2.sqltext.scan import Token

# A value (a number, one or two capitals, anything short in quotes), a sign, and a few words, some in parentheses.
_PAIR = re.compile(
    r"(?:^|(?<=[\s,;/|(]))(?P<value>-?\d{1,3}|[A-Z]{1,2}|'[^'\n]{1,10}'|\"[^\"\n]{1,10}\")\s*(?:=|:|-{1,2}>?)\s*"
    r"(?P<text>[A-Za-z][A-Za-z '&-]{1,35}?(?:\([A-Za-z -]{1,30}\)[A-Za-z '&-]{0,30}?)?)"
    r"(?=\s*(?:$|[,;/|)\n.]|\s(?:or|and)\s|\s+-?\d{1,3}\s*[=:-]|\s+'))"
)
_ASIDE = re.compile(r"\s*\([^)]*\)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_COMPARES = frozenset(("=", "<>", "!="))
_CODE = re.compile(r"[@\[\]]|<>|\b(?:select|from|where|and\s+\w+\.\w+\s*=)\b", re.IGNORECASE)


def mine(program: Program) -> Iterator[Finding]:
    """The values that comments explain. Which column is meant is told by the comment or by its line."""
    for comment in program.comments:
        text = re.sub(r"^(?:/\*+|--+)|\*+/$", "", comment.text)
        if len(text) > 600 or _CODE.search(text):
            continue
        pairs, before = listed_values(text, least=1)
        if not pairs:
            continue
        names = _NAME.findall(before)
        chains, beside, compared = _beside(program, comment)
        if len(pairs) == 1 and not compared.keys() & pairs.keys():
            continue  # one alone may be anything, but beside the value itself
        line = program.line(comment.start)
        for value, said in pairs.items():
            sure = [compared[value]] if value in compared else []
            yield ["value", "comment_value", line, said, chains, [*names, *sure], value, beside]


def listed_values(text: str, least: int = 2) -> tuple[dict[str, str], str]:
    """The values that a text explains (`0=Open, 1=Closed`), and what stands before the first; nothing where they are
    fewer than `least`. What stands in parentheses is left out: "employee (non-sales)"."""
    found = list(_PAIR.finditer(text))
    pairs = {pair["value"].strip("'\""): _said(pair["text"]) for pair in found}
    if len(pairs) < least or len(pairs) != len(found) or not all(pairs.values()):
        return {}, ""
    return pairs, text[: found[0].start()]


def _said(text: str) -> str:
    text = _ASIDE.sub("", text).strip()
    # WorkOrder is two words
    return clean(text if " " in text else " ".join(split_name(text)))


def _beside(program: Program, comment: Token) -> tuple[list[Chain], list[str], dict[str, str]]:
    """The tables of the statement in which a comment stands, the names on its line (of the next line where it stands
    alone), and the literals that are compared there, with the column's name."""
    start, end = program.line_span(program.line(comment.start))
    if not program.text[start : comment.start].strip():
        after = program.line(comment.end) + 1
        start, end = program.line_span(after) if comment.end < len(program.text) else (end, end)
    statement = next((item for item in program.statements if item[0].start < end and item[-1].end + 2 >= start), [])
    line = [token for token in statement if start <= token.start < end]
    names = [token.value for token in line if token.kind in ("word", "name")]
    compared = {
        after.value: name.value
        for name, sign, after in zip(line, line[1:], line[2:], strict=False)
        if after.kind in ("string", "number") and sign.text in _COMPARES and name.kind in ("word", "name")
    }
    if program.kind == "table":
        return [program.name], names, compared
    return (Sources(statement).tables if statement else []), names, compared
