"""The one query of a script: what stands around it sets the scene (USE, SET, DECLARE, GO), and the values of its
variables are put where they are used."""

from __future__ import annotations

import re

from vgpt2.sqltext.scan import comment_end

SCENE = re.compile(r"(?:DECLARE|SET|USE|GO|SELECT\s+@\w+\s*=)\b", re.IGNORECASE)
BETWEEN = re.compile(r"(?:\s|;|--[^\r\n]*(?:[\r\n]|\Z)|/\*.*?\*/)++", re.DOTALL)
GO = re.compile(r"GO\b[ \t]*+\d*+[ \t]*+;?+(?=[ \t\r]*+(?:\n|\Z|--))", re.IGNORECASE)
USE = re.compile(r"USE\s+(?:\[[^\]\n]+\]|\w+)", re.IGNORECASE)
# Settings that change no row of a query.
SETTING = re.compile(
    r"SET\s+(?:TRANSACTION\s+ISOLATION\s+LEVEL\s+(?:READ\s+(?:UN)?COMMITTED|REPEATABLE\s+READ|SNAPSHOT|SERIALIZABLE)"
    r"|(?:NOCOUNT|ANSI_\w+|ARITHABORT|QUOTED_IDENTIFIER|XACT_ABORT|CONCAT_NULL_YIELDS_NULL|NUMERIC_ROUNDABORT"
    r"|LOCK_TIMEOUT|DEADLOCK_PRIORITY)\s+-?\w+|STATISTICS\s+(?:IO|TIME)(?:\s*,\s*(?:IO|TIME))?\s+(?:ON|OFF))",
    re.IGNORECASE,
)
DECLARE = re.compile(r"DECLARE\s+(?=@)", re.IGNORECASE)
DECLARED = re.compile(
    r"(@\w+)\s+(?:AS\s+)?(?!TABLE\b|CURSOR\b)(?:\[?\w+\]?\.)?\[?\w+\]?(?:\s*\([^()]*\))?", re.IGNORECASE
)
ASSIGNED = re.compile(r"(?:SET|SELECT)\s+(@\w+)\s*=\s*", re.IGNORECASE)
EQUALS = re.compile(r"\s*=\s*")
COMMA = re.compile(r"\s*,\s*")
# Strings, names in brackets and comments as a whole; a new statement ends an expression. What is not closed goes on to
# the end: else each would be looked for anew.
PIECE = re.compile(
    r"'(?:[^']|'')*'|\[[^\]]*(?:\]|\Z)|--[^\r\n]*|/\*.*?(?:\*/|\Z)|(?P<next>\b(?:SELECT|WITH|DECLARE|SET|USE|GO)\b)|(?P<open>\()|(?P<close>\))"
    r"|(?P<stop>[;,])|[^\W]+|.",
    re.IGNORECASE | re.DOTALL,
)
USED = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|\[[^\]]*(?:\]|\Z)|--[^\r\n]*|/\*.*?(?:\*/|\Z)|(?P<name>@@?\w+)", re.DOTALL
)
ATOM = re.compile(r"[-+]?\d+(?:\.\d+)?|N?'(?:[^']|'')*'|NULL", re.IGNORECASE)
CHANGES = re.compile(
    r"(?:DELETE|UPDATE|INSERT|MERGE|DROP|TRUNCATE|ALTER|CREATE|EXEC|EXECUTE|GRANT|REVOKE|DENY|BACKUP|RESTORE|KILL|SHUTDOWN"
    r"|RECONFIGURE)\b",
    re.IGNORECASE,
)
# What may stand before a statement; a block comment is read to its own end.
BLANK = re.compile(r"(?:\s++|--[^\r\n]*+(?:[\r\n]|\Z))*+")
ENDS = re.compile(r"(?:\n[ \t]*+GO|;[ \t\r\n]*+SET[ \t]++NOCOUNT[ \t]++OFF)\Z", re.IGNORECASE)
# So far from the end of a script its last line is looked for.
TAIL = 200
# Values of variables that are put into one another can double with each.
LONGEST_VALUE = 20_000


