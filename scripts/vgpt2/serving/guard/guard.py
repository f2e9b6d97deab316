"""One answer, one judgement: every SQL in it is read, the worst decides, and what may leave is put together anew.

An answer is read by the grader's own reader (`records/answers`). What that reader leaves as prose is looked through for
statements of its own (`guard.yaml`): a model that is asked for a query writes none there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.extract import last_sql, read_all
from vgpt2.records.answers.layout import Layout, lay_out
from vgpt2.records.answers.script import query_of
from vgpt2.serving.guard.lists import MONEY, plain, statement_in, tool_pattern, tool_value, unmarked
from vgpt2.serving.guard.outside import asks_the_server, outside, outside_in_prose
from vgpt2.serving.guard.reads import Reads
from vgpt2.sqltext.names import RESERVED
from vgpt2.sqltext.scan import scan
from vgpt2.tsql.check.check import Verdict, check
from vgpt2.tsql.grammar.lexer import placed, without_blocks

# What may be said of an answer's SQL, the worst last.
WORSE = ("none", "asks", "valid", "unknown", "outside", "invalid")
# With these an answer leaves: without a query, proved, or with the reason why it cannot be.
LEAVES = frozenset(("none", "asks", "valid", "unknown"))
# Longer ones no profile lets a model write; the reader's time goes by the length.
LONGEST = 20_000
MOST_QUERIES = 16
# Of one query so many findings are told: the nearest name of each costs more than the check.
MOST_FINDINGS = 40
# Signs that show a text other than it is: directions of writing, control characters, and line ends of others, behind
# which a comment ends for the eye and for many a tool, and not for the server.
_HIDING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2028\u2029\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OPAQUE = re.compile(r"'[^']*+(?:''[^']*+)*+(?:'|\Z)|--[^\r\n]*")
_BLANKS = re.compile(r"[^\S\r\n]+")
# A line of GO may have comments on it.
_GO = re.compile(
    r"^(?:[^\S\n]|/\*[^*\n]*+\*/)*+GO(?:[^\S\n]*+\d++)?+[^\S\n]*+;?+[^\S\n]*+(?:--.*|/\*.*)?$",
    re.IGNORECASE | re.MULTILINE,
)
_USE = re.compile(r"^[^\S\r\n]*USE\s+(\[[^\]\n]+\]|\w+)\s*(?:;|$)", re.IGNORECASE | re.MULTILINE)
_LOOSE = re.compile(r"^[^\w\n]*(?:SELECT|WITH)\b|`\s*(?:SELECT|WITH)\b|(?-i:\bSELECT\b)", re.IGNORECASE | re.MULTILINE)
_BRACKET = re.compile("[()]")
_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)
# "Delete vendors" is a sentence, unless it is a table that is called so.
_DELETE = re.compile(r"\bDELETE\s+(?:\[?\w+\]?\.)?\[?(\w+)\]?\s*(?:$|[`\"'.;])", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True, frozen=True)
class Judged:
    """What the guard says of an answer.

    `sql`: the query that counts; `status`: the worst of `WORSE` (`asks`: no query, a question back); `findings`: what
    is wrong; `because`: why the status is `unknown` or `outside`; `tables`: those that the query reads; `prose`: what
    may leave beside the query.
    """

    sql: str
    status: str
    findings: list[dict[str, Any]] = field(default_factory=list)
    because: str = ""
    tables: tuple[str, ...] = ()
    prose: str = ""

    @property
    def leaves(self) -> bool:
        """Whether the answer may leave a strict guard."""
        return self.status in LEAVES


def judge(answer: str, catalog: Catalog) -> Judged:
    """Read all of an answer; never fails, whatever the text."""
    if len(answer) > LONGEST:
        return Judged("", "invalid", [_finding("too_long", f"{len(answer):,} characters are more than {LONGEST:,}")])
    reads = Reads()
    reading, taken = read_all(answer, reads)
    layout = lay_out(answer)
    beside = layout.prose if taken and layout.blocks else reading.prose
    called_sql = [query_of(block.text) for block in layout.blocks if block.is_sql and block.language]
    texts = [text for text in dict.fromkeys((reading.sql, *taken, *called_sql, *_loose(beside, reads))) if text]
    judged = [_of_sql(text, catalog, reads) for text in texts[:MOST_QUERIES]]
    if len(texts) > MOST_QUERIES:
        judged.append(_refused("too_many", f"{len(texts)} queries in one answer"))
    judged += _of_rest(layout, texts, beside, catalog)
    silent = "asks" if reading.asks_back and not reading.denials else "none"
    worst = max(judged, key=lambda one: WORSE.index(one.status), default=Judged("", silent))
    findings = [found for one in judged for found in one.findings if one is judged[0] or one.status == worst.status]
    tables = judged[0].tables if judged else ()
    return Judged(reading.sql, worst.status, findings, worst.because, tables, layout.prose if taken else reading.prose)


def _of_sql(sql: str, catalog: Catalog, reads: Reads) -> Judged:
    """The judgement of one text that is run."""
    verdict = check(sql, catalog)
    if hidden := _hidden(sql, catalog):
        return hidden
    if verdict.status != "valid" and (reason := outside(sql, verdict, catalog)) and _is_outside(verdict):
        return Judged(sql, "outside", _findings(verdict), reason)
    if verdict.status == "invalid":
        return Judged(sql, "invalid", _findings(verdict))
    if not reads(sql):
        return _refused("unread", f"it is not read as one SELECT: {verdict.unknown_because}")
    if re.search(r"\bNEXT\s+VALUE\s+FOR\b", _open_text(sql), re.IGNORECASE):
        return _refused("changes", "NEXT VALUE FOR takes a number out of a sequence: no query that only reads")
    if reason := asks_the_server(sql):
        return Judged(sql, "outside", _findings(verdict), reason)
    return Judged(sql, verdict.status, _findings(verdict), verdict.unknown_because, verdict.tables)


def _is_outside(verdict: Verdict) -> bool:
    """Whether what is outside is all that is wrong: a DELETE from another database is no query in the first place."""
    return all(finding.kind == "resolve" for finding in verdict.findings if finding.kind != "house")


def _hidden(sql: str, catalog: Catalog) -> Judged | None:
    """A text that shows itself to the eye, or to a tool that sends it, as another than the server reads."""
    if found := _HIDING.search(sql):
        return _refused("hidden", f"a character that hides what is written (U+{ord(found.group()):04X})")
    if _GO.search(plain(sql).replace("\r", "\n")) or tool_pattern().search(sql):
        return _refused("hidden", "a line that tools which send scripts take for a command of theirs")
    if value := tool_value().search(sql):
        return _refused("hidden", f"{value.group()} is a value of the tool that sends it")
    if statement := _commented(sql, catalog):
        return _refused("hidden", f"a comment holds a statement: {statement}")
    if not sql.isascii():
        if glued := re.search(rf"[A-Za-z_]\w*[{MONEY}]", _open_text(sql)):
            return _refused("hidden", f"{glued.group()} is one name to the server, with the sign of a currency in it")
        for token in placed(sql):
            if not token.text.isascii() and token.text[0].isalpha() and token.text[1:2] != "'":
                word = plain(token.text)
                if word.upper() in RESERVED:
                    return _refused("hidden", f"{token.text} only looks like {word}")
    return None


def _of_rest(layout: Layout, texts: list[str], beside: str, catalog: Catalog) -> list[Judged]:
    """What is wrong with all that is not a query: prose, blocks of other languages, what stands before a query."""
    parts = [beside]
    for block in layout.blocks:
        query = query_of(block.text)
        if query not in texts:
            parts.append(block.whole)
        elif block.text.strip().rstrip("; \n") != query.rstrip("; \n"):
            parts.append(_OPAQUE.sub(" ", block.text.replace(query, " ")))
    found = []
    for part in parts:
        text = _BLANKS.sub(" ", plain(without_blocks(part)))
        if statement := _statement(text, catalog):
            found.append(_refused("not_select", f"beside the query stands another statement: {statement}"))
        elif tool_pattern().search(text):
            found.append(_refused("not_select", "beside the query stands a command of a tool that sends scripts"))
        elif reason := outside_in_prose(unmarked(text), catalog):
            found.append(Judged("", "outside", [], reason))
        for use in _USE.finditer(text):
            if use[1].strip("[]").lower() not in _own_names(catalog):
                found.append(Judged("", "outside", [], f"it goes to another database ({use[1].strip('[]')})"))
    return found


def _statement(text: str, catalog: Catalog) -> str:
    """A statement in a text that is no query, also where marks of a page stand between its letters; '' where there is
    none."""
    found = statement_in(text)
    if not found and (shown := unmarked(text)) != text:
        found = statement_in(shown)
    if not found and "delete" in text.lower():
        tables = catalog.by_name
        found = next((one.group() for one in _DELETE.finditer(text) if one[1] in tables), "")
    return " ".join(found.split())[:60]


def _commented(sql: str, catalog: Catalog) -> str:
    """A statement in the comments of a query: whoever takes a query's lines apart has it."""
    if "--" not in sql and "/*" not in sql:
        return ""
    comments = "\n".join(token.text.strip("-/*! \t") for token in scan(sql, comments=True) if token.kind == "comment")
    return _statement(_BLANKS.sub(" ", plain(comments)), catalog) if comments else ""


