"""The typed tree renders to one line in the manner of the database."""

from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery, alias_for
from vgpt2.synthesis.render import render

APTH, APTL = "dbo.APTH", "dbo.APTL"


def test_one_table_has_bare_columns_and_the_hint(sample):
    query = Query(
        APTH,
        (Item(Ref(APTH, "Vendor")), Item(Call("SUM({0})", (Ref(APTH, "InvTotal"),)), "TotalInvTotal")),
        where=(Filter(Ref(APTH, "APCo"), "{0} = 1"),),
        group=(Ref(APTH, "Vendor"),),
        having=((Call("SUM({0})", (Ref(APTH, "InvTotal"),)), "> 100"),),
        order=(("TotalInvTotal", True),),
        top=5,
    )
    assert render(query, sample) == (
        "SELECT TOP 5 Vendor, SUM(InvTotal) AS TotalInvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 "
        "GROUP BY Vendor HAVING SUM(InvTotal) > 100 ORDER BY TotalInvTotal DESC"
    )
    assert query.columns() == ["dbo.APTH.Vendor", "dbo.APTH.InvTotal", "dbo.APTH.APCo"]


def test_a_join_qualifies_with_full_names(sample):
    pairs = tuple((Ref(APTL, name), Ref(APTH, name)) for name in ("APCo", "Mth", "APTrans"))
    query = Query(APTL, (Item(Ref(APTL, "APLine")), Item(Ref(APTH, "Vendor"))), joins=(JoinOn(APTH, pairs),))
    assert render(query, sample) == (
        "SELECT APTL.APLine, APTH.Vendor FROM APTL WITH (NOLOCK) JOIN APTH WITH (NOLOCK) "
        "ON APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth AND APTL.APTrans = APTH.APTrans"
    )
    assert query.tables() == [APTL, APTH]


def test_a_correlated_subquery_qualifies_both_sides(sample):
    pairs = tuple((Ref(APTL, name), Ref(APTH, name)) for name in ("APCo", "Mth", "APTrans"))
    inner = SubQuery("NOT EXISTS", Query(APTL, ()), pairs=pairs)
    query = Query(APTH, (Item(Ref(APTH, "Vendor")),), where=(Filter(Ref(APTH, "APCo"), "{0} = 1"), inner))
    assert render(query, sample) == (
        "SELECT APTH.Vendor FROM APTH WITH (NOLOCK) WHERE APTH.APCo = 1 AND NOT EXISTS "
        "(SELECT 1 FROM APTL WITH (NOLOCK) WHERE APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth "
        "AND APTL.APTrans = APTH.APTrans)"
    )


def test_brackets_where_names_need_them(shop):
    table = "Sales.Order Details"
    query = Query(table, (Item(Ref(table, "Line No")), Item(Ref(table, "Group"))))
    assert render(query, shop) == "SELECT [Line No], [Group] FROM Sales.[Order Details]"
    assert alias_for("Total", "Net Price") == "TotalNetPrice"


def test_a_query_is_joined_under_a_name_with_conditions_of_the_join(sample):
    paid = Query(
        APTL,
        (
            Item(Ref(APTL, "APCo")),
            Item(Ref(APTL, "APTrans")),
            Item(Call("SUM({0})", (Ref(APTL, "GrossAmt"),)), "Total"),
        ),
        where=(Filter(Ref(APTL, "APCo"), "{0} = 1"),),
        group=(Ref(APTL, "APCo"), Ref(APTL, "APTrans")),
    )
    pairs = tuple((Ref(APTH, name), Ref("Lines", name)) for name in ("APCo", "APTrans"))
    query = Query(
        APTH,
        (Item(Ref(APTH, "InvId")), Item(Call("ISNULL({0}, 0)", (Ref("Lines", "Total"),)), "Total")),
        joins=(JoinOn("Lines", pairs, "LEFT JOIN", paid, (Filter(Ref("Lines", "Total"), "{0} > 5"),)),),
        where=(Call("{0} < {1}", (Ref(APTH, "InvDate"), Ref(APTH, "DueDate"))),),
    )
    assert render(query, sample) == (
        "SELECT APTH.InvId, ISNULL(Lines.Total, 0) AS Total FROM APTH WITH (NOLOCK) LEFT JOIN (SELECT APCo, APTrans, "
        "SUM(GrossAmt) AS Total FROM APTL WITH (NOLOCK) WHERE APCo = 1 GROUP BY APCo, APTrans) AS Lines "
        "ON APTH.APCo = Lines.APCo AND APTH.APTrans = Lines.APTrans AND Lines.Total > 5 "
        "WHERE APTH.InvDate < APTH.DueDate"
    )
    assert query.tables() == [APTH, APTL]
    assert "Lines.Total" not in query.columns() and "dbo.APTL.GrossAmt" in query.columns()


def test_queries_with_names_come_first_and_one_is_read(sample):
    totals = Query(
        APTH,
        (Item(Ref(APTH, "Vendor")), Item(Call("SUM({0})", (Ref(APTH, "InvTotal"),)), "Total")),
        where=(Filter(Ref(APTH, "APCo"), "{0} = 1"),),
        group=(Ref(APTH, "Vendor"),),
    )
    query = Query(
        "Totals", (Item(Ref("Totals", "Vendor")),), order=(("Vendor", True),), ctes=(("Totals", totals),),
        union=Query(APTH, (Item(Ref(APTH, "Vendor")),)), all_rows=True,
    )  # fmt: skip
    assert render(query, sample) == (
        "WITH Totals AS (SELECT Vendor, SUM(InvTotal) AS Total FROM APTH WITH (NOLOCK) WHERE APCo = 1 GROUP BY Vendor) "
        "SELECT Vendor FROM Totals UNION ALL SELECT Vendor FROM APTH WITH (NOLOCK) ORDER BY Vendor DESC"
    )
    assert query.tables() == [APTH] and len(list(query.parts())) == 3
