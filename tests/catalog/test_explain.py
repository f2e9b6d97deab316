"""What `--explain` prints: every word with who says so, whichever of the twelve kinds of sources it comes from."""

from dataclasses import replace

import pytest

from vgpt2.catalog.build import build
from vgpt2.catalog.explain import explain
from vgpt2.catalog.meaning.kinds import KINDS
from vgpt2.catalog.objects import FormField
from vgpt2.errors import UserError
from vgpt2.settings import load_database

SOURCES = {
    "tables.sql": """CREATE TABLE ORDH (OrdNo int NOT NULL CONSTRAINT PK_ORDH PRIMARY KEY, OrdDt date,
    CustRef varchar(20), ShipVia char(3), Stat tinyint NOT NULL, DueDt date, Whs char(4), Amt money)
GO
CREATE INDEX IX_ORDH_WarehouseSite ON ORDH (Whs)
GO
EXEC sp_addextendedproperty 'MS_Description', 'Amount of the order', 'SCHEMA', 'dbo', 'TABLE', 'ORDH', 'COLUMN', 'Amt'
GO
CREATE TABLE AuditLog (TableName varchar(30), KeyString varchar(60), FieldName varchar(30), OldValue varchar(30),
    NewValue varchar(30), DateTime datetime, UserName varchar(30))
GO
""",
    "code.sql": """CREATE VIEW OrderReport AS SELECT OrdNo, OrdDt AS [Order Date],
    CASE Stat WHEN 1 THEN 'Open' WHEN 2 THEN 'Closed' END AS State FROM ORDH
GO
/* Purpose: Lists the orders that are due on a day. */
CREATE PROCEDURE OrdersDue @DueDate date AS
SELECT OrdNo FROM ORDH WHERE DueDt = @DueDate
GO
CREATE PROCEDURE OrderHolds AS
-- Stat: 3 = On Hold, 4 = Cancelled
SELECT OrdNo FROM ORDH WHERE Stat = 3
GO
CREATE TRIGGER ORDH_u ON ORDH FOR UPDATE AS
IF NOT EXISTS (SELECT 1 FROM inserted WHERE ShipVia IN ('AIR', 'SEA'))
    BEGIN RAISERROR('Invalid method - cannot insert Sales Order!', 16, 1) ROLLBACK END
INSERT INTO AuditLog (TableName, KeyString, FieldName, OldValue, NewValue, DateTime, UserName)
SELECT 'ORDH', 'Order: ' + CONVERT(varchar, i.OrdNo), 'Ship Via Method', d.ShipVia, i.ShipVia, GETDATE(), SUSER_SNAME()
FROM inserted i JOIN deleted d ON d.OrdNo = i.OrdNo WHERE i.ShipVia <> d.ShipVia
GO
""",
}


@pytest.fixture(scope="module")
def orders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("orders")
    for name, text in SOURCES.items():
        (folder / name).write_text(text)
    hints = {"ORDH": "order headers", "ORDH.CustRef": "customer's own number"}
    catalog = build(folder, load_database("generic.yaml").model_copy(update={"word_hints": hints}))
    return replace(catalog, form_fields=[FormField("Order Entry", "Info", "Order Number", "OrdNo", "dbo.ORDH")])


LINES = {
    "word_hint": ("ORDH", "called customer's own number  [word_hints ORDH.CustRef]"),
    "description": ("ORDH", "-- Amount of the order [extended property]"),
    "form_label": ("ORDH", "called order number  [form label, form Order Entry]"),
    "audit_trail": ("ORDH", "called ship via method  [audit trail, code.sql:16]"),
    "error_text": ("ORDH", "called sales order  [error text, code.sql:14]"),
    "header": ("OrdersDue", "Lists the orders that are due on a day.  [header comment]"),
    "result_name": ("ORDH", "called order date  [result name, dbo.OrderReport]"),
    "case_value": ("ORDH", "1 called open  [case value, code.sql:2]"),
    "comment_value": ("ORDH", "3 called on hold  [comment value, code.sql:9]"),
    "parameter": ("ORDH", "called due date  [parameter, code.sql:6]"),
    "constraint": ("ORDH", "called warehouse site  [constraint, IX_ORDH_WarehouseSite]"),
    "name": ("ORDH", "OrdNo"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_word_is_shown_with_its_source(orders, kind):
    name, line = LINES[kind]
    assert line in "\n".join(explain(orders, name))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ORDH", "table dbo.ORDH"),
        ("ORDH", "key (primary key) OrdNo  PK_ORDH  <- business key"),
        ("ORDH", "index Whs  IX_ORDH_WarehouseSite"),
        ("ORDH", "read by dbo.OrderReport, dbo.OrderHolds, dbo.OrdersDue"),
        ("ORDH", "trigger dbo.ORDH_u on UPDATE"),
        ("ORDH", "form Order Entry, Info: 'Order Number' shows OrdNo"),
        ("dbo.OrderReport", "reads dbo.ORDH"),
        ("OrdersDue", "@DueDate date"),
        ("ORDH_u", "trigger dbo.ORDH_u on dbo.ORDH for UPDATE"),
    ],
)
def test_what_else_is_told_of_an_object(orders, name, line):
    assert line in "\n".join(explain(orders, name))


def test_a_name_that_is_not_there_is_told_with_the_nearest(orders):
    with pytest.raises(UserError, match="nothing is called so; did you mean 'OrdersDue'"):
        explain(orders, "OrdersDu")
