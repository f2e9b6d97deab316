"""A shop whose names look like those of a construction ERP: no word of that trade is said of it, by anything made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.abbreviations import general_readings
from vgpt2.catalog.build import build
from vgpt2.catalog.business_words import column_words, distinct_words, split_name, table_words
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.plain_words import plural
from vgpt2.database_settings import MadeUpNames
from vgpt2.settings import load_database
from vgpt2.synthesis.context import Context
from vgpt2.tsql.rows.names import general_names
from vgpt2.tsql.rows.rows import maker_of

SHOP = Path(__file__).parents[1] / "fixtures/catalog/shop"
VISTA = load_database("vista.yaml")


def words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[a-z]{3,}", text.lower())}


def names_of(catalog: Catalog) -> set[str]:
    columns = [column.name for table in catalog.tables for column in table.columns]
    parts = {
        part.lower() for name in [*columns, *(table.name for table in catalog.tables)] for part in split_name(name)
    }
    return parts | {plural(part) for part in parts}


def of_any_database() -> set[str]:
    readings, names = general_readings(), general_names()
    listed = [*readings.anywhere.values(), *readings.first.values(), *readings.last.values(), *readings.one_word]
    return words_of([*listed, *(text for _, texts in names for text in texts)])


def of_the_trade() -> set[str]:
    """The words that Vista's own lists bring in."""
    names = VISTA.made_up_names
    return words_of([*VISTA.abbreviations.values(), *VISTA.modules.values(), *names.companies, *names.things])


def said_of(catalog: Catalog) -> Iterator[str]:
    """All that is said of a database: words, questions and answers, rows."""
    for table in catalog.tables:
        yield table_words(catalog, table)
        yield from (column_words(catalog, column, table) for column in table.columns)
        for row in maker_of(catalog, 1).rows(table.qualified):
            yield from (value for value in row.values() if isinstance(value, str))
    for kind, count in (("sql", 200), ("schema", 100), ("correction", 30)):
        for example in streamed(catalog, kind, 1, count):
            yield f"{example.question}\n{example.answer}"


@pytest.fixture(scope="module")
def shop() -> Catalog:
    return build(SHOP, load_database("generic.yaml"))


def trade_words_said(catalog: Catalog) -> set[str]:
    """Words of the trade that are said of a database though no name of it holds them."""
    prose = words_of(re.sub(r"\w+\d|[A-Z]\w*[A-Z]\w*", " ", text) for text in said_of(catalog))
    return prose & (of_the_trade() - of_any_database() - names_of(catalog))


def test_no_word_of_the_trade_is_said_of_a_shop(shop):
    assert not trade_words_said(shop)


def test_with_the_lists_of_vista_the_same_shop_speaks_of_the_trade():
    lists = {key: getattr(VISTA, key) for key in ("abbreviations", "made_up_names")}
    found = trade_words_said(build(SHOP, load_database("generic.yaml").model_copy(update=lists)))
    assert {"subcontract", "template", "contract", "payroll", "ledger", "equipment", "concrete", "drywall"} <= found


WORDS = {
    "Customer": {
        "CustNo": "customer number", "ContPhone": "cont phone", "Addr": "address", "PoBox": "po box",
        "CoBuyer": "co buyer", "RefBy": "ref by", "CatOwner": "cat owner", "SubEndDt": "sub end date",
    },
    "Item": {
        "ItemDesc": "item description", "CatCd": "cat code", "StdPrice": "standard price", "TempMax": "temp maximum",
        "TempMin": "temp min", "CtScan": "ct scan", "CmWide": "cm wide", "EqBands": "eq bands", "GlType": "gl type",
        "DiscCount": "disc count", "TransType": "trans type", "ExtCode": "ext code", "UmRange": "um range",
        "JcSize": "jc size", "LicPlate": "license plate", "MinQty": "minimum quantity", "InvLevel": "inv level",
        "PhsValue": "phs value",
    },
    "Store": {"BusLine": "bus line", "DistKm": "dist km", "OpenHrs": "open hours", "MgrName": "manager name"},
    "tblSalesOrder": {
        "OrderDt": "order date", "ShipAmt": "ship amount", "PrCode": "pr code", "SlNo": "sl number",
        "RetDate": "ret date", "EstArrival": "est arrival", "CompDate": "comp date", "WoGift": "wo gift",
    },
    "Payment": {"PdWeek": "pd week", "ActCode": "act code", "SuppFee": "supp fee", "PaidMth": "paid month"},
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_columns_are_called_what_the_owner_of_the_shop_calls_them(shop, name):
    words = distinct_words(shop, shop.find(name))
    assert {column: words.get(column) for column in WORDS[name]} == WORDS[name]


def test_a_subtotal_goes_by_its_name_and_a_prefix_is_not_said(shop):
    assert "SubTotal" not in distinct_words(shop, shop.find("tblSalesOrder"))
    assert table_words(shop, shop.find("tblSalesOrder")) == "sales order"
    assert table_words(shop, shop.find("vOpenOrder")) == "open order"


def test_the_technical_columns_of_vista_are_columns_like_any_other(shop):
    ctx = Context(shop, 1, "train")
    orders, payments, item = (shop.find(name) for name in ("tblSalesOrder", "Payment", "Item"))
    assert payments.key == ["KeyID"]
    assert "KeyID" in {column.name for column in ctx.roles(payments).shown}
    assert "ModifiedDate" not in {column.name for column in ctx.roles(orders).shown}  # kept by any database for itself
    assert [column.name for column in ctx.roles(payments).months] == ["PaidMth"]
    assert not {"TempMax", "TempMin", "StdPrice"} & {column.name for column in ctx.roles(item).amounts}


def test_a_database_has_columns_that_it_keeps_for_itself_and_numbers_that_it_does_not_add():
    own = {"internal_columns": ["modifieddate"], "not_added": ["^Phs"]}
    shop = build(SHOP, load_database("generic.yaml").model_copy(update=own))
    ctx = Context(shop, 1, "train")
    orders, item = shop.find("tblSalesOrder"), shop.find("Item")
    assert "ModifiedDate" not in {column.name for column in ctx.roles(orders).shown}
    assert "PhsValue" in {column.name for column in ctx.roles(item).measures}
    assert "PhsValue" not in {column.name for column in ctx.roles(item).amounts}


def test_rows_are_of_the_names_that_a_database_has(shop):
    own = MadeUpNames(companies=["Corner Shop"])
    other = build(SHOP, shop.database.model_copy(update={"made_up_names": own}))
    assert {row["StoreName"] for row in maker_of(other, 1).rows("dbo.Store")} == {"Corner Shop"}
    assert {row["StoreName"] for row in maker_of(shop, 1).rows("dbo.Store")} <= set(general_names().companies)
