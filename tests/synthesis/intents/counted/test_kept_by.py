"""Columns that only rows of some kinds have are not read of others, where a description says so and nowhere else."""

import re
from dataclasses import replace

import pytest

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.objects import Meaning
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.counted.kept_by import KeptBy, kept_by, reads_what_none_has
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery

ONLY = re.compile(r"[;.(:][^;.(:]*\bonly\b")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("description", "values"),
    [
        ("check date; on payments only", "P"),
        ("check date (only of payments)", "P"),
        ("Date of the check. Filled on P only.", "P"),
        ("due date; on invoices, finance charges and W only", "IFW"),
        ("check date of payments only", ""),  # what it is called, and no clause about its rows
        ("check date; payments have one", ""),
        ("check date; on payments of checks only", ""),
        ("check date; on transfers only", ""),
        ("check date; on open only", ""),  # two columns say so
        ("check date; on entry type P only", "P"),  # which of the columns is said
        ("check date; on entry type payment and invoice only", "PI"),
        ("check date; on sale type payment only", ""),
        ("check date", ""),
        ("", ""),
    ],
)
def test_a_clause_that_names_known_kinds_and_says_only_is_read(description, values):
    types = {"Id": "int", "Type": "char(1)", "State": "int", "Stage": "int"}
    columns = [Column(name, kind, kind, description=f"entry {name.lower()}") for name, kind in types.items()]
    made = Table("dbo", "Entry", "table", columns=[*columns, Column("Day", "date", "date", description=description)])
    said = {"P": "payment", "I": "invoice", "F": "finance charge", "W": "write-off"}
    meanings = [Meaning("dbo.Entry.Type", [[text, "documented", ""]], value) for value, text in said.items()]
    for column in ("State", "Stage"):
        for value, text in (("0", "open"), ("1", "closed")):
            meanings.append(Meaning(f"dbo.Entry.{column}", [[text, "documented", ""]], value))
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [made], meanings=meanings)
    found = kept_by(Context.of(catalog, 1, "train"), made)
    assert found == ({"Day": (KeptBy(Ref("dbo.Entry", "Type"), frozenset(values)),)} if values else {})


def test_a_code_is_none_of_the_words_around_it():
    kinds = Column("Type", "char(2)", "char(2)", description="source", values=["IN", "ON", "MS", "AP"])
    days = [
        Column(f"D{n}", "date", "date", description=f"day; on {said} only")
        for n, said in enumerate(("IN and MS", "ON"))
    ]
    made = Table("dbo", "Entry", "table", columns=[kinds, *days])
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [made])
    found = kept_by(Context.of(catalog, 1, "train"), made)
    assert {name: sorted(kinds[0].values) for name, kinds in found.items()} == {"D0": ["IN", "MS"], "D1": ["ON"]}


def test_every_clause_of_the_sample_is_understood(ctx, sample):
    said = {
        f"{table.name}.{column.name}": len(ONLY.findall(column.description))
        for table in sample.queryable
        for column in table.columns
        if ONLY.search(column.description)
    }
    heard = {
        f"{table.name}.{name}": len(kinds) for table in sample.queryable for name, kinds in kept_by(ctx, table).items()
    }
    assert len(said) > 80 and heard == said


def test_lines_know_the_kinds_of_their_documents(ctx, sample):
    taken = kept_by(ctx, sample.by_qualified["dbo.ARTL"])["DiscTaken"]
    assert taken == (KeptBy(Ref("dbo.ARTH", "ARTransType"), frozenset("P")),)
    approved = kept_by(ctx, sample.by_qualified["dbo.PMOI"])["ApprovedAmt"]
    assert [(each.kind.table, sorted(each.values)) for each in approved] == [
        ("dbo.PMOI", ["APPR"]),
        ("dbo.PMOP", ["1", "2"]),
    ]


def of(column, table="dbo.ARTH"):
    return Ref(table, column)


def total(column):
    return Item(Call("SUM({0})", (of(column, "dbo.JCCD"),)), f"Total{column}")


