"""What an answer denies, beside the catalog and the question: something real, what was asked for, or rightly so."""

from __future__ import annotations

import re

from vgpt2.catalog.lookup import find_table
from vgpt2.catalog.model import Catalog
from vgpt2.exam.model import Question
from vgpt2.records.answers.denials import Denial
from vgpt2.records.answers.real import real_object

# A question that "yes" or "no" answers.
WHETHER = re.compile(
    r"(?:\A|[.;:!?\n-]\s+|,\s+(?:so\s+)?|\b(?:and|but|or|so)\s+)"
    r"(?:is|isn't|are|was|were|does|doesn't|do|did|has|hasn't|have|can|could|will)\b"
    r"|\bwhether\b|\bright\?|\bexists?\b[^.]*\?",
    re.IGNORECASE,
)


def asks_whether(question: str) -> bool:
    """Whether a question is one that "yes" or "no" answers."""
    return bool(WHETHER.search(question))


def names_asked(question: Question) -> frozenset[str]:
    """The names that a question is about, also those that are words of English (`Status`)."""
    subjects = (*question.gold.missing, *(fact.subject for fact in question.gold.facts if fact.claim != "joins"))
    return frozenset(part for subject in subjects for part in subject.split(".")[-2:])


def denies_real(denial: Denial, question: Question, catalog: Catalog) -> str:
    """The real object that a denial denies, or an empty string."""
    tables = question.tables
    missing = {last(name) for name in question.gold.missing}
    if not denial.owner and denial.name in missing:
        # "There is no VendorGroup", of the table that the question asks about.
        return ""
    if not tables and denial.thing == "column":
        tables = tuple(table.qualified for table in catalog.queryable)
    return real_object(denial, catalog, tables)


def is_asked(denial: Denial, question: Question, catalog: Catalog) -> bool:
    """Whether a denial is of a name that the question brought in and that indeed does not exist: an answer to a
    question with a mistake in it may say so."""
    asked = [word for word in re.findall(r"\w+", question.question) if word.lower() == last(denial.name).lower()]
    # "There is no table apth", where APTH was asked for.
    return bool(asked) and not any(find_table(catalog, word) for word in asked)


def denies_missing(denial: Denial, question: Question, catalog: Catalog) -> bool:
    """Whether a denial is of what is missing: by its name, and not of another table's column; one without a name is."""
    if not denial.name:
        return True
    said = find_table(catalog, denial.owner or denial.name.rpartition(".")[0])
    for missing in question.gold.missing:
        if last(missing).lower() == last(denial.name).lower():
            owner = find_table(catalog, missing.rpartition(".")[0])
            if said is None or owner is None or said is owner:
                return True
    return False


def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]
