"""Tokens that mean the same to SQL Server, spelled as sqlglot understands them.

The text keeps its offsets: a token that is put in stands where its neighbour does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.grammar.lexer import MONEY_SIGNS, Placed, placed
from vgpt2.tsql.grammar.recognise import Mark, Reading, recogniser

# Names that sqlglot's parser looks up by their text, whatever their kind.
_PARSED = frozenset({"CONNECT_BY_ROOT", "NEXT"})
# A number at which a name begins (`5a` is 5 AS a): sqlglot takes some of these for one word.
_GLUED = re.compile(
    r"(?<![\w@#$.])(?:0[xX](?![0-9A-Fa-f])|0[xX][0-9A-Fa-f]++(?=[^\W\d])|[0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?[0-9]*+)?+(?=[^\W\d]))"
)
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

Tokens = list[Token]


def cut_for_sqlglot(sql: str) -> str:
    """The text with the signs of money as blanks, of the same length: sqlglot would read `$1.5` as a name and more."""
    letters = list(sql)
    for place in placed(sql):
        if place.text[0] in MONEY_SIGNS and not place.text[1:2].isalpha():
            letters[place.start] = " " if len(place.text) > 1 else "0"
    return "".join(letters)


def has_glued_number(sql: str) -> bool:
    """Whether a number and a name stand in one word, or `0x` has no digits."""
    if _GLUED.search(sql) is None:
        return False
    tokens = placed(sql)
    return any(one.text in ("0x", "0X") for one in tokens) or any(
        _number(one.text) and one.start + len(one.text) == two.start and _letter(two.text)
        for one, two in pairwise(tokens)
    )


def respelled(tokens: Tokens, sql: str, reading: Reading) -> Tokens:
    """The tokens for the parser. `reading`: what the grammar found in the text."""
    start, end = 0, len(tokens)
    while end > start and tokens[end - 1].token_type is TokenType.SEMICOLON:
        end -= 1
    while start < end and tokens[start].token_type is TokenType.SEMICOLON:
        start += 1
    if end - start < len(tokens):
        tokens = tokens[start:end]
    if reading.marks:
        places = placed(sql)
        for mark in reading.marks:
            if mark.rule in _CHANGES:
                tokens = _CHANGES[mark.rule](tokens, places[mark.start].start, places[mark.end].start)
    return _with_money(tokens, placed(sql)) if "money" in reading.symbols else tokens


def respelled_further(tokens: Tokens, sql: str, marks: list[Mark]) -> Tokens:
    """The tokens once more, for a text that the parser did not understand: comparisons in two signs, `INDEX = x`, hints
    to the optimizer (which change no row), and words that are names here and more to sqlglot."""
    places = placed(sql)
    for mark in marks:
        if mark.rule == "option_clause":
            at = _at(tokens, places[mark.start].start) - 1
            tokens = [*tokens[:at], *tokens[_at(tokens, places[mark.end].start) + 1 :]]
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
            done += [_token(TokenType.L_PAREN, "(", known), tokens[at + 1], _token(TokenType.R_PAREN, ")", known)]
            at += 1
        elif known.token_type is TokenType.NATIONAL_STRING and done and done[-1].token_type in _BEFORE_ALIAS:
            done.append(Token(TokenType.IDENTIFIER, known.text, known.line, known.col, known.start, known.end))
        elif known.start in apart:
            done += [_token(TokenType.COMMA, ",", known), known]
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


def _with_before(tokens: Tokens, start: int, end: int) -> Tokens:
    """`FROM t (NOLOCK)` as `FROM t WITH (NOLOCK)`, behind the alias where one follows."""
    opener, closer = _at(tokens, start), _at(tokens, end)
    hint = [_token(TokenType.WITH, "WITH", tokens[opener]), *tokens[opener : closer + 1]]
    after = closer + 1
    alias = 0
    if after < len(tokens):
        if tokens[after].token_type is TokenType.ALIAS:
            alias = 2
        elif tokens[after].token_type in (TokenType.VAR, TokenType.IDENTIFIER):
            alias = 1
    return [*tokens[:opener], *tokens[after : after + alias], *hint, *tokens[after + alias :]]


def _without_namespaces(tokens: Tokens, start: int, end: int) -> Tokens:
    """`WITH XMLNAMESPACES (...), c AS (...)` without the namespaces, which name no table and no column."""
    opener, closer = _at(tokens, start), _at(tokens, end)
    if closer + 1 < len(tokens) and tokens[closer + 1].token_type is TokenType.COMMA:
        return [*tokens[: opener - 1], *tokens[closer + 2 :]]
    before = opener - 2  # WITH, or a comma
    return [*tokens[:before], *tokens[closer + 1 :]]


def _parse_as_call(tokens: Tokens, start: int, end: int) -> Tokens:
    """`PARSE(x AS numeric(3, 2) USING c)` as `PARSE(x, 'numeric(3, 2)', c)`, a call that nobody takes for a CAST."""
    opener, closer = _at(tokens, start), _at(tokens, end)
    depth = 0
    as_at = using = 0
    for index in range(opener + 1, closer):
        kind = tokens[index].token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if depth == 0 and kind is TokenType.ALIAS:
            as_at = index
        elif depth == 0 and as_at and tokens[index].text.upper() == "USING":
            using = index
    first = tokens[as_at + 1]
    written = "".join(token.text for token in tokens[as_at + 1 : using or closer])
    called = [_token(TokenType.COMMA, ",", first), _token(TokenType.STRING, written, first)]
    if using:
        called += [_token(TokenType.COMMA, ",", tokens[using]), *tokens[using + 1 : closer]]
    name = tokens[opener - 1]
    renamed = Token(TokenType.VAR, name.text, name.line, name.col, name.start, name.end)
    return [*tokens[: opener - 1], renamed, *tokens[opener:as_at], *called, *tokens[closer:]]


def _names_in_a_text(tokens: Tokens, start: int, end: int) -> Tokens:
    """`MATCH(a-(k)->b)` as `MATCH_OF('a k b')`, for the names in it are those of tables and no columns."""
    opener, closer = _at(tokens, start), _at(tokens, end)
    inside = tokens[opener + 1 : closer]
    names = " ".join(known.text for known in inside if known.token_type in (TokenType.VAR, TokenType.IDENTIFIER))
    return [*_called(tokens, opener), _token(TokenType.STRING, names, tokens[opener]), *tokens[closer:]]


def _table_in_a_text(tokens: Tokens, start: int, end: int) -> Tokens:
    """`CHANGETABLE(CHANGES dbo.t, 0)` as `CHANGETABLE_OF('dbo.t')`."""
    opener, closer = _at(tokens, start), _at(tokens, end)
    comma = next(index for index in range(opener, closer) if tokens[index].token_type is TokenType.COMMA)
    name = "".join(known.text for known in tokens[opener + 2 : comma])
    return [*_called(tokens, opener), _token(TokenType.STRING, name, tokens[opener + 2]), *tokens[closer:]]


def _called(tokens: Tokens, opener: int) -> Tokens:
    """The tokens up to an opening bracket, the name before it as one that sqlglot has no parser of its own for."""
    name = tokens[opener - 1]
    plain = Token(TokenType.VAR, f"{name.text.upper()}_OF", name.line, name.col, name.start, name.end)
    return [*tokens[: opener - 1], plain, tokens[opener]]


_CHANGES: dict[str, Callable[[Tokens, int, int], Tokens]] = {
    "old_hints": _with_before,
    "alias_hints": _with_before,
    "namespaces": _without_namespaces,
    "parsed_text": _parse_as_call,
    "graph_match": _names_in_a_text,
    "change_table": _table_in_a_text,
}


def _with_money(tokens: Tokens, places: list[Placed]) -> Tokens:
    """The numbers of `cut_for_sqlglot` as `CAST(number AS money)`."""
    starts = {
        place.start + (len(place.text) > 1)
        for place in places
        if place.text[0] in MONEY_SIGNS and not place.text[1:2].isalpha()
    }
    done: Tokens = []
    for known in tokens:
        if known.start in starts and known.token_type is TokenType.NUMBER:
            done += [_token(TokenType.VAR, "CAST", known), _token(TokenType.L_PAREN, "(", known), known]
            done += [_token(TokenType.ALIAS, "AS", known), _token(TokenType.MONEY, "money", known)]
            done.append(_token(TokenType.R_PAREN, ")", known))
        else:
            done.append(known)
    return done


def _token(kind: TokenType, text: str, beside: Token) -> Token:
    return Token(kind, text, beside.line, beside.col, beside.start, beside.start)


def _at(tokens: Tokens, start: int) -> int:
    """The index of the token that begins at an offset."""
    return next(index for index, known in enumerate(tokens) if known.start == start)


def _number(text: str) -> bool:
    return text[0].isdigit()


def _letter(text: str) -> bool:
    return text[0].isalpha() or text[0] == "_"