TYPE, DATE, DUE = of("ARTransType"), of("CheckDate"), of("DueDate")
INVOICED = Item(Call("SUM({0})", (of("Invoiced"),)), "TotalInvoiced")
IN_MAY = Filter(DATE, "{0} >= '2024-05-01'")
LIST = Query("dbo.ARTH", (Item(of("ARTrans")),))
MOVES = Query("dbo.JCID", (Item(of("Contract", "dbo.JCID")),))
KIND, AMOUNT = of("JCTransType", "dbo.JCID"), of("ContractAmt", "dbo.JCID")
BY_CONTRACT = "ROW_NUMBER() OVER (PARTITION BY {0} ORDER BY SUM({1}) DESC)"
BY_BOTH = "ROW_NUMBER() OVER (PARTITION BY {0}, {1} ORDER BY SUM({2}) DESC)"
OF_KINDS = "SUM(CASE WHEN {{0}} = '{}' THEN {{1}} ELSE 0 END)"
PIECE = "dbo.APTD"
ITEM, STATUS = "dbo.PMOI", of("PendingStatus", "dbo.PMOP")
OF_ORDER = JoinOn("dbo.PMOP", tuple((of(name, ITEM), of(name, "dbo.PMOP")) for name in ("PMCo", "Project", "PCO")))
APPROVED = Item(Call("SUM({0})", (of("ApprovedAmt", ITEM),)), "TotalApprovedAmt")
COST = "dbo.JCCD"
OF_VENDOR = JoinOn("dbo.APVM", tuple((of(name, COST), of(name, "dbo.APVM")) for name in ("VendorGroup", "Vendor")))
PAYING = SubQuery("IN", replace(LIST, where=(Filter(TYPE, "{0} = 'P'"), IN_MAY)), of("ARTrans"))


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        # Invoices of a month by the date of a check, and payments.
        (Query("dbo.ARTH", (INVOICED,), where=(Filter(TYPE, "{0} = 'I'"), IN_MAY)), True),
        (Query("dbo.ARTH", (INVOICED,), where=(Filter(TYPE, "{0} = 'P'"), IN_MAY)), False),
        (Query("dbo.ARTH", (INVOICED,), where=(Filter(TYPE, "{0} IN ('I', 'P')"), IN_MAY)), False),
        (Query("dbo.ARTH", (INVOICED,), where=(Filter(TYPE, "{0} <> 'P'"), IN_MAY)), True),
        # No kind is asked for: who has a check date pays.
        (replace(LIST, where=(IN_MAY,)), False),
        (replace(LIST, items=(Item(DATE), Item(DUE))), False),
        (replace(LIST, items=(Item(DUE),), where=(IN_MAY,)), True),
        (replace(LIST, items=(Item(DUE),), where=(Filter(DATE, "({0} IS NULL OR {0} > '2024-05-01')"),)), False),
        (replace(LIST, items=(Item(DUE),), order=((DATE, True),), top=5), True),
        (replace(LIST, items=(Item(DUE),), where=(PAYING,)), False),
        # Kinds told apart by what one of them has.
        (replace(MOVES, items=(Item(KIND), Item(Call("SUM({0})", (AMOUNT,)), "T")), group=(KIND,)), True),
        (replace(MOVES, items=(Item(Call(BY_CONTRACT, (KIND, AMOUNT)), "N"),)), True),
        (
            replace(
                MOVES,
                items=(Item(Call(BY_CONTRACT, (KIND, AMOUNT)), "N"),),
                where=(Filter(KIND, "{0} IN ('OC', 'CO')"),),
            ),
            False,
        ),
        (replace(MOVES, items=(Item(Call(OF_KINDS.format("JB"), (KIND, AMOUNT)), "T"),)), True),
        (replace(MOVES, items=(Item(Call(OF_KINDS.format("CO"), (KIND, AMOUNT)), "T"),)), False),
        (replace(MOVES, items=(Item(KIND), Item(AMOUNT))), False),
        (replace(MOVES, items=(Item(Call(BY_BOTH, (of("Contract", "dbo.JCID"), KIND, AMOUNT)), "N"),)), True),
        # What most kinds have is asked for by kind.
        (Query(COST, (total("ActualCost"),), group=(of("JCTransType", COST),)), False),
        (Query(COST, (total("EstCost"),), group=(of("JCTransType", COST),)), True),
        # What has a vendor, which estimates have not.
        (Query(COST, (total("ActualCost"),), (OF_VENDOR,)), False),
        (Query(COST, (total("EstCost"),), (OF_VENDOR,)), True),
        (Query(COST, (total("EstCost"),), (replace(OF_VENDOR, kind="LEFT JOIN"),)), False),
        # By which check something was paid that is on hold.
        (Query(PIECE, (Item(of("CMRef", PIECE)),), where=(Filter(of("HoldYN", PIECE), "{0} = 'Y'"),)), True),
        (Query(PIECE, (Item(of("CMRef", PIECE)),), where=(Filter(of("HoldYN", PIECE), "{0} = 'N'"),)), False),
        (Query(PIECE, (Item(of("Amount", PIECE)),), where=(Filter(of("Status", PIECE), "{0} = 1"),)), False),
        # What is approved of change orders that are pending.
        (Query(ITEM, (APPROVED,), (OF_ORDER,), (Filter(STATUS, "{0} = 0"),)), True),
        (Query(ITEM, (APPROVED,), (OF_ORDER,), (Filter(STATUS, "{0} <> 0"),)), False),
        (Query(ITEM, (APPROVED,)), False),
    ],
)
def test_what_no_row_of_the_query_has_is_not_read(ctx, query, wrong):
    assert reads_what_none_has(ctx, query) is wrong


def test_a_database_that_says_nothing_is_asked_as_before(sample):
    silent = replace(sample, tables=[_undescribed(each) for each in sample.tables])
    ctx = Context.of(silent, 1, "train")
    query = Query("dbo.ARTH", (INVOICED,), where=(Filter(TYPE, "{0} = 'I'"), IN_MAY))
    assert not reads_what_none_has(ctx, query)


def _undescribed(each):
    return replace(each, columns=[replace(column, description="") for column in each.columns])
