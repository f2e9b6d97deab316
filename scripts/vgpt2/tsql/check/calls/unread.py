"""The call around a place where the grammar stops: a wrong number of arguments says more than `) cannot stand here`."""

from __future__ import annotations

from vgpt2.sqltext.scan import Token, closing, scan
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.functions.signatures import Signature


def wrong_call_at(sql: str, position: int, signatures: dict[str, Signature]) -> Finding | None:
    """The fault of the innermost call that is open at an offset of the text; None where its arguments are as many as
    they should be, or it is no call."""
    if "(" not in sql[: position + 1]:
        return None
    tokens = list(scan(sql))
    at = _open_at(tokens, position)
    if at < 1 or tokens[at - 1].kind != "word" or (at > 1 and tokens[at - 2].text == "."):
        return None
    name = tokens[at - 1]
    signature = signatures.get(name.upper)
    end = closing(tokens, at)
    if signature is None or signature.word or signature.refused or tokens[end].text != ")":
        return None
    message = signature.miscounted(_count(tokens[at + 1 : end]))
    return Finding("syntax", "argument_count", message, name.text, name.start) if message else None


def _open_at(tokens: list[Token], position: int) -> int:
    """The index of the innermost bracket that is open at an offset, or stands there; -1 where none is."""
    opened = []
    for index, token in enumerate(tokens):
        if token.start > position:
            break
        if token.text == "(":
            opened.append(index)
        elif token.text == ")" and opened and token.start < position:
            opened.pop()
    return opened[-1] if opened else -1


def _count(inner: list[Token]) -> int:
    depth, commas = 0, 0
    for token in inner:
        depth += (token.text == "(") - (token.text == ")")
        commas += depth == 0 and token.text == ","
    return commas + 1 if inner else 0
