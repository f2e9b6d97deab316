"""Facts that are lists (key, columns, joins, values, parameters, events, tables read): all of them, and none too many.

The names of a list are read wherever they stand, in a sentence or under it. What is too many is looked for in the exact
case, so that "job" is not the column `Job`; what is asked for counts in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from vgpt2.catalog.lookup import find_table
from vgpt2.catalog.model import Table
from vgpt2.exam.grading.prose import SENTENCE_END, about
from vgpt2.records.answers.mentions import CAMEL, CJK, Names
from vgpt2.records.facts import Fact

WORD = re.compile(rf"(?:(?![{CJK}])[\w$#@])+|[{CJK}]+")
OF_KEY = re.compile(r"\bkey(?:s|ed)?\b|\bunique|\bidentif|\bprimary", re.IGNORECASE)
CLAUSE_END = re.compile(rf"{SENTENCE_END.pattern}|\s[-–—]\s")
NO_KEY = re.compile(r"\b(?:not|no|isn't|aren't|never)\b", re.IGNORECASE)
JOINED_ON = re.compile(
    r"\b(?:on|by|via|through|using|over|with|por|sur|über|auf|su|op|przez)\b(.*?)(?:[.;](?=\s|\Z)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
PAIR = re.compile(r"(?:\w+\.)?(\w+)\s*(?:=|→|->)\s*(?:\w+\.)?(\w+)")
# One thing of a list: a name, with what it means in brackets or behind a dash.
_ITEM = r"[`'\"*\[]{0,3}([A-Za-z@][\w$#@]*)[`'\"*\]]{0,3}(?:[ \t]*\([^()\n]*(?:\([^()\n]*\))?[^()\n]*\))?"
RUN = re.compile(
    rf"(?<![\w.]){_ITEM}(?:[ \t]*(?:,|\+)[ \t]*(?:(?:and|or|und|et|y|e|i|en|o|ou|oder|of|lub)[ \t]+)?{_ITEM})+"
    rf"(?:,?[ \t]+(?:and|or|und|et|y|e|i|en|o|ou|oder|of|lub)[ \t]+{_ITEM})?(?![\w.]\w)"
)
NAMED = re.compile(_ITEM)
BULLET = re.compile(
    rf"^[ \t]*(?:[-*•+]|\d+[.)]|\|(?:[ \t]*\d+[ \t]*\|)?)[ \t]*{_ITEM}[ \t]*(?=$|[|:=–—-]|,)", re.MULTILINE
)
EVENT = re.compile(
    r"(?<!to )\b(?:(insert|update|delete)|(insert)(?:ion|ing)s?|(updat)ing|(delet)(?:ion|ing)s?"
    r"|(?<=on )(insert|update|delete)s|(?<=after )(insert|update|delete)s|(?<=for )(insert|update|delete)s"
    # rows are inserted, a row gets deleted
    r"|(?:\b(?:is|are|was|were|be|been|being|gets?|getting|and|or|,)\s+)(?:(insert)ed|(updat)ed|(delet)ed))\b",
    re.IGNORECASE,
)
STEMS = {"updat": "UPDATE", "delet": "DELETE"}


def listed(value: str) -> list[str]:
    """The parts of a fact's value."""
    return [part.strip() for part in re.split(r"[,;]", value) if part.strip()]


def words_of(prose: str) -> set[str]:
    """The words of a prose, names with their signs."""
    return set(WORD.findall(prose))


def not_stated(wanted: Iterable[str], prose: str) -> list[str]:
    """The names that a prose does not have, in whatever case."""
    words = {word.lower() for word in words_of(prose)}
    return [name for name in wanted if name.lower() not in words and name.lstrip("@").lower() not in words]


def groups(prose: str) -> list[list[str]]:
    """The lists of a prose: names between commas, and those that begin a bullet or a row of a table."""
    found = [NAMED.findall(run.group()) for run in RUN.finditer(prose)]
    return [*found, BULLET.findall(prose)]


def strangers(prose: str, wanted: set[str], apart: Callable[[str], bool]) -> list[str]:
    """What a list names beside what is wanted: of lists that have at least two of the wanted, the words with a capital
    or a sign that `apart` does not let pass."""
    found: dict[str, None] = {}
    low = {name.lower().lstrip("@") for name in wanted}
    for names in groups(prose):
        if len({name.lower().lstrip("@") for name in names} & low) >= min(2, len(low)):
            extra = (name for name in names if name.lower().lstrip("@") not in low)
            found.update((name, None) for name in extra if not name.islower() and not apart(name))
    return list(found)


def key(fact: Fact, prose: str, names: Names) -> str:
    """Exactly the key's columns, in all or where the key is spoken of."""
    table, wanted = find_table(names.catalog, fact.subject), set(listed(fact.value))
    for text in (prose, about(prose, OF_KEY), _without_asides(prose, wanted)):
        too_many = of_other_tables(table, text, names) or strangers(text, wanted, names.ordinary)
        if columns_in(table, text, names, wanted) == wanted and not too_many:
            return ""
    found = columns_in(table, prose, names, wanted)
    extra = sorted(found - wanted) + of_other_tables(table, prose, names)
    return _said(
        sorted(wanted - found), "the key also has", extra or strangers(prose, wanted, names.ordinary), "not of the key:"
    )


def _without_asides(prose: str, wanted: set[str]) -> str:
    """The prose without sentences that name no column of the key and do not say of others that they are of it: "KeyID
    is only an identity beside it"."""
    return "\n".join(
        part
        for part in CLAUSE_END.split(prose)
        # A word or two may be another part of the list.
        if words_of(part) & wanted or len(part.split()) < 3 or (OF_KEY.search(part) and not NO_KEY.search(part))
    )


