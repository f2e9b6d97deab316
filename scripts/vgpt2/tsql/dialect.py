"""T-SQL text to one sqlglot tree: what the strict grammar takes, and nothing else.

sqlglot reads many dialects and refuses little, so `tsql/grammar` decides what is T-SQL. What it takes and sqlglot does
not understand is `unread`: neither right nor wrong, and said so.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.tsql import TSQL
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.tokens import Token, TokenType

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.grammar.notation import select_grammar, words
from vgpt2.tsql.grammar.recognise import Reading, Stop, recogniser
from vgpt2.tsql.grammar.refusal import said
from vgpt2.tsql.respell import cut_for_sqlglot, has_glued_number, respelled
from vgpt2.tsql.respell_further import respelled_further

DIALECT = "tsql"

# Text of a model may be anything. Beyond these the parser could take minutes or the whole stack.
MAX_CHARACTERS = 60_000
MAX_TOKENS = 12_000
MAX_NESTING = 40
# server.database.schema.table.column and a method; a chain of hundreds takes seconds to resolve.
MAX_DOTS = 8

# What sqlglot raises, beside errors of its own, on a text or tree that it did not expect. They are caught around single
# calls of sqlglot and nowhere else: raised in our code, they are faults of ours.
FAULTS = (RecursionError, ValueError, IndexError, KeyError, TypeError, AttributeError, AssertionError)

# Types of T-SQL that the grammar need not spell, for they take no length.
_TYPES = frozenset(
    """
    BIGINT BIT DATE DATETIME GEOGRAPHY GEOMETRY IMAGE INT INTEGER MONEY NTEXT REAL ROWVERSION SMALLDATETIME SMALLINT
    SMALLMONEY SQL_VARIANT TEXT TIMESTAMP TINYINT UNIQUEIDENTIFIER
    """.split()
)


class TsqlError(Exception):
    """Text that is not one T-SQL SELECT, or is not read.

    `rule` is `parse_error`, `not_select`, or `unread` where it may well be right; `position` is the offset in the
    text, -1 where not known.
    """

    def __init__(self, message: str, rule: str = "parse_error", position: int = -1):
        super().__init__(message)
        self.rule = rule
        self.position = position
        # What was read of the text before the parser failed.
        self.tokens: list[Token] = []


def _keywords() -> dict[str, TokenType]:
    """sqlglot's keywords that are words of T-SQL: `Limit` and `Interval` are names here."""
    ours = words(select_grammar()) | RESERVED | _TYPES | {"BY", "SETS"}
    known: dict[str, TokenType] = TSQL.Tokenizer.KEYWORDS
    return {word: kind for word, kind in known.items() if not word[0].isalpha() or set(word.split()) <= ours}


class _Select(TSQL):
    """sqlglot's T-SQL with the words of T-SQL alone."""

    class Tokenizer(TSQL.Tokenizer):
        """Which words are more than names."""

        KEYWORDS = _keywords()


@lru_cache(maxsize=1)
def dialect() -> Dialect:
    """The one T-SQL dialect object (making it costs more than a parse)."""
    # A statement that is not understood is an error of ours; sqlglot's own warning about it would only fill the log.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return _Select()


def parse(sql: str) -> exp.Expression:
    """The tree of one SELECT (or UNION, EXCEPT, INTERSECT of SELECTs), WITH included.

    Raises:
        TsqlError: anything else, by rule `parse_error`, `not_select` or `unread`.
    """
    return parse_with_tokens(sql)[0]


def parse_with_tokens(sql: str) -> tuple[exp.Expression, list[Token]]:
    """As `parse`, with the tokens of which the tree was made."""
    read = recogniser().read(sql)
    if isinstance(read, Stop):
        raise TsqlError(*said(read, sql))
    tokens = _tokens(sql, read)
    try:
        return _tree(tokens, sql), tokens
    except TsqlError:
        further = respelled_further(tokens, sql, read.marks)
        try:
            return _tree(further, sql), further
        except TsqlError as error:
            error.tokens = further
            raise


def _tokens(sql: str, reading: Reading) -> list[Token]:
    """sqlglot's tokens of a text that the grammar takes, respelled where its parser would misread them."""
    _check_size(reading)
    if len(sql) > MAX_CHARACTERS:
        raise TsqlError(f"{len(sql):,} characters are more than {MAX_CHARACTERS:,}", "unread")
    if has_glued_number(sql):
        raise TsqlError("a number and a name in one word", "unread")
    try:
        tokens = dialect().tokenize(cut_for_sqlglot(sql) if "money" in reading.symbols else sql)
    except SqlglotError as error:
        raise TsqlError(_first_line(error), "unread") from None
    except FAULTS as error:
        raise TsqlError(f"cannot be cut into words ({type(error).__name__})", "unread") from None
    return respelled(tokens, sql, reading)


def _tree(tokens: list[Token], sql: str) -> exp.Expression:
    try:
        parsed = dialect().parser().parse(tokens, sql)
    except SqlglotError as error:
        raise TsqlError(f"not understood: {_first_line(error)}", "unread", _position(error, sql)) from None
    except FAULTS as error:
        raise TsqlError(f"not understood ({type(error).__name__})", "unread") from None
    trees = [tree for tree in parsed if tree is not None]
    tree = inner = trees[0] if len(trees) == 1 else None
    while isinstance(inner, exp.Subquery) and inner.args.get("alias") is None:
        inner = inner.this
    if not isinstance(tree, exp.Expression) or not isinstance(inner, (exp.Select, exp.SetOperation)):
        raise TsqlError("not understood as one SELECT", "unread")
    return tree


def written(node: exp.Expr) -> str:
    """A node as T-SQL text, for a message; the name of its kind where sqlglot cannot write it."""
    try:
        return node.sql(DIALECT)
    except (SqlglotError, *FAULTS):
        return type(node).__name__


def _check_size(reading: Reading) -> None:
    """That the parser will survive it."""
    symbols = reading.symbols
    if len(symbols) > MAX_TOKENS:
        raise TsqlError(f"{len(symbols):,} words are more than {MAX_TOKENS:,}", "unread")
    if reading.depth > MAX_NESTING:
        raise TsqlError(f"brackets nested deeper than {MAX_NESTING}", "unread")
    if symbols.count(".") > MAX_DOTS and any(
        symbols[at : at + 2 * MAX_DOTS : 2].count(".") == MAX_DOTS for at, symbol in enumerate(symbols) if symbol == "."
    ):
        raise TsqlError(f"a name of more than {MAX_DOTS} parts", "unread")


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
