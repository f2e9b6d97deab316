"""Tables that are called alike but for the words before: change orders, pending and approved."""

from __future__ import annotations

import re
from collections.abc import Collection

from vgpt2.catalog.alike import COPY
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.plain_words import BEHIND, PlainWords
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.shared_words import is_vague
from vgpt2.catalog.words import text_words
from vgpt2.records.asked import Asked

# Of tables that are called alike none leads the other by so much, and no other table leads them by so much.
_LEAD, _INCIDENTAL = 1.3, 1.6
# Which company is meant, with its module, says nothing of what is asked for: pm company 2, co 1.
_COMPANY = re.compile(r"\b(?:[A-Z]{2} )?(?:company|companies|co\.?|firma) ?#?\d+", re.IGNORECASE)


def two_called_alike(
    catalog: Catalog, asked: Asked, of_any: Collection[str]
) -> tuple[str, list[tuple[str, str]]] | None:
    """The word of a question that two tables are called by, and these: what each is called, and its name. Of several
    the two that the rest of the question leads to first. None where the word is of one table, or something tells which.

    Args:
        of_any: what is said of the rows of any table, and tells none apart.
    """
    heads = catalog.derived.get(_Heads, lambda: _Heads.of(catalog))
    scores: dict[str, float] = {}
    for head in sorted((head for head in heads if asked.says_of_rows(head, of_any)), key=len, reverse=True):
        owners = heads[head]
        if _told(catalog, asked, head, owners):
            return None
        retriever = Retriever.of(catalog)
        scores = scores or dict(retriever.ranked(_of_no_one(asked.text, of_any)))
        best = max(scores.values(), default=0.0)
        near = max((scores.get(table.qualified, 0.0) for table, _ in owners), default=0.0)
        # Where another table is meant by far, the word says something of it; and one may lead the others.
        if near * _INCIDENTAL < best:
            continue
        found = [one for one in owners if scores.get(one[0].qualified, 0.0) * _LEAD > near]
        found.sort(key=lambda one: (-scores[one[0].qualified], catalog.sql_name(one[0])))
        if len(found) > 1:
            first_two = sorted((catalog.sql_name(table), called) for table, called in found[:2])
            return head, [(called, name) for name, called in first_two]
        return None
    return None


def _of_no_one(text: str, of_any: Collection[str]) -> str:
    """A question without what tells no table from another, though one alone may have a value of that name."""
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, of_any))})\b", " ", _COMPANY.sub(" ", text), flags=re.IGNORECASE)


def _told(catalog: Catalog, asked: Asked, head: str, owners: list[tuple[Table, str]]) -> bool:
    """Whether something says that one of the tables is meant and not another: its words, its module, its name."""
    first, *others = (_telling(catalog, table, called) for table, called in owners)
    own = first.union(*others) - first.intersection(*others) - set(text_words(head))
    return any(map(asked.says, own)) or bool({word.upper() for word in asked.numbered} & own)


def _telling(catalog: Catalog, table: Table, called: str) -> set[str]:
    module = catalog.database.modules.get(table.module, "")
    return {*text_words(f"{called} {module}"), table.module, catalog.sql_name(table)}


class _Heads(dict[str, list[tuple[Table, str]]]):
    """The words that what several tables are called ends in, with these tables and what they are called."""

    @classmethod
    def of(cls, catalog: Catalog) -> _Heads:
        """Those of a catalog. What is called by them alone, of a part (lines of invoices) or by more words than another
        (unapproved vendor invoices) is meant by its own words."""
        words = PlainWords.of(catalog)
        called = {table.qualified: words.noun(table) for table in catalog.queryable if table.weight >= COPY}
        nouns = set(called.values())
        found: dict[str, list[tuple[Table, str]]] = {}
        for name, noun in called.items():
            parts = noun.split()
            longer = any(noun.endswith(f" {other}") for other in nouns if other)
            for start in range(1, 1 if longer or BEHIND.search(noun) else len(parts)):
                found.setdefault(" ".join(parts[start:]), []).append((catalog.by_qualified[name], noun))
        return cls(
            (head, owners)
            for head, owners in found.items()
            if len({noun for _, noun in owners}) > 1 and head not in nouns and not is_vague(head)
        )
