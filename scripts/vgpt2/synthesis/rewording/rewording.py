"""Whether a question in other words still asks the same: names, literals, aggregation, conditions and order are there.

Both texts are masked alike (`masked`), and what was masked is compared. What is left may only be plain words or those
of the original. The check rather refuses a good rewording than take a wrong one: the original is there instead.
"""

from __future__ import annotations

import re
from collections import Counter

from vgpt2.catalog.model import Catalog
from vgpt2.records.text import normalise, text_fault
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.masked import WORD, Masked, phrases_of
from vgpt2.synthesis.rewording.words import word_lists

SQL = re.compile(r"```|NOLOCK|\b(?:GROUP|ORDER) BY\b|\bSELECT\b.*\bFROM\b|\b(?:SUM|COUNT|AVG|MIN|MAX)\s*\(|;\s*$", re.S)
# What the SQL groups by, and what it aggregates or sorts by.
GROUPS = re.compile(r"\b(?:GROUP|PARTITION) BY ([^()]+?)(?= ORDER BY|[()]|$)")
AGGREGATED = re.compile(r"\b(?:SUM|AVG|MIN|MAX|COUNT)\((?:DISTINCT |CASE .*? THEN )?([^()*]+)|\bORDER BY ([^()]+)")
# Which table comes first tells which one's rows are shown.
ONE_SIDED = ("left_missing", "exists", "not_exists", "in_subquery")
END = re.compile(r"[.?!](?=\s|$)")
# A rewording with fewer words changed teaches nothing that the original does not.
LEAST_CHANGED = 4
QUOTES = str.maketrans("‘’“”\xa0", "''\"\" ")


def tidy(answer: str) -> str:
    """What a teacher answered as one question: without its thoughts, quotes around it, and marks around names."""
    text = answer.rpartition("</think>")[2].translate(QUOTES).strip()
    if "```" not in text:
        text = text.replace("`", "").replace("**", "")
    inner = text[1:-1]
    if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" and text[0] not in inner:
        text = inner
    return text.strip()


def fault(example: Example, text: str, catalog: Catalog) -> str:
    """Why a rewording of an example's question is refused, or an empty string.

    Reasons: `empty`, `same`, `too_long`, `sql`, `template_token`, `control_character`, `not_utf8`, `name_lost`,
    `name_added`, `literal_lost`, `literal_added`, `aggregation`, `condition`, `order`, `role` (a name or literal that
    has another part in the question).
    """
    return _form(example.question, text) or _meaning(example, text, catalog)


def _form(question: str, text: str) -> str:
    if not text:
        return "empty"
    broken = text_fault(text)
    if broken:
        return broken[0]
    if SQL.search(text):
        return "sql"
    sentences = max(1, len(END.findall(question))) + 1
    if "\n" in text or len(text) > 1.5 * len(question) + 80 or len(END.findall(text)) > sentences:
        return "too_long"
    return "same" if _changed_words(question, text) < LEAST_CHANGED else ""


def _changed_words(question: str, text: str) -> int:
    """How many words one has to take out of the question and put in to get the text; the same words in another order
    count too."""
    from difflib import SequenceMatcher

    old, new = normalise(question).split(), normalise(text).split()
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return len(old) + len(new) - 2 * sum(block.size for block in blocks)


def _meaning(example: Example, text: str, catalog: Catalog) -> str:
    phrases = phrases_of(example, catalog)
    old, new = Masked(example.question, phrases), Masked(text, phrases)
    tables = {catalog.by_qualified[name].name for name in example.tables}
    named = {column.name for table in catalog.tables for column in table.columns} | {t.name for t in catalog.tables}
    return (
        _lost_or_added("name", old.mentions, new.mentions)
        or ("name_lost" if old.exact - new.exact else "")
        or _lost_or_added("literal", old.literals, new.literals)
        or ("literal_added" if re.search(r"\d", new.text) else "")
        or ("name_added" if new.inner_words() & named - set(WORD.findall(example.question)) else "")
        or _classes(old, new)
        or ("name_added" if any(not plain(word, old) for word in new.words()) else "")
        or ("name_lost" if _word_lost(old, new) else "")
        or ("order" if new.sorted_by() != old.sorted_by() else "")
        or ("role" if example.intent in ONE_SIDED and new.order_of(tables) != old.order_of(tables) else "")
        or ("role" if new.listed(tables) - old.listed(tables) else "")
        or ("role" if _roles_differ(old, new, tables, example.sql) else "")
        or ("role" if example.intent not in word_lists().told_by_words else "")
    )


def _lost_or_added(what: str, old: Counter[str], new: Counter[str]) -> str:
    return f"{what}_lost" if old - new else f"{what}_added" if new - old else ""


def _classes(old: Masked, new: Masked) -> str:
    for words in word_lists().classes:
        before, after = old.classes[words.name], new.classes[words.name]
        if not words.counted:
            before, after = min(before, 1), min(after, 1)
        # Where rows are sorted, `ascending` says no more than nothing.
        added = words.added or (words.name == "ascending" and old.classes["order"] and not old.classes["descending"])
        if (after < before and not words.dropped) or (after > before and not added):
            return words.reason
    return ""


def _roles_differ(old: Masked, new: Masked, tables: set[str], sql: str) -> bool:
    if old.difference() != new.difference():
        return True
    if old.conditions(tables, loose=False) - new.conditions(tables, loose=True):
        return True
    owners = old.owners(tables)
    owned = {column for column, _ in owners}
    if any(column in owned and (column, table) not in owners for column, table in new.owners(tables)):
        return True
    (measured, grouped), (measured_now, grouped_now) = old.roles(), new.roles()
    groups, aggregates = _columns(GROUPS, sql), _columns(AGGREGATED, sql)
    return bool(
        measured_now - measured - aggregates
        or grouped_now - grouped - groups
        or (measured & aggregates) - measured_now
        or (grouped & groups) - grouped_now
    )


def _columns(pattern: re.Pattern[str], sql: str) -> set[str]:
    """The last part of every name in what a pattern finds in the SQL."""
    text = " ".join(" ".join(filter(None, match.groups())) for match in pattern.finditer(sql))
    return {quoted or plain for quoted, plain in re.findall(r"\[([^\]]+)\](?!\.)|\b(\w+)\b(?!\.)", text)}


def plain(word: str, old: Masked | None = None) -> bool:
    """Whether a word brings nothing new: it is one of the plain ones or of the original."""
    known = word_lists().plain | set(old.words() if old else ())
    return bool(_stems(word) & known) or all(part in known for part in word.split("-"))


def _stems(word: str) -> set[str]:
    return {word, *(word.removesuffix(ending) for ending in ("s", "es", "ed", "ing"))}


def _word_lost(old: Masked, new: Masked) -> bool:
    """Whether a word that is not plain and that nothing stands for is in the original only."""
    said = {stem for word in new.words() for stem in _stems(word)}
    return any(not plain(word) and not _stems(word) & said for word in old.words())
