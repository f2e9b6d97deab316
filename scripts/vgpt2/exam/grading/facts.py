"""Facts in an answer: whether it states what the catalog holds, read by names and values and not by sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlglot import exp

from vgpt2.catalog.lookup import find_column, find_table
from vgpt2.catalog.model import Routine, Table, Trigger
from vgpt2.exam.grading import lists
from vgpt2.exam.grading.lists import words_of
from vgpt2.exam.grading.prose import affirmed
from vgpt2.exam.grading.structure import join_columns
from vgpt2.records.answers.denials import Said
from vgpt2.records.answers.mentions import PART, Names
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


def missing_fact(fact: Fact, said: Said, names: Names, query: exp.Expr | None = None) -> str:
    """What keeps an answer from stating this fact, as a clause, or an empty string where it states it.

    What is asked, doubted or negated is not stated. Lists are bounded on both sides (`grading.lists`): `key`,
    `columns`, `joins` (in prose or in the conditions of a query), `values`, `parameters`, `event`, `reads`. `type`: the
    declared or the base type is named and no other. `module`: its code or title is given and no other. `exists`: the
    object is named, a column not as another table's, or "yes" is said, and "no" is not. `missing`: that is denied.
    `describes`: the object is the first that is named. Other claims: every name of the value is given.
    """
    prose = said.stated
    if fact.claim == "exists":
        return _exists(fact, said, names)
    if fact.claim == "missing":
        name = fact.subject.rpartition(".")[2].lower()
        denied = any(denial.name.rpartition(".")[2].lower() in ("", name) for denial in said.denials)
        return "" if denied or (said.no and not said.denials) else f"{fact.subject} does not exist"
    prose = affirmed(prose)
    if fact.claim == "joins" and (columns := join_columns(query)):
        prose = " ".join((prose, "on", *columns))
    check = _CHECKS.get(fact.claim, _value)
    return check(fact, prose, names)


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
    stated = {key for key, title in modules.items() if _stands_in(key, rest) or title.lower() in low}
    others = {table.module for table in names.catalog.tables if table.module and table.module not in modules}
    stated |= {name for name in others if _stands_in(name, rest)}
    if code in stated and stated <= {code}:
        return ""
    if not stated and _own_word(code, modules) & set(re.findall(r"\w+", low)):
        return ""
    return f"the module is {fact.value}" + (f", not {', '.join(sorted(stated - {code}))}" if stated - {code} else "")


def _stands_in(word: str, text: str) -> bool:
    return word in text and re.search(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])", text) is not None


def _own_word(code: str, modules: dict[str, str]) -> set[str]:
    """The words of a module's title that no other title has, in the singular and the plural: "projects" of Project
    Management."""
    others = {word for key, title in modules.items() if key != code for word in title.lower().split()}
    own = {word for word in modules.get(code, "").lower().split() if word not in others and len(word) > 3}
    return own | {f"{word}s" for word in own} | {word.removesuffix("s") for word in own}


def _exists(fact: Fact, said: Said, names: Names) -> str:
    if said.no:
        return f"{fact.subject} does exist"
    if said.denials and not said.yes:
        return f"{fact.subject} is not said to exist"
    owner, _, last = fact.subject.rpartition(".")
    prose, fold = said.stated, names.fold
    named = fold(last) in {fold(word) for word in words_of(prose)}
    table = find_table(names.catalog, owner) if owner else None
    if table is not None and named and table.column(last):
        tables = {fold(found.name) for word in words_of(prose) if (found := find_table(names.catalog, word))}
        if tables and fold(table.name) not in tables:
            # "Yes. It refers to HQHC" says nothing of another owner, "yes, in ARCM.CreditLimit" does.
            dotted = re.search(rf"\b\w+\.{re.escape(last)}\b", prose)
            if dotted or not said.yes:
                return f"{last} is said to be of another table than {owner}"
    return "" if named or said.yes else f"{fact.subject} is not named"


def _value(fact: Fact, prose: str, names: Names) -> str:
    lacks = lists.not_stated(lists.WORD.findall(fact.value), prose)
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
    "key": lists.key,
    "columns": lists.columns,
    "joins": lists.joins,
    "values": lists.values,
    "parameters": lists.parameters,
    "event": lists.event,
    "reads": lists.reads,
    "type": _type,
    "module": _module,
}
