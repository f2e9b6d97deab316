"""Facts that answers state, looked up in the catalog."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vgpt2.catalog.alike import columns_alike, tables_alike
from vgpt2.catalog.business_words import column_words, name_words, table_words
from vgpt2.catalog.lookup import exists, find_column, find_program, find_table, join_text, programs
from vgpt2.catalog.model import Catalog, Join, Routine, Trigger
from vgpt2.catalog.unsaid import near_tables, says

# What a fact may claim; `value` as described in `prove`.
CLAIMS = (
    "exists", "missing", "key", "type", "module", "columns", "joins", "unjoined", "values", "describes", "reads",
    "parameters", "event", "shows", "several", "called", "means", "unsaid", "alike",
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Fact:
    """A stated fact that the audit looks up in the catalog.

    `claim`: `exists` or `missing` of a table (`subject` "APTH") or column ("APTH.Vendor"); `key`, `type`, `module`,
    `columns`, `joins` and others (`CLAIMS`) with `value` as the answer states it.
    """

    claim: str
    subject: str
    value: str = ""


def _same(left: str, right: str) -> bool:
    def parts(text: str) -> list[str]:
        return [part.strip() for part in text.split(",") if part.strip()]

    return parts(left) == parts(right)


def prove(fact: Fact, catalog: Catalog) -> bool:
    """Whether the catalog bears a fact out.

    Values: `key`, `columns`, `values`, `parameters`, `reads`, `event`: names in order, parted by commas (columns and
    reads in any order); `type`: the declared or the base type; `module`: its code or its title; `joins`: subject
    `APTH+APTL`, value as `join_text`; `unjoined`: subject likewise, no join and no key column in common;
    `several`: a column's name, tables that all have it; `describes`: text that the object's own description holds;
    `shows`: subject `form/field`, the column of that field; `called`: what people call a table or a column;
    `means`: a condition on a column and what it stands for (`= 'Y': open`), as the column's name or what is said of its
    values tells;
    `alike`: words, or a table's name and words for its columns (`APTD: discount`), and the two tables or columns that
    they fit alike and before all others;
    `unsaid`: phrases none of which any table (with a subject: this table and those near to it) or column is called by.
    """
    if fact.claim == "exists":
        return exists(catalog, fact.subject)
    if fact.claim == "missing":
        return not exists(catalog, fact.subject)
    prover = _PROVERS.get(fact.claim)
    return bool(prover and prover(fact, catalog))


def _key(fact: Fact, catalog: Catalog) -> bool:
    table = find_table(catalog, fact.subject)
    return table is not None and bool(table.key) and _same(", ".join(table.key), fact.value)


def _type(fact: Fact, catalog: Catalog) -> bool:
    found = find_column(catalog, fact.subject)
    return found is not None and fact.value in (found[1].type, found[1].base_type)


def _module(fact: Fact, catalog: Catalog) -> bool:
    found = find_table(catalog, fact.subject) or find_program(catalog, fact.subject)
    code = found.module if found else ""
    return bool(code) and fact.value in (code, catalog.database.modules.get(code, code))


def _columns(fact: Fact, catalog: Catalog) -> bool:
    table = find_table(catalog, fact.subject)
    stated = sorted(part.strip() for part in fact.value.split(","))
    return table is not None and stated == sorted(column.name for column in table.columns)


def _joins(fact: Fact, catalog: Catalog) -> bool:
    left, right = (find_table(catalog, name) for name in fact.subject.partition("+")[::2])
    if not (left and right):
        return False
    for join in catalog.joins_of(left.qualified):
        if {join.left, join.right} == {left.qualified, right.qualified}:
            turned = Join(join.right, join.right_columns, join.left, join.left_columns, join.origin)
            seen = join if join.left == left.qualified else turned
            if _same(join_text(seen), fact.value):
                return True
    return False


def _unjoined(fact: Fact, catalog: Catalog) -> bool:
    left, right = (find_table(catalog, name) for name in fact.subject.partition("+")[::2])
    if not (left and right):
        return False
    joined = any(right.qualified in (join.left, join.right) for join in catalog.joins_of(left.qualified))
    return not joined and not set(left.key) & set(right.key)


def _several(fact: Fact, catalog: Catalog) -> bool:
    owners = [owner.strip() for owner in fact.value.split(",")]
    return len(set(owners)) > 1 and all(find_column(catalog, f"{owner}.{fact.subject}") for owner in owners)


def _alike(fact: Fact, catalog: Catalog) -> bool:
    owner, colon, words = fact.subject.rpartition(": ")
    stated = [part.strip() for part in fact.value.split(",")]
    if len(set(stated)) != 2:
        return False
    if colon:
        table = find_table(catalog, owner)
        return table is not None and columns_alike(catalog, table, words) == tuple(stated)
    tables = [find_table(catalog, name) for name in stated]
    return tables_alike(catalog, words) == tuple(sorted(table.qualified for table in tables if table))


def _unsaid(fact: Fact, catalog: Catalog) -> bool:
    table = find_table(catalog, fact.subject) if fact.subject else None
    if fact.subject and table is None:
        return False
    near = near_tables(catalog, table) if table else catalog.tables
    phrases = [phrase.strip() for phrase in fact.value.split(",")]
    return all(phrases) and not any(says(catalog, phrase, near) for phrase in phrases)


def _values(fact: Fact, catalog: Catalog) -> bool:
    found = find_column(catalog, fact.subject)
    return found is not None and bool(found[1].values) and _same(", ".join(found[1].values), fact.value)


def _called(fact: Fact, catalog: Catalog) -> bool:
    table, found = find_table(catalog, fact.subject), find_column(catalog, fact.subject)
    if table is not None:
        return bool(fact.value) and fact.value == table_words(catalog, table)
    if found is None or not fact.value:
        return False
    said = (column_words(catalog, found[1], found[0]), name_words(found[1].name, catalog.database))
    return fact.value in said


def _means(fact: Fact, catalog: Catalog) -> bool:
    found = find_column(catalog, fact.subject)
    condition, _, word = fact.value.partition(": ")
    if found is None or not word:
        return False
    table, column = found
    value = condition.removeprefix("= ").strip("'")
    said = [words for words, _, _ in catalog.said_values(table, column.name).get(value, [])]
    if word in said:
        return True
    # `Status <> 4` is not cancelled.
    if condition.startswith("<> "):
        other = condition.removeprefix("<> ").strip("'")
        return word.removeprefix("not ") in [
            words for words, _, _ in catalog.said_values(table, column.name).get(other, [])
        ]
    # `PaidDate IS NULL` is not paid, `OpenYN = 'Y'` open: the name says the word, the condition whether it is so.
    denied = condition == "IS NULL" or value in ("N", "0")
    stem = word.removeprefix("not ").removeprefix("on ")[:3]
    words = f"{name_words(column.name, catalog.database)} {column_words(catalog, column, table)}".lower().split()
    known = any(part.startswith(stem) for part in words)
    return known and word.startswith("not ") == denied


def _describes(fact: Fact, catalog: Catalog) -> bool:
    texts = []
    for found in (find_table(catalog, fact.subject), *programs(catalog, fact.subject)):
        if found:
            texts += [found.description, getattr(found, "business_context", "")]
    column = find_column(catalog, fact.subject)
    if column:
        texts.append(column[1].description)
    for item in catalog.documents:
        if fact.subject in (item.title, item.name):
            texts += [item.text, without_marks(item.text)]
    wanted = " ".join(fact.value.lower().split())
    return any(wanted in " ".join(text.lower().split()) for text in texts)


def without_marks(text: str) -> str:
    """Markdown as answers quote it: without the marks of emphasis and code."""
    return re.sub(r"[*_`]", "", text)


def _reads(fact: Fact, catalog: Catalog) -> bool:
    found = find_table(catalog, fact.subject) or find_program(catalog, fact.subject)
    read = set(getattr(found, "reads", ()))
    stated = [find_table(catalog, part.strip()) for part in fact.value.split(",")]
    return all(table is not None and table.qualified in read for table in stated)


def _parameters(fact: Fact, catalog: Catalog) -> bool:
    routines = (item for item in programs(catalog, fact.subject) if isinstance(item, Routine))
    return any(_same(", ".join(item.name for item in found.parameters), fact.value) for found in routines)


def _event(fact: Fact, catalog: Catalog) -> bool:
    triggers = (item for item in programs(catalog, fact.subject) if isinstance(item, Trigger))
    return any(_same(", ".join(found.events), fact.value) for found in triggers)


def _shows(fact: Fact, catalog: Catalog) -> bool:
    shown = {field.column for field in catalog.form_fields if f"{field.form}/{field.description}" == fact.subject}
    return shown == {fact.value}


_PROVERS = {
    "key": _key, "type": _type, "module": _module, "columns": _columns, "joins": _joins,
    "unjoined": _unjoined, "values": _values, "describes": _describes, "reads": _reads, "parameters": _parameters,
    "event": _event, "shows": _shows, "several": _several, "called": _called,
    "means": _means, "unsaid": _unsaid, "alike": _alike,
}  # fmt: skip
