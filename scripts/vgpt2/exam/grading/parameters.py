"""Parameters in an answer (`@Co`): right only where the question leaves the value open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from vgpt2.exam.grading.bound import Bound

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Like)
NUMBERS = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight"}


def unasked(question: str, golds: Sequence[Bound], answer: Bound) -> str:
    """The first parameter of an answer that stands where the question gives the value, as written; empty: none does.

    A value is open where a gold has a parameter for the same column, or one of the same name, and for a company whose
    number the question does not say.
    """
    open_columns, names = set(), set()
    for gold in golds:
        for parameter, columns in _parameters(gold):
            names.add(parameter.name.lower())
            open_columns |= columns
    companies = set(answer.catalog.company_names)
    for parameter, columns in _parameters(answer):
        if parameter.name.lower() in names or columns & open_columns:
            continue
        if columns and columns <= companies and not any(_says(question, gold, companies) for gold in golds):
            continue
        return f"@{parameter.name}"
    return ""


def _parameters(bound: Bound) -> Iterator[tuple[exp.Parameter, set[str]]]:
    """Each parameter of a query with the bare names of the columns that it is compared with."""
    for node in bound.tree.find_all(exp.Parameter):
        if not isinstance(node.this, exp.Parameter) and not isinstance(node.parent, exp.Parameter):
            comparison = node.find_ancestor(*COMPARISONS)
            columns = comparison.find_all(exp.Column) if comparison is not None else ()
            yield node, {column.name for column in columns}


def _says(question: str, gold: Bound, companies: set[str]) -> bool:
    """Whether a question says the number of the company that a gold asks for."""
    for node in gold.tree.find_all(exp.EQ, exp.In):
        if isinstance(node.this, exp.Column) and node.this.name in companies:
            for literal in node.find_all(exp.Literal):
                number = literal.this
                word = rf"\b(?:{re.escape(number)}|{NUMBERS.get(number, re.escape(number))})\b"
                if re.search(word, question, re.IGNORECASE):
                    return True
    return False
