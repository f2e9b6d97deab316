"""What an answer says: the SQL that it holds, the names whose existence it denies, and what is left as prose.

The one reader for recorded answers, endpoints and models of this machine. Which of several blocks of SQL counts is one
rule (`_counts`): a statement that changes something counts before all; else the last query that the prose does not
present as something else, neither as the answer to another question ("if you want all companies instead") nor as a
faulty one ("you wrote").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vgpt2.records.answers.denials import Denial, Said, find_denials, hear
from vgpt2.records.answers.layout import SELECT, Block, lay_out
from vgpt2.records.answers.script import changes, query_of
from vgpt2.yaml_file import read_yaml_file

__all__ = ["Denial", "Reading", "all_sql", "find_denials", "last_sql", "read", "read_all"]

# A bare query: SELECT or a CTE, with a FROM behind it, up to an empty line (unless a clause goes on there), a closing
# tag of HTML or the end. What sets its scene stands before it.
BARE_START = re.compile(
    r"(?:^[ \t]*(?:DECLARE[ \t]+@|USE[ \t]+[\w\[]+[ \t]*;?[ \t]*$|SET[ \t]+(?:@\w+[ \t]*=|NOCOUNT|TRANSACTION)))"
    r"|\bSELECT\b|\bWITH\s+\[?\w+\]?\s*(?:\([^)]*\)\s*)?AS\s*\(",
    re.IGNORECASE | re.MULTILINE,
)
CLAUSES = "FROM|WHERE|GROUP|HAVING|ORDER|AND|OR|ON|JOIN|INNER|LEFT|RIGHT|FULL|CROSS|UNION|EXCEPT|INTERSECT|SELECT"
BARE_END = re.compile(rf"(?<!\s)(?>\s*?(?P<end>\n)[ \t\r]*+\n)\s*+(?!(?:{CLAUSES})\b)|;(?=\s|\Z)|`|</\w", re.IGNORECASE)
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
QUERY = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
# Another query behind the first one is one only where it begins a line, in capitals: "Then select what you need".
NEXT_START = re.compile(r"^[ \t]*(?:SELECT|WITH)\b", re.MULTILINE)
# A bare statement that changes something: `DROP TABLE x`, and not "Drop me a line".
BARE_CHANGE = re.compile(
    r"^[ \t]*(?:(?:DROP\s+(?:TABLE|VIEW|PROC(?:EDURE)?|FUNCTION|TRIGGER|INDEX|DATABASE|SCHEMA)|DELETE\s+FROM"
    r"|TRUNCATE\s+TABLE|ALTER\s+(?:TABLE|VIEW|DATABASE))\s+[\w.\[\]]+"
    r"|UPDATE\s+[\w.\[\]]+\s+SET\s+[\w.\[\]]+\s*=|INSERT\s+INTO\s+[\w.\[\]]+\s*(?:\(|VALUES|SELECT)"
    r"|MERGE\s+(?:INTO\s+)?[\w.\[\]]+\s+(?:AS\s+\w+\s+)?USING)[^;\n]*(?:\n(?!\s*\n)[^;\n]*)*;?",
    re.MULTILINE,
)
# Where prose may begin behind a bare query: a line, a sentence, the next cell of a markdown table.
CUTS = re.compile(r"\n|\.(?=\s|\Z)|\s\|")
# Comments of a query; strings and quoted names are read first, so that -- in them is none.
COMMENT = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\[[^\]]*(?:\]|\Z)|--([^\n]*)|/\*(.*?)(?:\*/|\Z)", re.DOTALL)
# "Can I select a from b?" is a sentence, not a query; `a = ?` would be one of another dialect.
ASKED = re.compile(r"[\w\])'\"]\?\s*\Z")
# Comments of a longer one are left in: a bracket that does not end is looked for to the end of the text from each.
LONGEST_QUERY = 20_000
TRIES = 24
# So much of the prose before a block leads to it.
LEAD = 300


@dataclass(slots=True)
class Reading:
    """An answer taken apart. `sql` is the query that counts, empty where the answer holds none; `said`: what the prose
    says, comments of the query included."""

    sql: str
    prose: str
    said: Said = field(default_factory=Said)

    @property
    def denials(self) -> list[Denial]:
        """What the prose denies."""
        return self.said.denials

    @property
    def no_path(self) -> bool:
        """Whether it says that two things cannot be joined."""
        return self.said.no_path

    @property
    def asks_back(self) -> bool:
        """Whether it asks which of several things is meant."""
        return self.said.asks_back


class Asides(BaseModel):
    """What is said before a block that is not the answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    other: list[str]
    faulty: list[str]


def read(answer: str, parses: Callable[[str], bool] | None = None, known: frozenset[str] = frozenset()) -> Reading:
    """Take an answer apart; never fails, whatever the text.

    Args:
        parses: says whether a text is a query, in place of the parser; used where a query without a fence runs into
            prose.
        known: words that are names although they do not look so (`Status`).
    """
    return read_all(answer, parses, known)[0]