def columns(fact: Fact, prose: str, names: Names) -> str:
    """All columns of a table and none that it has not."""
    table, wanted = find_table(names.catalog, fact.subject), set(listed(fact.value))
    lacks = sorted(wanted - columns_in(table, prose, names, wanted))
    others = of_other_tables(table, prose, names) or strangers(prose, wanted, names.ordinary)
    return _said(lacks, "not named:", others, f"{fact.subject} has no")


def joins(fact: Fact, prose: str, names: Names) -> str:
    """The columns of a join: exactly they, in all or behind "on"."""
    tables = [find_table(names.catalog, part) for part in fact.subject.split("+")]
    wanted = set(WORD.findall(fact.value))
    if lacks := not_stated(sorted(wanted), prose):
        return f"not stated: {', '.join(lacks)}"
    pairs = [tuple(part.split("=")) if "=" in part else (part, part) for part in listed(fact.value)]
    right = {frozenset(name.strip() for name in pair) for pair in pairs}
    stated = {frozenset(pair) for pair in PAIR.findall(prose) if set(pair) <= wanted}
    if stated and stated != right and stated - right:
        return "other pairs than those of the join"
    extra: set[str] = set()
    for text in (prose, " ".join(JOINED_ON.findall(prose))):
        found = {name for table in tables for name in columns_in(table, text, names, wanted)}
        if wanted <= found and not (extra := found - wanted):
            return ""
    return f"not of the join: {', '.join(sorted(extra))}"


def values(fact: Fact, prose: str, names: Names) -> str:
    """All values of a column and no other."""
    wanted = listed(fact.value)
    words = words_of(prose)
    # The values themselves are data: their case counts, unless they are words.
    lacks = [
        part
        for value in wanted
        for part in WORD.findall(value)
        if part not in words and (len(part) < 3 or part.lower() not in {word.lower() for word in words})
    ]
    if lacks:
        return f"not stated: {', '.join(lacks)}"
    if all(len(value) == 1 and value.isalpha() for value in wanted):
        # "A" and "I" are English words as well.
        extra = sorted(set(re.findall(r"\b[B-HJ-Z]\b(?!['\u2019.]\w)", prose)) - set(wanted))
    elif all(value.isdigit() for value in wanted):
        extra = (
            sorted(set(re.findall(r"(?<![\w.])\d{1,3}(?![\w.]\w|\w)", prose)) - set(wanted)) if len(wanted) > 1 else []
        )
    else:
        extra = strangers(prose, set(wanted), names.exists)
    return f"no value of it: {', '.join(extra)}" if extra else ""


def parameters(fact: Fact, prose: str, names: Names) -> str:
    """All parameters of a routine and no other."""
    wanted = set(listed(fact.value))
    folded = {name.lower() for name in wanted}
    extra = sorted(word for word in words_of(prose) if word.startswith("@") and word.lower() not in folded)
    return _said(
        not_stated(sorted(wanted), prose),
        "not stated:",
        extra or strangers(prose, wanted, names.ordinary),
        "no parameter of it:",
    )


def event(fact: Fact, prose: str, names: Names) -> str:
    """The statements that a trigger fires on and no other, in whatever case."""
    wanted = {part.upper() for part in listed(fact.value)}
    found = {STEMS.get(word.lower(), word.upper()) for match in EVENT.findall(prose) for word in match if word}
    return _said(sorted(wanted - found), "not stated:", sorted(found - wanted), "does not fire on")


def reads(fact: Fact, prose: str, names: Names) -> str:
    """The tables that a view or routine reads and no other; itself may be named."""
    wanted = [part.rpartition(".")[2] for part in listed(fact.value)]
    own = {names.fold(name) for name in (*wanted, fact.subject.rpartition(".")[2])}
    tables = {names.fold(table.name) for table in names.catalog.tables}
    # A word of English ("Customer") is a table only where a list has it.
    named = {word for word in words_of(prose) if names.fold(word) in tables - own}
    extra = {word for word in named if CAMEL.match(word) or word.isupper()} | (
        named & {name for group in groups(prose) for name in group}
    )
    # `bAPTH` beside `APTH`: the table below a view that was named.
    extra = {word for word in extra if names.fold(word[1:]) not in own}
    return _said(not_stated(wanted, prose), "not stated:", sorted(extra), "does not read")


def columns_in(table: Table | None, prose: str, names: Names, wanted: set[str] = frozenset()) -> set[str]:  # type: ignore[assignment]
    """The columns of a table that the prose names, in the table's own spelling; those that are wanted in any case."""
    if table is None:
        return set()
    own = {names.fold(column.name): column.name for column in table.columns}
    if names.fold(table.name) not in own:
        prose = re.sub(rf"\b{re.escape(table.name)}\b", " ", prose)
    words = words_of(prose)
    low = {word.lower() for word in words}
    # What is no word of English counts in any case: "apco, mth" are columns, "job" may be a job.
    loose = {name for name in wanted if name.lower() in low and not (name.capitalize() == name and name not in words)}
    return {own[names.fold(word)] for word in words if names.fold(word) in own} | loose


def of_other_tables(table: Table | None, prose: str, names: Names) -> list[str]:
    """The columns that the prose names and this table has not; only what can be no English word."""
    own = {names.fold(column.name) for column in table.columns} if table else set()
    words = sorted(word for word in words_of(prose) if CAMEL.match(word))
    return [word for word in words if names.fold(word) in names.columns - own and not find_table(names.catalog, word)]


def _said(lacks: list[str], what: str, extra: list[str], other: str) -> str:
    return "; ".join(
        part for part in (lacks and f"{what} {', '.join(lacks)}", extra and f"{other} {', '.join(extra)}") if part
    )
