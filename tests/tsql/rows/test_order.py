"""Dates of made rows follow the order that the names of their columns let one infer."""

import datetime

from vgpt2.tsql.rows.rows import maker_of


def test_no_row_contradicts_itself(sample):
    compared = 0
    for seed in (0, 3):
        maker = maker_of(sample, seed)
        for table in sample.tables:
            order = maker.order(table) if table.kind == "table" else None
            for row in maker.rows(table.qualified) if order else ():
                for first in set(order.first) - order.months:
                    for later in set(order.later) - order.months:
                        start, end = row[first], row[later]
                        if isinstance(start, datetime.date) and type(start) is type(end):
                            compared += 1
                            assert start <= end, (table.name, first, later)
    assert compared > 500


def test_a_payment_follows_the_invoice_that_it_pays(sample):
    maker = maker_of(sample, 0)
    invoices = {(row["APCo"], row["Mth"], row["APTrans"]): row["InvDate"] for row in maker.rows("dbo.bAPTH")}
    paid = [
        (invoices[key], row["PaidDate"])
        for row in maker.rows("dbo.bAPTD")
        if (key := (row["APCo"], row["Mth"], row["APTrans"])) in invoices and row["PaidDate"]
    ]
    assert len(paid) > 5
    assert all(invoiced <= day for invoiced, day in paid)


def test_keys_stay_as_they_are_drawn(sample):
    for row in maker_of(sample, 0).rows("dbo.bPRPC"):
        assert row["BeginDate"] is None or row["BeginDate"] <= row["PREndDate"]
