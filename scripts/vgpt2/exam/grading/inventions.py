"""What an answer names and the database has not, in its query and in its prose."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.exam.model import Question
from vgpt2.records.answers.extract import Reading
from vgpt2.records.answers.mentions import Names
from vgpt2.records.answers.offered import untrue_offers
from vgpt2.tsql.check.verdict import Verdict

# Findings of the checker that mean "no such thing"; the other ones of kind `resolve` are SQL that would not run.
NO_SUCH = ("unknown_", "wrong_case")
# "the column InvoiceAmount", "the InvoiceAmount column"
CALLED = re.compile(
    r"\b(?:column|field|table|view)s?\s+[`'\"*\[]{0,3}(\w+)|\b(?=(\w+)[`'\"*\]]{0,3}\s+(?:column|field|table|view)\b)"
)


def invented_in_sql(verdict: Verdict | None, catalog: Catalog) -> str:
    """The first thing that a checked query names and that is not there, as a clause, or an empty string."""
    if verdict is None:
        return ""
    for finding in verdict.findings:
        if finding.kind == "resolve" and finding.rule.startswith(NO_SUCH):
            return finding.message
    return _invented_function(verdict.tree, catalog)


def _invented_function(tree: exp.Expr | None, catalog: Catalog) -> str:
    """A function of one of the database's schemas that is not there. The checker does not know: the sources of a
    database may come without their functions; where they come with some, they come with all."""
    if tree is None or not any(routine.kind == "function" for routine in catalog.routines):
        return ""
    schemas = {table.schema.lower() for table in catalog.tables}
    known = {routine.qualified.lower() for routine in catalog.routines}
    for dot in tree.find_all(exp.Dot):
        if isinstance(dot.this, exp.Identifier) and isinstance(dot.expression, exp.Anonymous):
            name = f"{dot.this.this}.{dot.expression.name}"
            if dot.this.this.lower() in schemas and name.lower() not in known:
                return f"there is no function {name}"
    return ""


def untrue_offer(question: Question, reading: Reading, catalog: Catalog) -> str:
    """What an answer offers in the place of what it denies, and is not so, as a clause, or an empty string."""
    found = untrue_offers(reading.said, reading.prose, catalog, question.gold.missing)
    return next((offer.why for offer in found), "")


def invented_in_prose(question: Question, reading: Reading, names: Names) -> str:
    """What the prose invents, as a clause; what it offers in the place of what it denies comes first. Beside a query
    only dotted names are read, `APTH.Foo` is meant as a column, and those that are called a column or a table: others
    may be names for results."""
    offers = untrue_offers(reading.said, reading.prose, names.catalog, question.gold.missing)
    if offered := next((offer.why for offer in offers if offer.invented), ""):
        return offered
    denied = tuple(denial.name.rpartition(".")[2] for denial in reading.denials)
    invented = names.invented(reading.prose, question.question, denied)
    if reading.sql:
        called = {word for pair in CALLED.findall(reading.prose) for word in pair}
        called -= set(re.findall(r"\w+", reading.sql))
        invented = [name for name in invented if "." in name or name in called]
    return f"names {invented[0]}, which does not exist" if invented else ""
