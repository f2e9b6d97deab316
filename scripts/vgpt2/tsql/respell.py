"""Tokens that mean the same to SQL Server, spelled as sqlglot understands them.

The text keeps its offsets: a token that is put in stands where its neighbour does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.grammar.lexer import MONEY_SIGNS, Placed, placed
from vgpt2.tsql.grammar.recognise import Reading

# A number at which a name begins (`5a` is 5 AS a): sqlglot takes some of these for one word.
_GLUED = re.compile(
    r"(?<![\w@#$.])(?:0[xX](?![0-9A-Fa-f])|0[xX][0-9A-Fa-f]++(?=[^\W\d])|[0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?[0-9]*+)?+(?=[^\W\d]))"
)


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
            if mark.rule == "queried":
                if reading.symbols[mark.end + 1 : mark.end + 2] == ["."]:
                    tokens = _method_as_call(tokens, places[mark.start].start, places[mark.end].start)
            elif mark.rule in _CHANGES:
                tokens = _CHANGES[mark.rule](tokens, places[mark.start].start, places[mark.end].start)
    return _with_money(tokens, placed(sql)) if "money" in reading.symbols else tokens


def _with_before(tokens: Tokens, start: int, end: int) -> Tokens:
    """`FROM t (NOLOCK)` as `FROM t WITH (NOLOCK)`, behind the alias where one follows."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    hint = [token(TokenType.WITH, "WITH", tokens[opener]), *tokens[opener : closer + 1]]
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
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    if closer + 1 < len(tokens) and tokens[closer + 1].token_type is TokenType.COMMA:
        return [*tokens[: opener - 1], *tokens[closer + 2 :]]
    before = opener - 2  # WITH, or a comma
    return [*tokens[:before], *tokens[closer + 1 :]]


def _parse_as_call(tokens: Tokens, start: int, end: int) -> Tokens:
    """`PARSE(x AS numeric(3, 2) USING c)` as `PARSE(x, 'numeric(3, 2)', c)`, a call that nobody takes for a CAST."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
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
    called = [token(TokenType.COMMA, ",", first), token(TokenType.STRING, written, first)]
    if using:
        called += [token(TokenType.COMMA, ",", tokens[using]), *tokens[using + 1 : closer]]
    name = tokens[opener - 1]
    renamed = Token(TokenType.VAR, name.text, name.line, name.col, name.start, name.end)
    return [*tokens[: opener - 1], renamed, *tokens[opener:as_at], *called, *tokens[closer:]]


def _names_in_a_text(tokens: Tokens, start: int, end: int) -> Tokens:
    """`MATCH(a-(k)->b)` as `MATCH_OF('a k b')`, for the names in it are those of tables and no columns."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    inside = tokens[opener + 1 : closer]
    names = " ".join(known.text for known in inside if known.token_type in (TokenType.VAR, TokenType.IDENTIFIER))
    return [*_called(tokens, opener), token(TokenType.STRING, names, tokens[opener]), *tokens[closer:]]


def _table_in_a_text(tokens: Tokens, start: int, end: int) -> Tokens:
    """`CHANGETABLE(CHANGES dbo.t, 0)` as `CHANGETABLE_OF('dbo.t')`."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    comma = next(index for index in range(opener, closer) if tokens[index].token_type is TokenType.COMMA)
    name = "".join(known.text for known in tokens[opener + 2 : comma])
    return [*_called(tokens, opener), token(TokenType.STRING, name, tokens[opener + 2]), *tokens[closer:]]


def _full_text_in_texts(tokens: Tokens, start: int, end: int) -> Tokens:
    """`CONTAINSTABLE(dbo.t, (a, b), 'x', 10)` as `FULLTEXT_OF('dbo.t', '[a][b]')`, with all columns as `'*'`."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    commas = _commas(tokens, opener, closer)
    table, columns = tokens[opener + 1 : commas[0]], tokens[commas[0] + 1 : commas[1]]
    name = "".join(f"[{known.text}]" if known.token_type is TokenType.IDENTIFIER else known.text for known in table)
    named = [known.text for known in columns if known.token_type is not TokenType.COMMA and known.text not in "()"]
    if named[:1] == ["PROPERTY"] or "." in named:
        named = []
    listed = "*" if not named or "*" in named else "".join(f"[{text.replace(']', ']]')}]" for text in named)
    head = tokens[opener - 1]
    plain = Token(TokenType.VAR, "FULLTEXT_OF", head.line, head.col, head.start, head.end)
    made = [token(TokenType.STRING, name, table[0]), tokens[commas[0]], token(TokenType.STRING, listed, columns[0])]
    return [*tokens[: opener - 1], plain, tokens[opener], *made, *tokens[closer:]]


