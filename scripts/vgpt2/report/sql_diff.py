"""What differs between a gold query and an answer's, token by token.

Made here and not in the page: difflib is a maintained library, what it makes can be tested as data, and the page stays
a viewer. White space, the case of keywords and functions, brackets around a name that needs none and a semicolon at the
end are no difference; the case of names and of texts is one, since a database may tell them apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from vgpt2.sqltext.names import PLAIN_NAME, RESERVED
from vgpt2.tsql.check.functions.signatures import Server, signatures

TOKEN = re.compile(
    r"""
    --[^\n]* | /\*.*?(?:\*/|\Z)                    # comments
    | N?'(?:[^']|'')*(?:'|\Z)                      # texts
    | \[(?:[^\]]|\]\])*(?:\]|\Z) | "[^"]*(?:"|\Z)  # quoted names
    | \d+(?:\.\d+)?                                # numbers
    | [@\#]{0,2}\w[\w@\#$]*                        # words, parameters
    | <> | != | <= | >= | \S
    """,
    re.VERBOSE | re.DOTALL,
)
# Keywords of queries that are not reserved.
SOFT = frozenset("OFFSET ROW ROWS RANGE NEXT ONLY PARTITION APPLY NOLOCK PRECEDING FOLLOWING UNBOUNDED".split())
# Types of CAST and CONVERT that are not among the words of the signatures, since they take no length.
PLAIN_TYPES = frozenset("BIGINT BIT DATE DATETIME INT MONEY SMALLDATETIME SMALLINT SMALLMONEY TINYINT".split())

# Two queries that share less (0 to 1, difflib's ratio) have no difference that a reader could follow.
ALIKE = 0.35

Segment = tuple[str, str]


def closest(golds: Sequence[str], sql: str) -> tuple[int, list[Segment]]:
    """The gold that an answer's query is nearest to (the first of equals), and the difference to it.

    Returns:
        its place in `golds`, and `difference`; nothing where the two are hardly alike.
    """
    read = _tokens(sql)
    tried = [(_matcher(_tokens(gold), read).ratio(), -place) for place, gold in enumerate(golds)]
    ratio, place = max(tried)
    return -place, difference(golds[-place], sql) if ratio >= ALIKE else []


def difference(gold: str, sql: str) -> list[Segment]:
    """The answer's query in pieces: `=` as in the gold, `+` only in the answer, `-` only in the gold.

    The pieces `=` and `+` together are the answer's own text.
    """
    left, right = _tokens(gold), _tokens(sql)
    made: list[Segment] = []
    end = 0
    for change, i, j, k, m in _matcher(left, right).get_opcodes():
        if change in ("delete", "replace"):
            taken = gold[left[i][1] : left[j - 1][2]]
            _add(made, "=", " " if made and not made[-1][1][-1:].isspace() else "")
            _add(made, "-", re.sub(r"\s+", " ", taken))
            # a piece that only the gold has does not touch what the answer goes on with
            if k < len(right) and right[k][1] == end:
                _add(made, "=", " ")
        if m > k:
            _add(made, "=", sql[end : right[k][1]])
            _add(made, "=" if change == "equal" else "+", sql[right[k][1] : right[m - 1][2]])
            end = right[m - 1][2]
    return made


def _add(made: list[Segment], kind: str, text: str) -> None:
    if text and made and made[-1][0] == kind:
        made[-1] = (kind, made[-1][1] + text)
    elif text:
        made.append((kind, text))


def _matcher(left: list[tuple[str, int, int]], right: list[tuple[str, int, int]]) -> SequenceMatcher:
    return SequenceMatcher(None, [token[0] for token in left], [token[0] for token in right], autojunk=False)


def _tokens(sql: str) -> list[tuple[str, int, int]]:
    """The tokens as they are compared, each with its start and end in the text."""
    found = [(match[0], *match.span()) for match in TOKEN.finditer(sql)]
    while found and found[-1][0] == ";":
        found.pop()
    words = [text for text, _, _ in found]
    return [(_folded(words, place), start, end) for place, (_, start, end) in enumerate(found)]


def _folded(words: list[str], place: int) -> str:
    word = words[place]
    upper = word.upper()
    before = words[place - 1].upper() if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    if word.startswith("[") and PLAIN_NAME.match(word[1:-1]) and word[1:-1].upper() not in RESERVED:
        return word[1:-1]
    if before == ".":
        return word
    known = signatures(Server())
    callable_ = after == "(" and upper in known
    call = known.get(words[place - 2].upper()) if before == "(" and place > 1 else None
    date_part = call is not None and call.takes_date_part
    type_ = upper in PLAIN_TYPES and (before, after) == ("AS", ")")
    return upper if upper in RESERVED or upper in SOFT or callable_ or date_part or type_ else word
