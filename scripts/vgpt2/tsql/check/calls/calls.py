"""The calls of a text: is there such a function on this version, and how many arguments has it.

Read from the tokens: sqlglot reads `NOW()` and `GETDATE()` as one thing, and takes `CONCAT(a)` and `ISNULL(a, b, c)`.
"""

from __future__ import annotations

from sqlglot.tokens import Token, TokenType

from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.check.functions.signatures import Signature
from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.check.walk import Walk

_NO_NAMES = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.NATIONAL_STRING})
# Behind these a table, an alias or a CTE may have the name of a function: WITH Rank (a, b) AS ..., FROM Space (NOLOCK).
_BEFORE_A_NAME = frozenset(
    {
        TokenType.FROM,
        TokenType.JOIN,
        TokenType.APPLY,
        TokenType.ALIAS,
        TokenType.WITH,
        TokenType.COMMA,
        TokenType.R_PAREN,
        TokenType.VAR,
        TokenType.IDENTIFIER,
    }
)
# What stands between a thing and its method.
_MEMBER = frozenset({TokenType.DOT, TokenType.DCOLON})
# Compared for every token of every text.
_OPEN, _CLOSE, _COMMA = TokenType.L_PAREN, TokenType.R_PAREN, TokenType.COMMA


def check_calls(tokens: list[Token], walk: Walk) -> None:
    """Add the findings; the tree has been walked before, so that it is known what is a table and what a CTE."""
    outer: list[tuple[Signature | None, int, int]] = []
    call: Signature | None = None
    start = commas = 0
    for index, token in enumerate(tokens):
        kind = token.token_type
        if kind is _OPEN:
            outer.append((call, start, commas))
            call, start, commas = _called(tokens, index, walk) if index else None, index, 0
        elif kind is _COMMA:
            commas += 1
        elif kind is _CLOSE and outer:
            if call is not None:
                number = commas + 1 if index > start + 1 else 0
                if number < call.least or number > call.most or call.special:
                    _check_call(call, tokens, start - 1, number, walk)
            call, start, commas = outer.pop()


def _called(tokens: list[Token], index: int, walk: Walk) -> Signature | None:
    """The function whose arguments the bracket at `index` opens; None where it is none of T-SQL."""
    token = tokens[index - 1]
    if index > 1 and tokens[index - 2].token_type in _MEMBER:
        return None
    call = walk.lookup.signatures.get(token.text.upper())
    if call is None:
        if _is_of_odbc(tokens, index):
            walk.cannot_know(f"{{fn {token.text}()}}")
        elif not _is_hint(tokens, index):
            _check_unknown(token, walk)
        return None
    if call.word or token.token_type in _NO_NAMES:
        return None
    if call.takes_date_part and index + 1 < len(tokens):
        _check_part(call, tokens[index + 1], walk)
    if token.start in walk.from_calls and call.use != "table":
        _refuse(walk, "misplaced_function", f"{call.name} gives a value, FROM needs a table", token)
        return None
    return call


def _is_hint(tokens: list[Token], index: int) -> bool:
    """Whether the bracket at `index` is that of the columns in WITH (FORCESEEK (IX_A (ColumnA)))."""
    return index > 2 and tokens[index - 2].token_type is _OPEN and tokens[index - 3].text.upper() == "FORCESEEK"


def _is_of_odbc(tokens: list[Token], index: int) -> bool:
    """Whether the bracket at `index` is that of {fn HOUR(x)}, a function of ODBC, which SQL Server takes too."""
    before = tokens[max(index - 3, 0) : index]
    return (
        len(before) == 3
        and before[0].token_type is TokenType.L_BRACE
        and before[1].text.upper() == "FN"
        and before[2].text.upper() in words().odbc
    )


def _check_call(call: Signature, tokens: list[Token], index: int, number: int, walk: Walk) -> None:
    """A call that is not plainly right: another number of arguments, none known, or a function of later versions."""
    token = tokens[index]
    if index and tokens[index - 1].token_type in _BEFORE_A_NAME and walk.fold(token.text) in walk.exposed:
        return
    if call.refused:
        _refuse(walk, "newer_version", call.refused, token)
    elif not call.counted and call.use != "niladic":
        walk.cannot_know(f"arguments of {call.name}()")
    elif call.later and (number > call.most) == call.later_is_more:
        _refuse(walk, "newer_version", call.later, token)
    else:
        _refuse(walk, "argument_count", call.miscounted(number), token)


def _check_part(call: Signature, token: Token, walk: Walk) -> None:
    """The first argument of DATEADD and its like is a word."""
    if token.token_type is TokenType.R_PAREN:
        return
    if token.text.upper() not in words().date_parts.all or token.token_type is TokenType.STRING:
        message = f"{token.text} is no date part of {call.name}"
        walk.binding.findings.append(Finding("syntax", "parse_error", message, token.text, token.start))


def _check_unknown(token: Token, walk: Walk) -> None:
    """A name before a bracket that is no function of T-SQL: a table, a CTE, a catalog's function in FROM, or wrong."""
    name = token.text
    if token.token_type in _NO_NAMES or not name[:1].isalpha() or " " in name:
        return
    if token.start in walk.from_calls:
        lookup = walk.lookup
        if f"{lookup.default_schema}.{name}".lower() not in lookup.functions:
            _refuse(walk, "unknown_function", f"there is no table-valued function {name}", token)
    elif walk.fold(name) not in walk.exposed:
        _refuse(walk, "unknown_function", f"{name} is no function of T-SQL", token)


def _refuse(walk: Walk, rule: str, message: str, token: Token) -> None:
    walk.binding.findings.append(Finding("resolve", rule, message, token.text, token.start))