def read_all(
    answer: str, parses: Callable[[str], bool] | None = None, known: frozenset[str] = frozenset()
) -> tuple[Reading, list[str]]:
    """As `read`, and as `all_sql`: the answer is taken apart once."""
    blocks, prose = _sql_blocks(answer, parses or _parses)
    script = _counts(blocks).text if blocks else ""
    # What a comment of the query says is said as well.
    if ("--" in script or "/*" in script) and len(script) <= LONGEST_QUERY:
        comments = ("".join(found.groups("")) for found in COMMENT.finditer(script))
        prose = "\n".join((prose, *filter(None, comments)))
    return Reading(query_of(script), prose, hear(prose, known)), [query_of(block.text) for block in blocks]


def last_sql(answer: str, parses: Callable[[str], bool] | None = None) -> str:
    """The query of an answer that counts, or an empty string."""
    blocks, _ = _sql_blocks(answer, parses or _parses)
    return query_of(_counts(blocks).text) if blocks else ""


def all_sql(answer: str, parses: Callable[[str], bool] | None = None) -> list[str]:
    """Every query or other statement of an answer, in order; the one that counts is among them."""
    blocks, _ = _sql_blocks(answer, parses or _parses)
    return [query_of(block.text) for block in blocks]


def _counts(blocks: Sequence[Block]) -> Block:
    """The block that counts."""
    if changing := next((block for block in blocks if changes(block.text)), None):
        return changing
    asides = _asides()
    leads = [_written_out(block.before[-LEAD:].rstrip().rpartition("\n\n")[2].lower()) for block in blocks]
    led = list(zip(blocks, leads, strict=True))
    kept = [(block, lead) for block, lead in led if not any(word in lead for word in asides.faulty)] or led
    return next(
        (block for block, lead in reversed(kept[1:]) if not any(word in lead for word in asides.other)), kept[0][0]
    )


def _written_out(text: str) -> str:
    """Without short forms: "don't" as "do not", "you'd" as "you would"."""
    return text.replace("’", "'").replace("can't", "cannot").replace("n't", " not").replace("'d ", " would ")


@cache
def _asides() -> Asides:
    return read_asides(Path(__file__).with_name("asides.yaml"))


def read_asides(path: Path) -> Asides:
    """The words before a block that is not the answer.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    return read_yaml_file(path).check(Asides)


def _sql_blocks(answer: str, parses: Callable[[str], bool]) -> tuple[list[Block], str]:
    """The blocks of SQL of an answer, and the prose around all its blocks."""
    layout = lay_out(answer)
    queries = [block for block in layout.blocks if SELECT.search(block.text) or (block.is_sql and changes(block.text))]
    # CREATE TABLE in a block that says it is SQL: an answer in SQL that is no query.
    called_sql = [block for block in layout.blocks if block.is_sql and block.language]
    found = [block for block in queries if block.is_sql] or queries or called_sql
    if found:
        return found, layout.prose
    # Blocks that hold no query are prose, such as the columns of a key.
    prose = "\n".join(
        (*(f"{block.before}\n{block.text}" for block in layout.blocks), _behind(layout.prose, layout.blocks))
    )
    return _bare(prose if layout.blocks else layout.prose, parses)


def _behind(prose: str, blocks: Sequence[Block]) -> str:
    """What stands behind the last block."""
    return prose[sum(len(block.before) + 1 for block in blocks) :]


def _bare(answer: str, parses: Callable[[str], bool]) -> tuple[list[Block], str]:
    """The queries without a fence, and what is left."""
    found: list[Block] = []
    rest, place = [], 0
    while query := _next_bare(answer, place, parses, first=not found):
        start, stop = query
        rest.append(answer[place:start])
        found.append(Block("", answer[start:stop], answer[place:start]))
        place = stop
    for change in BARE_CHANGE.finditer(answer):
        found.append(Block("", change.group(), ""))
    return found, "\n".join((*rest, answer[place:]))


def _next_bare(answer: str, place: int, parses: Callable[[str], bool], first: bool) -> tuple[int, int] | None:
    """Where the next query without a fence begins and ends."""
    if not FROM.search(answer, place):
        return None
    for start in islice((BARE_START if first else NEXT_START).finditer(answer, place), TRIES):
        query: re.Match[str] | None = start
        while query and not QUERY.match(query.group()):
            query = BARE_START.search(answer, query.end())
        if query is None:
            return None
        begin = start.start() if QUERY.match(query_of(answer[start.start() : query.end()])) else query.start()
        end = BARE_END.search(answer, query.end())
        stop = end.start("end" if end["end"] else 0) if end else len(answer)
        text = answer[begin:stop]
        if not FROM.search(text):
            continue
        text = _shorten(text, parses)
        if not ASKED.search(text):
            return begin, begin + len(text)
    return None


def _shorten(text: str, parses: Callable[[str], bool]) -> str:
    """The longest beginning that parses, cut at line ends and ends of sentences; the whole text where none does."""
    cuts = [len(text), *(match.start() for match in CUTS.finditer(text))]
    for cut in sorted(set(cuts), reverse=True)[:TRIES]:
        if FROM.search(text[:cut]) and parses(query_of(text[:cut])):
            return text[:cut]
    return text


def _parses(sql: str) -> bool:
    from vgpt2.tsql.dialect import TsqlError, parse

    try:
        parse(sql)
    except TsqlError as error:
        return error.rule == "unread"
    return True
