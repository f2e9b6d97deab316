"""What an answer says: the SQL that it holds, the names whose existence it denies, and what is left as prose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

FENCE = re.compile(r"```[ \t]*([A-Za-z][\w+-]*)?[ \t]*(?:\r?\n)?(.*?)(?:```|\Z)", re.DOTALL)
SQL_LANGUAGES = frozenset(("", "sql", "tsql", "t-sql", "mssql", "sqlserver", "transact-sql"))
SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)
# A bare query: SELECT or a CTE, with a FROM behind it, up to an empty line or the end.
BARE_START = re.compile(r"\bSELECT\b|\bWITH\s+\[?\w+\]?\s*(?:\([^)]*\)\s*)?AS\s*\(", re.IGNORECASE)
BARE_END = re.compile(r"\r?\n[ \t]*\r?\n|;(?=\s|\Z)|`")
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)

_PART = r"(?:\[[^\]\n]{1,128}\]|[A-Za-z_#@][\w$#@]*)"
_NAME = rf"[`'\"*]*(?P<name>{_PART}(?:\.{_PART}){{0,2}})[`'\"*]*"
_TABLE = rf"(?:the )?(?:(?:table|view) )?[`'\"*]*(?P<owner>{_PART}(?:\.{_PART})?)[`'\"*]*"
_LATER_TABLE = _TABLE.replace("<owner>", "<later_owner>")
_IN_TABLE = rf"(?: (?:exists? )?(?:in|on|of|for|from|within) {_LATER_TABLE})?"
_THINGS = r"tables?|views?|columns?|fields?|objects?"
_THING = rf"(?P<thing>{_THINGS})"
_LATER_THING = rf"(?P<later_thing>{_THINGS})"
_CALLED = r"(?:called |named |as |like )?"
_NOT_HAVE = r"(?:has no|have no|had no|contains no|(?:does not|doesn't|do not|don't) (?:have|contain|include))"
_ABSENT = (
    r"(?:(?:does not|doesn't|do not|don't|did not|didn't) (?:actually |really )?(?:exist|appear)"
    r"|(?:is not|isn't|are not|aren't|was not|wasn't) (?:present|defined|available|found|there)"
    r"|(?:could not|couldn't|cannot|can't|can not) be found|is missing from|is (?:non-?existent|unknown|invented))"
)
_FIND = (
    r"(?:(?:could not|couldn't|cannot|can't) find|(?:do not|don't) (?:know|see|find|have))(?: an?| any| the| of an?)?"
)
DENIALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The column X of APTH does not exist
        rf"\b{_THING} {_NAME} (?:in|on|of) {_LATER_TABLE} {_ABSENT}",
        # APTH has no column InvoiceAmt; APTH does not have a column named InvoiceAmt
        rf"\b{_TABLE} {_NOT_HAVE}(?: an?| any| the)? {_THING} {_CALLED}{_NAME}",
        # There is no table APTX; no such table APTX; I know of no column X in APTH
        rf"\bno (?:such )?{_THING} {_CALLED}{_NAME}{_IN_TABLE}",
        # There is no APTX table
        rf"\bno {_NAME} {_THING}{_IN_TABLE}",
        # The table APTX does not exist; X does not exist in APTH
        rf"(?:\b{_THING} )?{_NAME}(?: {_LATER_THING})? {_ABSENT}{_IN_TABLE}",
        # APTX is not a table; X is not a column of APTH; X is not in APTH
        rf"(?:\b{_THING} )?{_NAME} (?:is not|isn't|are not|aren't) "
        rf"(?:(?:an? )?(?:known |real |existing |valid |actual )*{_LATER_THING}\b{_IN_TABLE}"
        rf"|(?:in|part of) {_LATER_TABLE.replace('later_', 'last_')})",
        # I could not find a table X; I do not know a table called X
        rf"\b{_FIND} {_THING} {_CALLED}{_NAME}{_IN_TABLE}",
        # APTH does not have InvoiceAmt; there is no InvoiceAmt in APTH
        rf"\b{_TABLE} (?:does not|doesn't) (?:have|contain|include) {_NAME}",
        rf"\bthere(?: is|'s) no {_NAME}(?: {_THING})? (?:in|on|of) {_LATER_TABLE}",
        # unknown table APTX; nonexistent column X
        rf"\b(?:unknown|non-?existent) {_THING} {_NAME}",
    )
)
# Every denial has one of these; most lines have none, and need no look at all the patterns. The parts are what the
# words are made of: `in` is twenty times as fast as an expression.
PARTS = ("no", "n't", "missing", "invented")
DENYING = re.compile(r"\bno\b|not\b|n't\b|missing|unknown|\bnon|invented", re.IGNORECASE)
GENERIC = re.compile(
    r"\b(?:no such (?:table|view|column|field|object)|(?:table|view|column|field|object|it|that|this|they)s? "
    r"(?:you (?:asked|named|mention\w*)[\w ]{0,20} )?(?:does not|doesn't|do not|don't) exist"
    r"|(?:is|are) not (?:in|part of) (?:the|this) (?:database|schema|catalog))",
    re.IGNORECASE,
)
NO_PATH = re.compile(
    r"\b(?:nothing (?:joins|links|connects|relates)"
    r"|(?:cannot|can't|can not|could not|couldn't) be (?:joined|linked|related)"
    r"|no (?:known |direct |proven )?(?:joins?|path|relationship|relation|link|key|way to join)\b[^.\n]{0,60}"
    r"\b(?:between|joins?|links?|from|to|for)\b"
    r"|(?:are|is) not (?:joined|related|linked|connected)"
    r"|have no (?:common|shared) (?:key|column)|share no (?:key|column))",
    re.IGNORECASE,
)
ASKS_BACK = re.compile(
    r"\b(?:which (?:one|of|table|column|do you)|do you mean|did you mean|ambiguous|could mean"
    r"|please (?:say|specify|clarify))\b",
    re.IGNORECASE,
)
# Words that the name patterns catch in ordinary sentences: "the table you asked for does not exist".
COMMON = frozenset(
    """a an and any are as asked be by called column columns data database do does exist exists field fields for found
    from given has have i in is it its like match matching mentioned my name named named object objects of on one or
    question referenced requested s schema so such system table tables that the their them there they thing this to
    view views vista was we which with you your here also but if not no none data sql query known other""".split()
)


@dataclass(slots=True, frozen=True)
class Denial:
    """An object whose existence the prose denies. `thing`: table, column or empty (not said); `owner`: the table that
    is said to lack it, or empty; an empty `name` stands for "it does not exist"."""

    name: str
    thing: str = ""
    owner: str = ""


@dataclass(slots=True)
class Reading:
    """An answer taken apart. `sql` is empty where it holds no query."""

    sql: str
    prose: str
    denials: list[Denial] = field(default_factory=list)
    no_path: bool = False
    asks_back: bool = False


def read(answer: str, parses: Callable[[str], bool] | None = None) -> Reading:
    """Take an answer apart; never fails, whatever the text.

    Args:
        parses: says whether a text is a query; used where a query without a fence runs into prose.
    """
    sql, prose = _split(answer, parses)
    return Reading(sql, prose, find_denials(prose), bool(NO_PATH.search(prose)), bool(ASKS_BACK.search(prose)))


def last_sql(answer: str, parses: Callable[[str], bool] | None = None) -> str:
    """The query of an answer, or an empty string: the last fenced block in SQL that holds a SELECT, closed or not
    (where none does, the last that is called SQL); without a fence from the first SELECT or WITH on."""
    return _split(answer, parses)[0]


def _split(answer: str, parses: Callable[[str], bool] | None) -> tuple[str, str]:
    blocks = [(language or "", body) for language, body in FENCE.findall(answer)]
    if "```" in answer:
        prose = FENCE.sub("\n", answer)
        queries = [(language, body) for language, body in blocks if SELECT.search(body)]
        in_sql = [body for language, body in queries if language.lower() in SQL_LANGUAGES]
        # CREATE TABLE in a block that says it is SQL: an answer in SQL that is no query.
        called_sql = [body for language, body in blocks if language.lower() in SQL_LANGUAGES - {""}]
        found = in_sql or [body for _, body in queries] or called_sql
        if found:
            return _clean(found[-1]), prose
        # A language word that is the query's first: "```SELECT 1```" reads SELECT as the language.
        joined = [f"{language} {body}" for language, body in blocks if language.lower() in ("select", "with")]
        if joined:
            return _clean(joined[-1]), prose
        answer = prose
    return _bare(answer, parses)


def _bare(answer: str, parses: Callable[[str], bool] | None) -> tuple[str, str]:
    for start in BARE_START.finditer(answer):
        end = BARE_END.search(answer, start.end())
        stop = end.start() if end else len(answer)
        text = answer[start.start() : stop]
        if not FROM.search(text):
            continue
        text = _shorten(text, parses) if parses else text
        return _clean(text), answer[: start.start()] + "\n" + answer[start.start() + len(text) :]
    return "", answer


def _shorten(text: str, parses: Callable[[str], bool]) -> str:
    """The longest beginning that parses, cut at line ends and ends of sentences; the whole text where none does."""
    cuts = [len(text), *(match.start() for match in re.finditer(r"\n|\.(?=\s|\Z)", text))]
    for cut in sorted(set(cuts), reverse=True)[:12]:
        if FROM.search(text[:cut]) and parses(text[:cut]):
            return text[:cut]
    return text


def _clean(sql: str) -> str:
    return sql.strip().rstrip(";").rstrip()


def cut_after_query(answer: str) -> str:
    """The answer up to the end of its first whole fenced block with a SELECT; what a model writes behind it is not
    read, so decoding can stop there."""
    for match in FENCE.finditer(answer):
        if SELECT.search(match.group()) and match.group().endswith("```") and len(match.group()) > 5:
            return answer[: match.end()]
    return answer


def find_denials(prose: str) -> list[Denial]:
    """The objects whose existence the prose denies, each once, in the order of the patterns.

    >>> find_denials("APTH has no column InvoiceAmt. The nearest is InvTotal.")
    [Denial(name='InvoiceAmt', thing='column', owner='APTH')]
    """
    # No pattern reaches over the end of a line.
    lines = [line for line in prose.split("\n") if any(part in line.lower() for part in PARTS)]
    prose = "\n".join(line for line in lines if DENYING.search(line))
    if not prose:
        return []
    found: list[Denial] = []
    rest = prose
    for pattern in DENIALS:
        for match in pattern.finditer(rest):
            groups = {key: value for key, value in match.groupdict().items() if value}
            thing = _thing(groups.get("thing") or groups.get("later_thing", ""))
            owner = groups.get("owner") or groups.get("later_owner") or groups.get("last_owner", "")
            denial = Denial(_plain(groups["name"]), thing, "" if thing == "table" else _plain(owner))
            if denial not in found:
                found.append(denial)
        # What one pattern has read is no other's: "column X of APTH does not exist" does not deny APTH.
        rest = pattern.sub(lambda match: "\n" * len(match.group()), rest)
    named = [denial for denial in found if denial.name]
    if not named and (found or GENERIC.search(prose)):
        return [Denial("")]
    return named


def _plain(name: str) -> str:
    bare = name.replace("[", "").replace("]", "").strip(".")
    return "" if bare.lower() in COMMON else bare


def _thing(word: str) -> str:
    word = word.lower().rstrip("s")
    return {"view": "table", "field": "column", "object": "", "name": ""}.get(word, word)
