"""Facts are looked up in the catalog."""

import pytest

from vgpt2.catalog.lookup import join_between, join_text
from vgpt2.records.facts import Fact, prove


@pytest.mark.parametrize(
    ("claim", "subject", "value", "true"),
    [
        ("exists", "APTH", "", True),
        ("exists", "APTH.Vendor", "", True),
        ("exists", "dbo.APTH", "", True),
        ("exists", "APTX", "", False),
        ("exists", "apth", "", False),  # case counts here
        ("missing", "APTX", "", True),
        ("missing", "APTH.InvoiceAmt", "", True),
        ("missing", "APTL", "", False),
        ("key", "APTH", "APCo, Mth, APTrans", True),
        ("key", "APTH", "APCo, APTrans", False),
        ("type", "APTH.Vendor", "bVendor", True),
        ("type", "APTH.Vendor", "varchar(10)", False),
        ("module", "APTH", "AP", True),
        ("module", "APTH", "Accounts Payable", True),
        ("module", "APTH", "AR", False),
        ("joins", "APTL+APTH", "APCo, Mth, APTrans", True),
        ("joins", "APTH+APTL", "APCo, Mth, APTrans", True),
        ("joins", "APTH+APTL", "APCo", False),
        ("describes", "APTH", "AP invoice headers", True),
        ("describes", "APTH", "Customers", False),
        ("unjoined", "HQUM+PRCC", "", True),
        ("unjoined", "APTH+APTL", "", False),
        ("unjoined", "APTH+APTX", "", False),
        ("shows", "JCContracts/Contract Number", "Contract", True),
        ("shows", "JCContracts/Contract Number", "Job", False),
        ("shows", "JCContracts/Nothing", "", False),
        ("called", "APTH", "vendor invoices", True),
        ("called", "APTH.InvDate", "invoice date", True),
        ("called", "APTH.InvDate", "due date", False),
        ("called", "APTH.Nothing", "invoice date", False),
        ("unsaid", "APVM", "parking, shoe size", True),
        ("unsaid", "APVM", "parking, phone", False),  # one of them is there
        ("unsaid", "APTH", "retainage", False),  # its lines have it
        ("unsaid", "APVX", "parking", False),
        ("unsaid", "", "scorecard", True),
        ("unsaid", "", "invoice", False),
        ("unsaid", "", "", False),
        ("sings", "APTH", "", False),
    ],
)
def test_claims(sample, claim, subject, value, true):
    assert prove(Fact(claim, subject, value), sample) is true


def test_a_join_is_seen_from_either_side(shop):
    lines, orders = shop.tables
    assert join_text(join_between(shop, lines, orders)) == "OrderID"
    assert join_between(shop, orders, lines).left == orders.qualified
    assert join_between(shop, orders, orders) is None


@pytest.mark.parametrize("name", ["Sales.Order Details", "Sales.[Order Details]", "[Sales].[Order Details]"])
def test_names_in_brackets_are_found(shop, name):
    assert prove(Fact("key", name, "OrderID, Line No"), shop)
    assert prove(Fact("exists", f"{name}.Net Price"), shop)
    assert prove(Fact("missing", f"{name}.Gross Price"), shop)
