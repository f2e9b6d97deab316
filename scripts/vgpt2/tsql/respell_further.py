"""Tokens respelled once more, for a text that sqlglot did not understand."""

from __future__ import annotations

from itertools import pairwise

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.grammar.lexer import placed
from vgpt2.tsql.grammar.recognise import Mark, recogniser
from vgpt2.tsql.respell import Tokens, at_offset, token

# Names that sqlglot's parser looks up by their text, whatever their kind.
_PARSED = frozenset({"CONNECT_BY_ROOT", "NEXT"})
# The same comparison in one sign.
_COMPARISONS = {
    "! <": (TokenType.GTE, ">="),
    "! >": (TokenType.LTE, "<="),
    "! =": (TokenType.NEQ, "<>"),
    "< >": (TokenType.NEQ, "<>"),
    "< =": (TokenType.LTE, "<="),
    "> =": (TokenType.GTE, ">="),
}
_HINT_STARTS = frozenset({TokenType.VAR, TokenType.INDEX})
_HINT_ENDS = frozenset({TokenType.VAR, TokenType.R_PAREN})
# Behind these a text is another name for the column.
_BEFORE_ALIAS = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.NUMBER, TokenType.ALIAS})


def respelled_further(tokens: Tokens, sql: str, marks: list[Mark]) -> Tokens:
    """The tokens once more, for a text that the parser did not understand: comparisons in two signs, `INDEX = x`, hints
    to the optimizer (which change no row), and words that are names here and more to sqlglot."""
    places = placed(sql)
    for mark in marks:
        if mark.rule == "option_clause":
            at = at_offset(tokens, places[mark.start].start) - 1
            tokens = [*tokens[:at], *tokens[at_offset(tokens, places[mark.end].start) + 1 :]]
    names = {places[index].start for index in recogniser().names(sql)}
    names |= {known.start for known in tokens if known.token_type is TokenType.VAR and known.text.upper() in _PARSED}
    apart = _hints_without_comma(tokens)
    done: Tokens = []
    at = 0
    while at < len(tokens):
        known = tokens[at]
        pair = _COMPARISONS.get(" ".join(token.text for token in tokens[at : at + 2]))
        if pair:
            done.append(Token(*pair, known.line, known.col, known.start, tokens[at + 1].end))
            at += 1
        elif (
            known.token_type is TokenType.EQ and at and tokens[at - 1].text.upper() == "INDEX" and at + 1 < len(tokens)
        ):
            done += [token(TokenType.L_PAREN, "(", known), tokens[at + 1], token(TokenType.R_PAREN, ")", known)]
            at += 1
        elif known.token_type is TokenType.NATIONAL_STRING and done and done[-1].token_type in _BEFORE_ALIAS:
            done.append(Token(TokenType.IDENTIFIER, known.text, known.line, known.col, known.start, known.end))
        elif known.start in apart:
            done += [token(TokenType.COMMA, ",", known), known]
        elif known.start in names:
            done.append(Token(TokenType.IDENTIFIER, known.text, known.line, known.col, known.start, known.end))
        else:
            done.append(known)
        at += 1
    return done


def _hints_without_comma(tokens: Tokens) -> set[int]:
    """The offsets of the hints in `WITH (NOLOCK READPAST)` that have no comma before them."""
    found: set[int] = set()
    depth = 0
    for before, known in pairwise(tokens):
        if depth:
            depth += (known.token_type is TokenType.L_PAREN) - (known.token_type is TokenType.R_PAREN)
            if depth == 1 and known.token_type in _HINT_STARTS and before.token_type in _HINT_ENDS:
                found.add(known.start)
        elif before.token_type is TokenType.WITH and known.token_type is TokenType.L_PAREN:
            depth = 1
    return found
