"""What an answer says: the SQL that it holds, the names whose existence it denies, and what is left as prose."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from vgpt2.records.answers.denials import Denial, find_denials

__all__ = ["FENCE", "SQL_LANGUAGES", "Denial", "Reading", "cut_after_query", "find_denials", "last_sql", "read"]

FENCE = re.compile(r"```[ \t]*([A-Za-z][\w+-]*)?[ \t]*(?:\r?\n)?(.*?)(?:```|\Z)", re.DOTALL)
SQL_LANGUAGES = frozenset(("", "sql", "tsql", "t-sql", "mssql", "sqlserver", "transact-sql"))
SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)
# A bare query: SELECT or a CTE, with a FROM behind it, up to an empty line (unless a clause goes on there), a closing
# tag of HTML or the end.
BARE_START = re.compile(r"\bSELECT\b|\bWITH\s+\[?\w+\]?\s*(?:\([^)]*\)\s*)?AS\s*\(", re.IGNORECASE)
CLAUSES = "FROM|WHERE|GROUP|HAVING|ORDER|AND|OR|ON|JOIN|INNER|LEFT|RIGHT|FULL|CROSS|UNION|EXCEPT|INTERSECT|SELECT"
BARE_END = re.compile(rf"\n[ \t\r]*\n(?!\s*(?:{CLAUSES})\b)|;(?=\s|\Z)|`|</\w", re.IGNORECASE)
FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
# Where prose may begin behind a bare query: a line, a sentence, the next cell of a markdown table.
CUTS = re.compile(r"\n|\.(?=\s|\Z)|\s\|")
TILDES = re.compile(r"^[ \t]*~{3,}", re.MULTILINE)
JSON_FENCE = re.compile(r"```[ \t]*(?:jsonc?)?[ \t]*\r?\n?(\s*[{\[].*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
# Comments of a query; strings and quoted names are read first, so that -- in them is none.
COMMENT = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|\[[^\]]*\]|--([^\n]*)|/\*(.*?)\*/", re.DOTALL)
# "Can I select a from b?" is a sentence, not a query; `a = ?` would be one of another dialect.
ASKED = re.compile(r"[\w\])'\"]\?\s*\Z")
# A longer one does not parse (`tsql.dialect`), and a bracket that does not end is looked for to the end from each.
LONGEST_QUERY = 20_000
TRIES = 24
NO_PATH = re.compile(
    r"\b(?:nothing (?:joins|links|connects|relates)"
    r"|(?:cannot|can't|can not|could not|couldn't) (?:be (?:joined|linked|related)|(?:join|link|relate|connect)\b)"
    r"|no way to (?:join|link|relate|connect)\b|nothing in common"
    r"|no (?:known |direct |proven |foreign |shared |common )?(?:joins?|path|relationship|relation|link|key)\b"
    r"[^.\n]{0,60}\b(?:between|joins?|links?|connects?|relates?|from|to|for)\b"
    r"|(?:are|is) (?:not (?:joined|related|linked|connected)|unrelated)"
    r"|have no (?:common|shared) (?:key|column)|share no (?:key|column))",
    re.IGNORECASE,
)
ASKS_BACK = re.compile(
    r"\b(?:which (?:one|of|table|column|do you)|do you mean|did you mean|ambiguous|could mean"
    r"|please (?:say|specify|clarify))\b",
    re.IGNORECASE,
)


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
    # What a comment of the query says is said as well.
    if ("--" in sql or "/*" in sql) and len(sql) <= LONGEST_QUERY:
        comments = ("".join(found.groups("")) for found in COMMENT.finditer(sql))
        prose = "\n".join((prose, *filter(None, comments)))
    return Reading(sql, prose, find_denials(prose), bool(NO_PATH.search(prose)), bool(ASKS_BACK.search(prose)))


def last_sql(answer: str, parses: Callable[[str], bool] | None = None) -> str:
    """The query of an answer, or an empty string: the last fenced block in SQL that holds a SELECT, closed or not
    (where none does, the last that is called SQL); without a fence from the first SELECT or WITH on."""
    return _split(answer, parses)[0]


def _split(answer: str, parses: Callable[[str], bool] | None) -> tuple[str, str]:
    answer = _plain_form(answer)
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
        # Blocks that hold no query are prose, such as the columns of a key.
        answer = re.sub(r"```\w*", "\n", answer)
    return _bare(answer, parses)


def _plain_form(answer: str) -> str:
    """The same answer with fences of backticks, and a query out of the JSON that holds it."""
    if "~~~" in answer:
        answer = TILDES.sub("```", answer)
    if '"' in answer and SELECT.search(answer):
        if answer.lstrip()[:1] in ("{", "["):
            return _out_of_json(answer)
        if "```" in answer:
            return JSON_FENCE.sub(lambda block: _out_of_json(block[1], block[0]), answer)
    return answer


def _out_of_json(text: str, otherwise: str = "") -> str:
    try:
        waiting = [("", json.loads(text, strict=False))]
    except (ValueError, RecursionError):
        return otherwise or text
    lines = []
    while waiting:
        key, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting = [*value.items(), *waiting]
        elif isinstance(value, list):
            waiting = [*((key, item) for item in value), *waiting]
        elif isinstance(value, str) and SELECT.search(value) and "```" not in value:
            lines.append(f"```sql\n{value}\n```")
        else:
            lines.append(f"{key}: {value}")
    return "\n".join(lines)


def _bare(answer: str, parses: Callable[[str], bool] | None) -> tuple[str, str]:
    if not FROM.search(answer):
        return "", answer
    for start in islice(BARE_START.finditer(answer), TRIES):
        end = BARE_END.search(answer, start.end())
        stop = end.start() if end else len(answer)
        text = answer[start.start() : stop]
        if not FROM.search(text):
            continue
        text = _shorten(text, parses) if parses else text
        if ASKED.search(text):
            continue
        return _clean(text), answer[: start.start()] + "\n" + answer[start.start() + len(text) :]
    return "", answer


def _shorten(text: str, parses: Callable[[str], bool]) -> str:
    """The longest beginning that parses, cut at line ends and ends of sentences; the whole text where none does."""
    cuts = [len(text), *(match.start() for match in CUTS.finditer(text))]
    for cut in sorted(set(cuts), reverse=True)[:TRIES]:
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
