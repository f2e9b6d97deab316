"""Parameters and variables: `WHERE h.InvDate >= @InvoiceDate` says that InvDate is the invoice date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.meaning.program import Finding, Program, Sources, column_at
from vgpt2.sqltext.scan import Token

_COMPARED = frozenset(("=", "<", ">", "<=", ">=", "<>", "!="))
_ROLE = re.compile(
    r"^(?:p|in|i|param|from|to|beg|begin|start|end|thru|through|min|max|first|last|new|old)(?=[A-Z_])", re.I
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def mine(program: Program) -> Iterator[Finding]:
    """Columns that are compared with a variable of a longer name."""
    for statement in program.statements:
        pairs = [
            pair for at, token in enumerate(statement) if token.text in _COMPARED and (pair := _pair(statement, at))
        ]
        sources = Sources(statement) if pairs else None
        for at, owner, name, variable in pairs:
            words = _words(variable)
            if sources and words:
                line = program.line(statement[at].start)
                yield ["column", "parameter", line, words, sources.of(owner), name, False]


def _pair(tokens: list[Token], at: int) -> tuple[int, str, str, str] | None:
    """The column before and the variable after a comparison."""
    if not 0 < at < len(tokens) - 1 or not tokens[at + 1].text.startswith("@") or tokens[at - 1].text[:1] == "@":
        return None
    start = at - 1
    while start >= 2 and tokens[start - 1].text == ".":
        start -= 2
    owner, name, after = column_at(tokens, start)
    return (at, owner, name, tokens[at + 1].text) if name and after == at else None


def _words(variable: str) -> str:
    """`@BegInvoiceDate` as "invoice date"; '' for one part, which says no more than a name does."""
    name = variable.lstrip("@").replace("_", " ")
    plain = _ROLE.sub("", name.replace(" ", "_"))
    parts = _PARTS.findall(re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", plain))
    return (
        " ".join(part if part.isupper() and 1 < len(part) <= 3 else part.lower() for part in parts)
        if len(parts) > 1
        else ""
    )
