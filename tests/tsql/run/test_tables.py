"""Rows come into the engine as lists of texts; it holds what the same values give as literals."""

import datetime
from decimal import Decimal

import pytest
from tests.conftest import table

from vgpt2.tsql.run.limits import connect
from vgpt2.tsql.run.tables import columns_named, create_table, name_of, replace_rows, written

VALUES = {
    "bit": [0, 1, None],
    "int": [0, -7, 2_147_483_647, None],
    "bigint": [9_007_199_254_740_993, -1],
    "decimal(12,2)": ["12.50", "-0.05", Decimal("9999999999.99"), Decimal("1.005"), 3, None],
    "money": ["0.0001", Decimal("-12.34565"), 100],
    "float": [0.1, -1e-05, 1e300, 3, "2.5", None],
    "date": ["2024-02-29", datetime.date(2023, 12, 31), None],
    "datetime": ["2024-02-29 23:59:59.997", datetime.datetime(2024, 1, 1, 8, 30), "2024-03-01", None],
    "time": [datetime.time(8, 30), "23:59:59"],
    "varchar(30)": ["", "it's", 'a "b"', "two\nlines", "[1, 2]", "NULL", "Käse 日本", 12, None],
    "uniqueidentifier": ["6F9619FF-8B86-D011-B42D-00C04FC964FF"],
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_text_gives_what_a_literal_gives(kind):
    made = table("main", "T", {"ID": "int", "V": kind})
    rows = [{"ID": number, "V": value} for number, value in enumerate(VALUES[kind])]
    connection = connect()
    create_table(connection, made, rows)
    as_texts = connection.execute(f"SELECT * FROM {name_of(made)} ORDER BY 1").fetchall()
    literals = ", ".join(f"({row['ID']}, {written(row['V'])})" for row in rows)
    connection.execute(f"DELETE FROM {name_of(made)}")
    connection.execute(f"INSERT INTO {name_of(made)} VALUES {literals}")
    assert as_texts == connection.execute(f"SELECT * FROM {name_of(made)} ORDER BY 1").fetchall()
    assert len(as_texts) == len(rows)


def test_rows_are_replaced_in_their_order_and_what_is_not_named_is_empty():
    made = table("main", "T", {"A": "int", "B": "int", "C": "int"})
    connection = connect()
    create_table(connection, made, [{"A": 1, "B": 1, "C": 1}] * 3)
    assert columns_named(made, 'SELECT "B" FROM "main"."T"') == ["B"]
    assert columns_named(made, "SELECT COUNT(*)") == ["A"]
    assert columns_named(made, "SELECT *") == columns_named(made, "") == ["A", "B", "C"]
    replace_rows(connection, made, {"B": [3, 1, None, 2]})
    assert connection.execute('SELECT * FROM "main"."T"').fetchall() == [(None, n, None) for n in (3, 1, None, 2)]
    replace_rows(connection, made, {"B": []})
    assert connection.execute('SELECT * FROM "main"."T"').fetchall() == []
