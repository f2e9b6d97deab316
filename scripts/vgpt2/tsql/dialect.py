"""T-SQL text to one sqlglot tree, strictly: what sqlglot forgives and SQL Server does not is an error here.

sqlglot reads much that is no T-SQL (`LIMIT`, `::`, a comma before FROM, a derived table without a name): a model that
writes it would pass. What it did not understand (`exp.Command`) is an error too.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokens import Token, TokenType

DIALECT = "tsql"

# Text of a model may be anything. Beyond these the parser could take minutes or the whole stack.
MAX_CHARACTERS = 20_000
MAX_TOKENS = 5_000
MAX_NESTING = 40
# server.database.schema.table.column and a method; a chain of hundreds takes seconds to resolve.
MAX_DOTS = 8

_FOREIGN = {
    TokenType.LIMIT: "LIMIT is not T-SQL (use TOP)",
    TokenType.DPIPE: "|| is not T-SQL (use + or CONCAT)",
    TokenType.ILIKE: "ILIKE is not T-SQL (use LIKE)",
    TokenType.RLIKE: "RLIKE is not T-SQL (use LIKE)",
    TokenType.SIMILAR_TO: "SIMILAR TO is not T-SQL (use LIKE)",
    TokenType.GLOB: "GLOB is not T-SQL (use LIKE)",
    TokenType.QUALIFY: "QUALIFY is not T-SQL",
    TokenType.NATURAL: "NATURAL JOIN is not T-SQL",
    TokenType.LATERAL: "LATERAL is not T-SQL (use APPLY)",
    TokenType.TRUE: "TRUE is not T-SQL (use 1)",
    TokenType.FALSE: "FALSE is not T-SQL (use 0)",
    TokenType.INTERVAL: "INTERVAL is not T-SQL (use DATEADD)",
    TokenType.NULLSAFE_EQ: "<=> is not T-SQL",
    TokenType.FINAL: "FINAL is not T-SQL",
    TokenType.ARROW: "-> is not T-SQL (use JSON_QUERY)",
    TokenType.PLACEHOLDER: "? is not T-SQL (use @name)",
    TokenType.DARROW: "->> is not T-SQL (use JSON_VALUE)",
}
# sqlglot takes the clauses in any order.
_CLAUSE_ORDER = {TokenType.WHERE: 1, TokenType.GROUP_BY: 2, TokenType.HAVING: 3, TokenType.ORDER_BY: 4}
_NEW_QUERY = {TokenType.SELECT, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.SEMICOLON}
_DATE_TYPES = {TokenType.DATE, TokenType.TIME, TokenType.DATETIME}
_AFTER_NO_COMMA = {
    TokenType.FROM,
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.ORDER_BY,
    TokenType.HAVING,
    TokenType.R_PAREN,
    TokenType.COMMA,
    TokenType.SEMICOLON,
    TokenType.UNION,
}
_STATEMENTS = frozenset(
    """ALTER BEGIN COMMIT CREATE DECLARE DELETE DENY DROP EXEC EXECUTE GRANT IF INSERT KILL MERGE PRINT RETURN REVOKE
    ROLLBACK SET TRUNCATE UPDATE USE WHILE""".split()
)
# What sqlglot raises, beside errors of its own, on a text or tree that it did not expect. They are caught around single
# calls of sqlglot and nowhere else: raised in our code, they are faults of ours.
FAULTS = (RecursionError, ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError)
# What may follow WITH ... and is no query.
_CHANGES = (exp.Delete, exp.Update, exp.Insert, exp.Merge)
_CLR_TYPES = {"HIERARCHYID", "GEOGRAPHY", "GEOMETRY"}


class TsqlError(Exception):
    """Text that is not one T-SQL SELECT.

    `rule` is `parse_error` or `not_select`; `position` is the offset in the text, -1 where not known.
    """

    def __init__(self, message: str, rule: str = "parse_error", position: int = -1):
        super().__init__(message)
        self.rule = rule
        self.position = position


@lru_cache(maxsize=1)
def dialect() -> Dialect:
    """The one T-SQL dialect object (making it costs more than a parse)."""
    # A statement that is not understood is an error of ours; sqlglot's own warning about it would only fill the log.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return Dialect.get_or_raise(DIALECT)


def tokenize(sql: str) -> list[Token]:
    """The tokens of a text.

    Raises:
        TsqlError: too long, or a string or bracket that does not end.
    """
    if len(sql) > MAX_CHARACTERS:
        raise TsqlError(f"{len(sql):,} characters are more than {MAX_CHARACTERS:,}")
    dialect_ = dialect()
    try:
        return dialect_.tokenize(sql)
    except SqlglotError as error:
        raise TsqlError(_first_line(error)) from None
    except FAULTS as error:
        raise TsqlError(f"cannot be read ({type(error).__name__})") from None


def parse(sql: str) -> exp.Expression:
    """The tree of one SELECT (or UNION, EXCEPT, INTERSECT of SELECTs), WITH included.

    Raises:
        TsqlError: anything else, by rule `parse_error` or `not_select`.
    """
    return parse_tokens(tokenize(sql), sql)


def parse_tokens(tokens: list[Token], sql: str) -> exp.Expression:
    """As `parse`, for tokens that were made from `sql` before."""
    _check_tokens(tokens)
    parser = dialect().parser()
    try:
        parsed = parser.parse(tokens, sql)
    except SqlglotError as error:
        raise TsqlError(_first_line(error), position=_position(error, sql)) from None
    except FAULTS as error:
        raise TsqlError(f"cannot be parsed ({type(error).__name__})") from None
    trees = [tree for tree in parsed if tree is not None]
    if not trees:
        raise TsqlError("there is no statement")
    first = tokens[0].text.upper()
    if any(isinstance(tree, exp.Command) for tree in trees):
        if first in _STATEMENTS:
            raise TsqlError(f"{first} is not a SELECT", "not_select", tokens[0].start)
        raise TsqlError("not understood as T-SQL")
    if len(trees) > 1:
        raise TsqlError(f"{len(trees)} statements instead of one", "not_select")
    tree = inner = trees[0]
    while isinstance(inner, exp.Subquery) and inner.args.get("alias") is None:
        inner = inner.this
    if not isinstance(tree, exp.Expression) or not isinstance(inner, (exp.Select, exp.SetOperation)):
        if first in _STATEMENTS:
            raise TsqlError(f"{first} is not a SELECT", "not_select", tokens[0].start)
        rule = "not_select" if isinstance(inner, _CHANGES) else "parse_error"
        raise TsqlError("not a SELECT statement", rule, tokens[0].start)
    return tree


def written(node: exp.Expr) -> str:
    """A node as T-SQL text, for a message; the name of its kind where sqlglot cannot write it."""
    try:
        return node.sql(DIALECT)
    except (SqlglotError, *FAULTS):
        return type(node).__name__


def _check_tokens(tokens: list[Token]) -> None:
    """Faults that the tree no longer shows, and nesting that the parser would not survive."""
    if len(tokens) > MAX_TOKENS:
        raise TsqlError(f"{len(tokens):,} tokens are more than {MAX_TOKENS:,}")
    depth = 0
    clauses = [0]
    dots = 0
    before: TokenType | None = None
    previous: Token | None = None
    for token in tokens:
        kind = token.token_type
        if kind is TokenType.L_PAREN:
            depth += 1
            if depth > MAX_NESTING:
                raise TsqlError(f"brackets nested deeper than {MAX_NESTING}", position=token.start)
            clauses.append(0)
        elif kind is TokenType.R_PAREN:
            depth -= 1
            if len(clauses) > 1:
                clauses.pop()
        elif kind in _CLAUSE_ORDER:
            if _CLAUSE_ORDER[kind] < clauses[-1]:
                raise TsqlError(f"{token.text} stands too late", position=token.start)
            clauses[-1] = _CLAUSE_ORDER[kind]
        elif kind in _NEW_QUERY:
            clauses[-1] = 0
        elif kind in _FOREIGN and before is not TokenType.DOT:
            raise TsqlError(_FOREIGN[kind], position=token.start)
        elif kind is TokenType.DCOLON and (previous is None or previous.text.upper() not in _CLR_TYPES):
            raise TsqlError(":: is not T-SQL (use CAST)", position=token.start)
        elif kind is TokenType.EQ and token.text == "==":
            raise TsqlError("== is not T-SQL (use =)", position=token.start)
        elif kind is TokenType.STRING and previous is not None and before in _DATE_TYPES:
            raise TsqlError(f"{previous.text} '...' is not T-SQL (use CAST)", position=previous.start)
        if kind is TokenType.DOT:
            dots += 1
            if dots > MAX_DOTS:
                raise TsqlError(f"a name of more than {MAX_DOTS} parts", position=token.start)
        elif before is not TokenType.DOT:
            dots = 0
        if before is TokenType.COMMA and kind in _AFTER_NO_COMMA:
            raise TsqlError(f"a comma before {token.text}", position=token.start)
        before = kind
        previous = token
    if before is TokenType.COMMA:
        raise TsqlError("a comma at the end", position=tokens[-1].start)


def _first_line(error: SqlglotError) -> str:
    details = _details(error)
    if description := details.get("description"):
        near = details.get("highlight")
        return f"{description} near '{near[:40]}'" if near else str(description)
    return str(error).split("\n", 1)[0][:200]


def _position(error: SqlglotError, sql: str) -> int:
    details = _details(error)
    line = details.get("line")
    if not line:
        return -1
    before = sum(len(text) + 1 for text in sql.split("\n")[: line - 1])
    return before + max(0, (details.get("col") or 1) - 1)


def _details(error: SqlglotError) -> dict[str, Any]:
    """What sqlglot says of the first fault: description, highlight, line, col. Empty for the tokenizer's errors."""
    return error.errors[0] if isinstance(error, ParseError) and error.errors else {}
