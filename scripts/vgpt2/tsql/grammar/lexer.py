"""The tokens of T-SQL as the server cuts them, and the symbols by which the grammar knows them.

`0xSHUTDOWN` is the number `0x` and the word SHUTDOWN, `5a` a number and a name, `<=` two signs that may stand apart.
The parser library cuts some of these otherwise, so the strict reading has a lexer of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, overload

from vgpt2.sqltext.names import RESERVED
from vgpt2.sqltext.scan import comment_end, comment_is_open

# White space and comments are eaten before a token. A quote that is not closed matches no kind and so stands alone,
# which no grammar takes; a bracket that is not closed goes on to the end, for else each would be looked for anew.
_SPACE = r"(?:\s+|--[^\r\n]*)*+"
_TOKEN = re.compile(
    _SPACE
    + r"""(
      [^\W\d][\w@$#]*+(?!') | [@#][\w@$#]*+
    | \.[0-9]++(?:[eE][+-]?[0-9]*+)?+
    | [(),.=*+\-/<>;%&|^~!:{}]
    | [Nn]?'[^']*+(?:''[^']*+)*+'
    | \[[^\]]*+(?:\]\][^\]]*+)*+(?:\]|\Z) | "[^"]*+(?:""[^"]*+)*+"
    | 0[xX][0-9A-Fa-f]*+ | [0-9]++(?:\.[0-9]*+)?+(?:[eE][+-]?[0-9]*+)?+
    | \$[^\W\d][\w@$#]*+ | [$\xa2-\xa5\u09f2\u09f3\u0e3f\u17db\u20a0-\u20af\u20b1][0-9]*+(?:\.[0-9]*+)?
    | [^\W\d][\w@$#]*+
    | \S | \Z
    )""",
    re.VERBOSE,
)
# A line of Macs of old ends with a carriage return alone: for the server it ends a comment as well.
_GO_LINE = re.compile(r"^[^\S\n]*+GO[^\S\n]*+[0-9]*+[^\S\n]*+(?:--[^\n]*)?$", re.MULTILINE | re.IGNORECASE)
# How many tokens before and behind a place are looked at to say what is wrong there.
_AROUND = 8
# The currency symbols that may stand before a number of money.
MONEY_SIGNS = "$\xa2\xa3\xa4\xa5\u09f2\u09f3\u0e3f\u17db" + "".join(map(chr, range(0x20A0, 0x20B2)))
# The pseudo-columns and the function that begin with $. Before any other name it is money, the name a word of its own.
_DOLLAR_NAMES = frozenset("$IDENTITY $ROWGUID $ACTION $CUID $PARTITION $NODE_ID $EDGE_ID $FROM_ID $TO_ID".split())
_SIGNS = frozenset("(),.=*+-/<>;%&|^~!:{}")
# On the reference's list of reserved words, and yet the server's own parser takes them as names.
RESERVED_HERE = RESERVED - {"DISK", "DUMP", "LOAD", "PRECISION", "SECURITYAUDIT", "WITHIN"}
# The functions without brackets that begin with @@.
_SYSTEM_VARIABLES = frozenset(
    """
    @@CONNECTIONS @@CPU_BUSY @@CURSOR_ROWS @@DATEFIRST @@DBTS @@ERROR @@FETCH_STATUS @@IDENTITY @@IDLE @@IO_BUSY
    @@LANGID @@LANGUAGE @@LOCK_TIMEOUT @@MAX_CONNECTIONS @@MAX_PRECISION @@MICROSOFTVERSION @@NESTLEVEL @@OPTIONS
    @@PACK_RECEIVED
    @@PACK_SENT @@PACKET_ERRORS @@PROCID @@REMSERVER @@ROWCOUNT @@SERVERNAME @@SERVICENAME @@SPID @@TEXTSIZE
    @@TIMETICKS @@TOTAL_ERRORS @@TOTAL_READ @@TOTAL_WRITE @@TRANCOUNT @@VERSION
    """.split()
)


class Placed(NamedTuple):
    """A token with the offset at which it begins."""

    text: str
    start: int


class Lexer:
    """Makes symbols of texts. `keywords`: the words that the grammar spells, in capitals."""

    def __init__(self, keywords: frozenset[str]) -> None:
        self._keywords = keywords | {"GO"}
        # Words and signs that were met before. Names are kept too, up to a limit: a database has some thousands.
        self._known: dict[str, str] = {sign: sign for sign in _SIGNS}

    def symbols(self, text: str) -> list[str]:
        """The symbol of every token of `text`, comments left out.

        A symbol is a word of the grammar or a reserved word in capitals, a sign, or a kind of token in lower case.
        """
        known = self._known
        tokens = _TOKEN.findall(without_blocks(text))
        while tokens and not tokens[-1]:  # the end, once or twice
            tokens.pop()
        return [known.get(token) or self._symbol(token) for token in tokens]

    def _symbol(self, token: str) -> str:
        symbol = self._classify(token)
        if len(self._known) < 50_000 and len(token) < 100:
            self._known[token] = symbol
        return symbol

    def _classify(self, token: str) -> str:
        first = token[0]
        if (first.isalpha() or first == "_") and token[-1] != "'":
            upper = token.upper()
            return upper if upper in self._keywords or upper in RESERVED_HERE else "bare"
        for applies, symbol in _KINDS:
            if applies(token, first):
                return symbol
        # One symbol for all of them: what is remembered of a text must not grow with what people make up.
        return "unknown"


_KINDS: tuple[tuple[Callable[[str, str], bool], str], ...] = (
    # N'...' too; a bracket or double quote that is not closed may end with a quote of its own.
    (lambda token, first: len(token) > 1 and token[-1] == "'" and first not in '["', "string"),
    (lambda token, first: first in '["' and len(token) > 2 and not is_open(token), "quoted"),
    (lambda token, first: first == "#", "bare"),
    (lambda token, first: token.upper() in _SYSTEM_VARIABLES, "system_variable"),
    (lambda token, first: first == "@" and not token.startswith("@@") and len(token) > 1, "variable"),
    (lambda token, first: token[:2] in ("0x", "0X"), "binary"),
    (lambda token, first: token.isdecimal(), "integer"),
    (lambda token, first: first.isdigit() or (first == "." and len(token) > 1), "number"),
    (lambda token, first: token.upper() in _DOLLAR_NAMES, "dollar_name"),
    (lambda token, first: first == "$" and token[1:2].isalpha(), "unknown"),
    (lambda token, first: first in MONEY_SIGNS, "money"),
)


def placed(text: str) -> list[Placed]:
    """The tokens of `text` with their places; as many as `symbols` gives."""
    return [*_placed(text)]


def _placed(text: str) -> Iterator[Placed]:
    for found in _TOKEN.finditer(without_blocks(text)):
        if found.group(1):
            yield Placed(found.group(1), found.start(1))


def texts_of(text: str) -> list[str]:
    """The tokens of `text` alone."""
    return [token for token in _TOKEN.findall(without_blocks(text)) if token]


def end_of_token(text: str, index: int) -> int | None:
    """Where a token of a text ends; None where there are not so many."""
    found = next(islice(_TOKEN.finditer(without_blocks(text)), index, None), None)
    return found.end(1) if found and found.group(1) else None


class Near(Sequence[Placed]):
    """The tokens around one of a text, which may be long; the others are empty."""

    def __init__(self, text: str, at: int, count: int) -> None:
        self._first = max(at - _AROUND, 0)
        found = islice(_TOKEN.finditer(without_blocks(text)), self._first, at + _AROUND)
        self._tokens = [Placed(token.group(1), token.start(1)) for token in found if token.group(1)]
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Placed: ...

    @overload
    def __getitem__(self, index: slice) -> list[Placed]: ...

    def __getitem__(self, index: int | slice) -> Placed | list[Placed]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._count))]
        place = index - self._first
        return self._tokens[place] if 0 <= place < len(self._tokens) else Placed("", -1)


def is_open(token: str) -> bool:
    """Whether a token is a quote or bracket that is not closed."""
    if token[0] == "[":
        return len(token) == 1 or token[-1] != "]" or token[1:-1].count("]") % 2 == 1
    return token in ("'", '"')


def line_of_go(sql: str) -> int | None:
    """The index of a GO that stands alone in its line: for the tools that send a script it ends a batch, wherever."""
    sql = sql.replace("\r", "\n")
    if _GO_LINE.search(without_blocks(sql)) is None:
        return None
    beside: list[str] = []
    first = before = 0
    for index, token in enumerate(_placed(sql)):
        if beside and sql.find("\n", before, token.start) >= 0:
            if _ends_batch(beside):
                return first
            beside = []
        if not beside:
            first = index
        before = token.start
        if len(beside) < 3:
            beside.append(token.text)
    return first if _ends_batch(beside) else None


def _ends_batch(line: list[str]) -> bool:
    """Whether the first tokens of a line are all of it, and are GO, with a number or without."""
    return bool(line) and line[0].upper() == "GO" and (len(line) == 1 or (len(line) == 2 and line[1].isdecimal()))


def without_blocks(text: str) -> str:
    """`text` with block comments as blanks, so that every offset stays; they nest, and may hold quotes. One that is not
    closed stays."""
    if "/*" not in text:
        return text
    parts, at = [], 0
    for found in _QUOTED_OR_COMMENT.finditer(text):
        if found.start() < at or not found.group().startswith("/*"):
            continue
        end = comment_end(text, found.start())
        if end == len(text) and comment_is_open(text, found.start()):
            break  # its two signs stay, which nothing of the grammar takes
        lines = text[found.start() : end].split("\n")
        parts += [text[at : found.start()], "\n".join(" " * len(line) for line in lines)]
        at = end
    return "".join(parts) + text[at:]


_QUOTED_OR_COMMENT = re.compile(
    r"'[^']*+(?:''[^']*+)*+(?:'|\Z)|\[[^\]]*+(?:\]\][^\]]*+)*+(?:\]|\Z)|\"[^\"]*+(?:\"\"[^\"]*+)*+(?:\"|\Z)|--[^\r\n]*|/\*"
)
