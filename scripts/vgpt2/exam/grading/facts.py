"""Facts in an answer: whether it states what the catalog holds, read by names and values and not by sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from vgpt2.catalog.lookup import find_column, find_table
from vgpt2.catalog.model import Routine, Table, Trigger
from vgpt2.exam.grading.mentions import CAMEL, PART, Names
from vgpt2.exam.grading.prose import about, affirmed
from vgpt2.exam.grading.structure import join_columns
from vgpt2.records.answers.extract import find_denials
from vgpt2.records.facts import Fact

# Types of SQL Server, for telling the type that an answer states from the one that is.
BASE_TYPES = frozenset(
    """bigint binary bit char date datetime datetime2 datetimeoffset decimal float geography geometry hierarchyid image
    int integer money nchar ntext numeric nvarchar real rowversion smalldatetime smallint smallmoney sql_variant sysname
    text time timestamp tinyint uniqueidentifier varbinary varchar xml""".split()
)
TYPE_WORD = re.compile(r"\b([A-Za-z_]\w*)\s*(\(\s*(?:\d+|max)\s*(?:,\s*\d+\s*)?\))?", re.IGNORECASE)
# Two names of SQL Server for one type.
SYNONYMS = {"decimal": "numeric", "integer": "int"}
# "No." and "No, there is none", but none of "No idea", "No rows are returned", "No. of rows" and "No. 1".
SAYS_NO = re.compile(
    r"\s*(?:(?:no(?!\.\s*(?:of\b|\d))|nope|nein)\b\s*(?:[,.;:!-]|\Z|(?:there|it|the|this|that)\b)"
    r"|i (?:don't|do not) (?:think|believe) so\b|not that i know)",
    re.IGNORECASE,
)
SAYS_YES = re.compile(r"\s*(?:yes|yep|yeah|correct|true|indeed|certainly|of course|ja)\b|.*\byes\b", re.IGNORECASE)
OF_KEY = re.compile(r"\bkey|\bunique|\bidentif|\bprimary", re.IGNORECASE)
JOINED_ON = re.compile(r"\b(?:on|by|via|through|using|over)\b(.*?)(?:[.;](?=\s|\Z)|\Z)", re.DOTALL | re.IGNORECASE)


def missing_fact(fact: Fact, prose: str, names: Names, query: exp.Expr | None = None) -> str:
    """What keeps the prose from stating this fact, as a clause, or an empty string where it states it.

    What is negated is not stated. `key`: exactly the key's columns are named, in all or where the key is spoken of.
    `columns`: all of them are named, and none of another table. `joins`: all columns, in prose or in the conditions of
    a query, and no other of the two tables behind "on". `values`: all, and no other letter. `type`: the declared or the
    base type is named and no other. `module`: its code or title is given and no other. `exists`: the object is named or
    "yes" is said, and "no" is not. `missing`: that is denied. `describes`: the object is the first that is named. Other
    claims: every name of the value is given.
    """
    if fact.claim not in ("exists", "missing"):
        prose = affirmed(prose)
    if fact.claim == "joins" and (columns := join_columns(query)):
        prose = " ".join((prose, "on", *columns))
    check = _CHECKS.get(fact.claim, _value)
    return check(fact, prose, names)


def _words(prose: str) -> set[str]:
    return set(re.findall(r"[\w$#@]+", prose))


def _listed(value: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", value) if part.strip()]


def _columns_in(table: Table | None, prose: str, names: Names) -> set[str]:
    """The columns of a table that the prose names, in the table's own spelling."""
    if table is None:
        return set()
    own = {names.fold(column.name): column.name for column in table.columns}
    if names.fold(table.name) not in own:
        prose = prose.replace(table.name, " ")
    return {own[names.fold(word)] for word in _words(prose) if names.fold(word) in own}


def _of_other_tables(table: Table | None, prose: str, names: Names) -> list[str]:
    """The columns that the prose names and this table has not; only what can be no English word."""
    own = {names.fold(column.name) for column in table.columns} if table else set()
    words = sorted(word for word in _words(prose) if CAMEL.match(word))
    return [word for word in words if names.fold(word) in names.columns - own and not find_table(names.catalog, word)]


def _key(fact: Fact, prose: str, names: Names) -> str:
    table, wanted = find_table(names.catalog, fact.subject), set(_listed(fact.value))
    for text in (prose, about(prose, OF_KEY)):
        if _columns_in(table, text, names) == wanted and not _of_other_tables(table, text, names):
            return ""
    found = _columns_in(table, prose, names)
    lacks, extra = sorted(wanted - found), sorted(found - wanted) + _of_other_tables(table, prose, names)
    return "; ".join(
        part
        for part in (lacks and f"the key also has {', '.join(lacks)}", extra and f"not of the key: {', '.join(extra)}")
        if part
    )


def _columns(fact: Fact, prose: str, names: Names) -> str:
    table = find_table(names.catalog, fact.subject)
    if lacks := sorted(set(_listed(fact.value)) - _columns_in(table, prose, names)):
        return f"not named: {', '.join(lacks)}"
    others = _of_other_tables(table, prose, names)
    return f"{fact.subject} has no {', '.join(others)}" if others else ""


