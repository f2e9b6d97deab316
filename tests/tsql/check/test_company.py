"""A query limited to one company: where the filter goes, and where there is no certain place for it."""

import pytest

from vgpt2.tsql.check.company import limit_to_company

LIMITED = [
    ("SELECT Vendor FROM APTH WITH (NOLOCK)", "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 7"),
    (
        "SELECT Vendor FROM APTH WITH (NOLOCK) ORDER BY Vendor",
        "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 7 ORDER BY Vendor",
    ),
    (
        "SELECT Vendor, COUNT(*) AS n FROM APTH WITH (NOLOCK) WHERE APTrans > 5 GROUP BY Vendor HAVING COUNT(*) > 1",
        "SELECT Vendor, COUNT(*) AS n FROM APTH WITH (NOLOCK) WHERE APCo = 7 AND APTrans > 5 "
        "GROUP BY Vendor HAVING COUNT(*) > 1",
    ),
    # One of several conditions is enough for a row: all of them stand in parentheses then.
    (
        "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APTrans > 5 OR Vendor = 2",
        "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 7 AND (APTrans > 5 OR Vendor = 2)",
    ),
    (
        "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE (APTrans > 5 OR Vendor = 2)",
        "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 7 AND (APTrans > 5 OR Vendor = 2)",
    ),
    # The group of vendors has no company; the invoices that are joined to it have.
    (
        "SELECT APVM.Name, APTH.APRef FROM APVM WITH (NOLOCK) JOIN APTH WITH (NOLOCK) "
        "ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor",
        "SELECT APVM.Name, APTH.APRef FROM APVM WITH (NOLOCK) JOIN APTH WITH (NOLOCK) "
        "ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor WHERE APTH.APCo = 7",
    ),
    # A subquery has a WHERE and an ORDER BY of its own.
    (
        "SELECT Vendor, ROW_NUMBER() OVER (ORDER BY Vendor) AS n FROM APTH WITH (NOLOCK)",
        "SELECT Vendor, ROW_NUMBER() OVER (ORDER BY Vendor) AS n FROM APTH WITH (NOLOCK) WHERE APCo = 7",
    ),
]
LEFT_ALONE = [
    "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1",  # it is limited
    "SELECT Vendr FROM APTH WITH (NOLOCK)",  # another fault
    "SELECT Vendor FROM APTH",  # another rule, too
    # Rows without an invoice would be lost.
    "SELECT APVM.Name, APTH.APRef FROM APVM WITH (NOLOCK) LEFT JOIN APTH WITH (NOLOCK) "
    "ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor",
    # Two queries, and a filter for each.
    "SELECT Vendor FROM APTH WITH (NOLOCK) UNION SELECT Vendor FROM POHD WITH (NOLOCK)",
]


@pytest.mark.parametrize(("sql", "limited"), LIMITED)
def test_the_filter_comes_first_in_where(sample, sql, limited):
    found = limit_to_company(sql, sample, lambda table, column: "7")
    assert found is not None
    text, verdict, company = found
    assert (text, company) == (limited, "7")
    assert verdict.clean


@pytest.mark.parametrize("sql", LEFT_ALONE)
def test_without_a_certain_place_there_is_none(sample, sql):
    assert limit_to_company(sql, sample, lambda table, column: "7") is None