def changes(script: str) -> bool:
    """Whether a script begins, behind what sets the scene, with a statement that is no query: one that changes
    something."""
    query = query_of(script)
    return bool(CHANGES.match(query, _before(query)))


def _before(script: str, place: int = 0) -> int:
    """Where the first statement begins: behind white space and comments."""
    while True:
        if script[place : place + 1].isalnum():
            return place
        if found := BLANK.match(script, place):
            place = found.end()
        if not script.startswith("/*", place):
            return place
        place = comment_end(script, place)


def _sets_scene(script: str) -> bool:
    place = _before(script)
    while script.startswith(";", place):
        place = _before(script, place + 1)
    return bool(SCENE.match(script, place))


def query_of(script: str) -> str:
    """The query of a script, without what stands around it, each variable replaced by the value that it is given.

    A script with more in it (a second statement, a table variable) stays as it is from there on, and is no query.

    >>> query_of("DECLARE @Co tinyint = 1; SELECT Name FROM APVM WHERE APCo = @Co;")
    'SELECT Name FROM APVM WHERE APCo = 1'
    """
    values: dict[str, str] = {}
    rest = script
    if _sets_scene(script):
        rest = script[_scene(script, values) :]
    rest = _ended(rest)
    return _with_values(rest, values) if values else rest


def _scene(script: str, values: dict[str, str]) -> int:
    """Where the query begins; fills in the values of the variables."""
    place = start = _between(script, 0)
    while place < len(script):
        found = GO.match(script, place) or USE.match(script, place) or SETTING.match(script, place)
        end = found.end() if found else _variables(script, place, values)
        if end < 0:
            break
        place = start = _between(script, end)
    return start


def _variables(script: str, place: int, values: dict[str, str]) -> int:
    """The end of a DECLARE or SET of variables that begins here; -1: none does."""
    if assigned := ASSIGNED.match(script, place):
        end = _expression(script, assigned.end())
        return end if _give(values, assigned[1], script[assigned.end() : end]) else -1
    head = DECLARE.match(script, place)
    place = head.end() if head else -1
    while place >= 0:
        declared = DECLARED.match(script, place)
        if declared is None:
            return -1
        place = declared.end()
        if equals := EQUALS.match(script, place):
            place = _expression(script, equals.end())
            if not _give(values, declared[1], script[equals.end() : place]):
                return -1
        comma = COMMA.match(script, place)
        if comma is None:
            return place
        place = comma.end()
    return -1


def _expression(script: str, place: int) -> int:
    """Where the expression that begins here ends: at a comma, a semicolon or the next statement."""
    depth = 0
    while place < len(script):
        piece = PIECE.match(script, place)
        if piece is None:
            break
        if not depth and (piece["stop"] or piece["next"] or piece["close"]):
            return place
        depth += bool(piece["open"]) - bool(piece["close"])
        place = piece.end()
    return place


def _give(values: dict[str, str], name: str, expression: str) -> bool:
    value = _with_values(expression.strip(), values)
    if not value or len(value) > LONGEST_VALUE:
        return False
    values[name.lower()] = value if ATOM.fullmatch(value) else f"({value})"
    return True


def _with_values(sql: str, values: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match["name"].lower(), match.group()) if match["name"] else match.group()

    return USED.sub(value, sql)


def _between(script: str, place: int) -> int:
    found = BETWEEN.match(script, place)
    return found.end() if found else place


def _ended(sql: str) -> str:
    """Without the semicolons, GO and settings behind it."""
    sql = sql.strip()
    while True:
        shorter = sql.rstrip(";").rstrip()
        if ends := ENDS.search(shorter, max(0, len(shorter) - TAIL)):
            shorter = shorter[: ends.start()].rstrip()
        if shorter == sql:
            return sql
        sql = shorter
