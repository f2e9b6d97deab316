"""The typed tree renders to one line in the manner of the database."""

from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery, alias_for, render

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