def _without_language(tokens: Tokens, start: int, end: int) -> Tokens:
    """`CONTAINS(a, 'x', LANGUAGE 1033)` without the language, which names nothing of the database."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    commas = _commas(tokens, opener, closer)
    return [*tokens[: commas[1]], *tokens[closer:]] if len(commas) > 1 else tokens


def _commas(tokens: Tokens, opener: int, closer: int) -> list[int]:
    """The commas between two brackets, and in none within."""
    found, depth = [], 0
    for index in range(opener + 1, closer):
        kind = tokens[index].token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if depth == 0 and kind is TokenType.COMMA:
            found.append(index)
    return found


def _method_as_call(tokens: Tokens, start: int, end: int) -> Tokens:
    """`(SELECT ...).value('.', 'int')` as `VALUE_OF((SELECT ...), '.', 'int')`: sqlglot would take the columns inside
    for names."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    method = tokens[closer + 2 : closer + 4]
    if len(method) < 2 or method[0].text != "value" or method[1].token_type is not TokenType.L_PAREN:
        return tokens
    name, bracket = method
    plain = Token(TokenType.VAR, "VALUE_OF", name.line, name.col, tokens[opener].start, name.end)
    made = [plain, token(TokenType.L_PAREN, "(", bracket), *tokens[opener : closer + 1]]
    return [*tokens[:opener], *made, token(TokenType.COMMA, ",", bracket), *tokens[closer + 4 :]]


def _static_as_call(tokens: Tokens, start: int, end: int) -> Tokens:
    """`dbo.Point::Parse('1')` as `STATIC_OF('dbo.Point::Parse', '1')`: sqlglot might take it for a CAST."""
    opener, closer = at_offset(tokens, start), at_offset(tokens, end)
    first = opener - 5 if tokens[opener - 4].token_type is TokenType.DOT else opener - 3
    head = tokens[first]
    plain = Token(TokenType.VAR, "STATIC_OF", head.line, head.col, head.start, head.end)
    written = "".join(known.text for known in tokens[first:opener])
    made = [plain, tokens[opener], token(TokenType.STRING, written, head)]
    if closer > opener + 1:
        made.append(token(TokenType.COMMA, ",", head))
    return [*tokens[:first], *made, *tokens[opener + 1 :]]


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
    "static_call": _static_as_call,
    "fulltext_table": _full_text_in_texts,
    "fulltext_predicate": _without_language,
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
            done += [token(TokenType.VAR, "CAST", known), token(TokenType.L_PAREN, "(", known), known]
            done += [token(TokenType.ALIAS, "AS", known), token(TokenType.MONEY, "money", known)]
            done.append(token(TokenType.R_PAREN, ")", known))
        else:
            done.append(known)
    return done


def token(kind: TokenType, text: str, beside: Token) -> Token:
    """A token that is put in beside another."""
    return Token(kind, text, beside.line, beside.col, beside.start, beside.start)


def at_offset(tokens: Tokens, start: int) -> int:
    """The index of the token that begins at an offset."""
    return next(index for index, known in enumerate(tokens) if known.start == start)


def _number(text: str) -> bool:
    return text[0].isdigit()


def _letter(text: str) -> bool:
    return text[0].isalpha() or text[0] == "_"