def _joins(fact: Fact, prose: str, names: Names) -> str:
    wanted = set(re.findall(r"[\w$#@]+", fact.value))
    if lacks := _value(fact, prose, names):
        return lacks
    behind = " ".join(JOINED_ON.findall(prose))
    tables = [find_table(names.catalog, part) for part in fact.subject.split("+")]
    extra = sorted({name for table in tables for name in _columns_in(table, behind, names)} - wanted)
    return f"not of the join: {', '.join(extra)}" if extra else ""


def _values(fact: Fact, prose: str, names: Names) -> str:
    wanted = _listed(fact.value)
    if lacks := _value(fact, prose, names):
        return lacks
    if any(len(value) > 1 for value in wanted):
        return ""
    # "A" and "I" are English words as well.
    extra = sorted(set(re.findall(r"\b[B-HJ-Z]\b(?!['\u2019.]\w)", prose)) - set(wanted))
    return f"no value of it: {', '.join(extra)}" if extra else ""


def _type(fact: Fact, prose: str, names: Names) -> str:
    found = find_column(names.catalog, fact.subject)
    right = {fact.value} | ({found[1].type, found[1].base_type} if found else set())
    known = BASE_TYPES | {name.lower() for name in names.catalog.types}
    of_names = {part.lower() for part in re.split(r"\W+", fact.subject)}
    stated = []
    for word, length in TYPE_WORD.findall(prose):
        # "a date column", "the text": a bare word of ordinary English is a type only where it is the right one.
        if word.lower() in known and word.lower() not in of_names:
            stated.append((SYNONYMS.get(word.lower(), word.lower()), re.sub(r"\s", "", length).lower()))
    accepted = {_split_type(value) for value in right}
    bare = {name for name, _ in accepted}
    wrong = [
        word + length for word, length in stated if (word, length) not in accepted and not (word in bare and not length)
    ]
    if any(word in bare for word, _ in stated) and not [
        word for word in wrong if word not in ("date", "text", "time", "timestamp", "int")
    ]:
        return ""
    return f"the type is {fact.value}" + (f", not {', '.join(sorted(set(wrong)))}" if wrong else "")


def _split_type(value: str) -> tuple[str, str]:
    name, _, length = value.partition("(")
    name = name.strip().lower()
    return SYNONYMS.get(name, name), f"({length}".replace(" ", "").lower() if length else ""


def _module(fact: Fact, prose: str, names: Names) -> str:
    modules = names.catalog.database.modules
    code = (
        fact.value
        if fact.value in modules
        else next((key for key, title in modules.items() if title == fact.value), fact.value)
    )
    rest = re.sub(rf"{PART}\.{PART}", " ", prose)
    low = rest.lower()
    # Codes are read in their exact case: "IN" is Inventory, "in" is English.
    stated = {
        key for key, title in modules.items() if re.search(rf"\b{re.escape(key)}\b", rest) or title.lower() in low
    }
    others = {table.module for table in names.catalog.tables if table.module and table.module not in modules}
    stated |= {name for name in others if re.search(rf"\b{re.escape(name)}\b", rest)}
    if code in stated and stated <= {code}:
        return ""
    return f"the module is {fact.value}" + (f", not {', '.join(sorted(stated - {code}))}" if stated - {code} else "")


def _exists(fact: Fact, prose: str, names: Names) -> str:
    if SAYS_NO.match(prose):
        return f"{fact.subject} does exist"
    last = fact.subject.rpartition(".")[2]
    fold = names.fold
    if SAYS_YES.match(prose) or fold(last) in {fold(word) for word in _words(prose)}:
        return ""
    return f"{fact.subject} is not named"


def _missing(fact: Fact, prose: str, names: Names) -> str:
    return "" if SAYS_NO.match(prose) or find_denials(prose) else f"{fact.subject} does not exist"


def _value(fact: Fact, prose: str, names: Names) -> str:
    fold = names.fold
    words = {fold(word) for word in _words(prose)}
    lacks = [word for word in re.findall(r"[\w$#@]+", fact.value) if fold(word) not in words]
    return f"not stated: {', '.join(lacks)}" if lacks else ""


def _describes(fact: Fact, prose: str, names: Names) -> str:
    """The question describes a table, a routine or a trigger: it must be named, and before any other of its kind."""
    catalog = names.catalog
    wanted = names.fold(fact.subject.rpartition(".")[2])
    kind = next((one for one in (catalog.routines, catalog.triggers) if wanted in _folded(one, names)), catalog.tables)
    known = _folded(kind, names)
    named = [word for word in map(names.fold, re.findall(r"[\w$#@]+", prose)) if word in known]
    what = {id(catalog.routines): "routine", id(catalog.triggers): "trigger"}.get(id(kind), "table")
    return "" if named[:1] == [wanted] else f"the {what} is {fact.subject}" + (f", not {named[0]}" if named else "")


def _folded(things: Sequence[Table] | Sequence[Routine] | Sequence[Trigger], names: Names) -> set[str]:
    return {names.fold(thing.name) for thing in things}


_CHECKS = {
    "describes": _describes,
    "key": _key,
    "columns": _columns,
    "joins": _joins,
    "values": _values,
    "type": _type,
    "module": _module,
    "exists": _exists,
    "missing": _missing,
}
