"""Whom a report goes by is said as one and as several, in its role; what is counted has the name of its rows."""

import random

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports.partners import who
from vgpt2.synthesis.intents.reports.sheet import Sheet, counted
from vgpt2.synthesis.query import total_alias


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def partner(ctx, start, end, seed=1):
    sheet = Sheet(ctx, ctx.table(f"dbo.{start}"), random.Random(seed), 0, "test")
    sheet.say.plain = True
    link = next(link for link in sheet.book.links(sheet.table) if link.end.name == end)
    return sheet.by(link)


@pytest.mark.parametrize(
    ("start", "end", "one", "many"),
    [
        ("APTH", "APVM", {"vendor", "vendor (number and name)"}, "vendors"),
        ("PMOH", "JCJM", {"project", "project and job description"}, "projects"),  # the job of a project's change order
        ("EMCD", "EMEM", {"equipment", "equipment (code and description)"}, "equipment"),  # no "equipment records"
        ("APTD", "APTH", {"vendor invoice"}, "vendor invoices"),  # no "accounting month and AP transaction number"
    ],
)
def test_a_partner_as_one_and_as_several(ctx, start, end, one, many):
    found = [partner(ctx, start, end, seed) for seed in range(6)]
    assert {made.said for made in found} <= one
    assert {made.many for made in found} == {many}


@pytest.mark.parametrize(
    ("start", "end", "plain", "said"),
    [
        ("PREH", "JCJM", True, "usual job"),  # whose job it is today no column of an employee says
        ("PREH", "PREC", True, "default earnings"),
        ("PREH", "JCJM", False, "JCJM"),
        ("APTH", "APVM", True, "vendor"),
        ("PRTH", "JCJM", True, "job"),
    ],
)
def test_what_is_so_unless_something_else_is_said_is_called_so(ctx, start, end, plain, said):
    sheet = Sheet(ctx, ctx.table(f"dbo.{start}"), random.Random(1), 0, "test")
    sheet.say.plain = plain
    link = next(link for link in sheet.book.links(sheet.table) if link.end.name == end)
    assert sheet.role(link) == said


@pytest.mark.parametrize(
    ("one", "many", "asked"),
    [
        ("vendor", "vendors", "Who are"),
        ("salesperson", "salespeople", "Who are"),
        ("job", "jobs", "Which jobs are"),
        ("unit of measure", "units of measure", "Which units of measure are"),
        ("Vendor with Name from APVM", "Vendor with Name from APVM", "Which are"),  # spelled
    ],
)
def test_only_persons_and_companies_are_asked_for_by_who(one, many, asked):
    assert who(one, many) == asked


@pytest.mark.parametrize(
    ("table", "alias"),
    [("APTH", "InvoiceCount"), ("APTL", "LineCount"), ("HQUM", "UnitCount"), ("JCCP", "RecordCount")],
)
def test_a_count_is_named_after_what_is_counted(ctx, table, alias):
    assert counted(ctx, ctx.table(f"dbo.{table}")).alias == alias


@pytest.mark.parametrize(("column", "alias"), [("InvTotal", "TotalInvTotal"), ("TotalPrice", "SumTotalPrice")])
def test_no_alias_says_total_twice(column, alias):
    assert total_alias(column) == alias