def _own_names(catalog: Catalog) -> set[str]:
    database = catalog.database
    return {database.name.lower(), database.prefix.lower(), *(word.lower() for word in database.title.split())}


def _loose(prose: str, reads: Reads) -> list[str]:
    """Queries in the prose beside fenced ones: in capitals, at the beginning of a line or between backticks."""
    found = []
    prose = unmarked(prose)
    for start in list(_LOOSE.finditer(prose))[:MOST_QUERIES]:
        begin = start.start() + len(start.group()) - len(start.group().lstrip("` \t>*-(\"'"))
        line = _to_its_bracket(re.split(r"`|;|\n\s*\n", prose[begin:], maxsplit=1)[0])
        if _FROM.search(line) and (shorter := last_sql(line, reads)) and reads(shorter):
            found.append(shorter)
    return found


def _to_its_bracket(line: str) -> str:
    """A line up to a bracket that closes more than was opened in it: `(SELECT ...)`."""
    depth = 0
    for bracket in _BRACKET.finditer(line):
        depth += 1 if bracket.group() == "(" else -1
        if depth < 0:
            return line[: bracket.start()]
    return line


def _open_text(sql: str) -> str:
    return _OPAQUE.sub(" ", without_blocks(sql))


def _refused(rule: str, message: str) -> Judged:
    return Judged("", "invalid", [_finding(rule, message)])


def _finding(rule: str, message: str, nearest: str | None = None, kind: str = "syntax") -> dict[str, Any]:
    return {"kind": kind, "rule": rule, "message": message, "nearest": nearest}


def _findings(verdict: Verdict) -> list[dict[str, Any]]:
    return [_finding(one.rule, one.message, one.nearest, one.kind) for one in verdict.findings[:MOST_FINDINGS]]
