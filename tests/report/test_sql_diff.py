"""What counts as a difference between two queries, and how it is cut into pieces."""

from __future__ import annotations

import pytest

from vgpt2.report.sql_diff import closest, difference

# gold, answer: the same query
SAME = [
    ("SELECT Vendor FROM APTH", "select Vendor\n  from APTH"),
    ("SELECT Vendor FROM APTH", "SELECT Vendor FROM APTH;"),
    ("SELECT Vendor FROM APTH WITH (NOLOCK)", "SELECT [Vendor] FROM [APTH] with (nolock)"),
    ("SELECT SUM(InvTotal) FROM APTH", "SELECT sum( InvTotal ) FROM APTH"),
    ("SELECT a FROM T ORDER BY a OFFSET 5 ROWS", "select a from T order by a offset 5 rows"),
    ("SELECT DATEDIFF(DAY, a, b) FROM T", "SELECT datediff(day, a, b) FROM T"),
    ("SELECT CAST(a AS INT) FROM T", "SELECT cast(a as int) FROM T"),
    ("SELECT CAST(a AS VARCHAR(10)) FROM T", "SELECT CAST(a AS varchar(10)) FROM T"),
    ("SELECT ROW_NUMBER() OVER (PARTITION BY a) FROM T", "SELECT row_number() over (partition by a) FROM T"),
    ("", ""),
]
# gold, answer, the pieces that differ
DIFFERENT = [
    ("SELECT Vendor FROM APTH", "SELECT vendor FROM APTH", [("-", "Vendor"), ("+", "vendor")]),
    ("SELECT a FROM T WHERE b = 'x'", "SELECT a FROM T WHERE b = 'X'", [("-", "'x'"), ("+", "'X'")]),
    ("SELECT a FROM T WHERE b = 1", "SELECT a FROM T", [("-", "WHERE b = 1")]),
    ("SELECT a FROM T", "SELECT DISTINCT a FROM T", [("+", "DISTINCT")]),
    ("SELECT a FROM T WHERE a >= 1", "SELECT a FROM T WHERE a > 1", [("-", ">="), ("+", ">")]),
    ("SELECT a\nFROM T\nWHERE b = 1\n  AND c = 2", "SELECT a FROM T WHERE b = 1", [("-", "AND c = 2")]),
    ("SELECT T.Key1 FROM T", "SELECT T.key1 FROM T", [("-", "Key1"), ("+", "key1")]),
    ("SELECT [Order] FROM T", "SELECT Order FROM T", [("-", "[Order]"), ("+", "Order")]),
    ("SELECT a FROM T", "SELECT a FROM T -- all", [("+", "-- all")]),
    ("SELECT 'it''s' FROM T", "SELECT 'it' FROM T", [("-", "'it''s'"), ("+", "'it'")]),
    ("SELECT a FROM T", "", [("-", "SELECT a FROM T")]),
]
BROKEN = ["SELECT 'open", "SELECT [open", "/* open", "((((", "SELECT é, 表 FROM T", "\x00\x07", "`a`"]


@pytest.mark.parametrize(("gold", "sql"), SAME)
def test_white_space_case_of_keywords_and_needless_brackets_are_no_difference(gold, sql):
    assert all(kind == "=" for kind, _ in difference(gold, sql))


@pytest.mark.parametrize(("gold", "sql", "pieces"), DIFFERENT)
def test_what_differs_is_marked(gold, sql, pieces):
    assert [piece for piece in difference(gold, sql) if piece[0] != "="] == pieces


@pytest.mark.parametrize("sql", [sql for _, sql, _ in DIFFERENT] + BROKEN)
def test_the_answer_can_be_read_out_of_the_pieces(sql):
    pieces = difference("SELECT Vendor FROM APTH WHERE APCo = 1", sql)
    read = "".join(text for kind, text in pieces if kind != "-")
    assert read.split() == sql.split()


def test_pieces_stand_apart_as_words_do():
    assert difference("SELECT a, b FROM T", "SELECT c FROM T") == [
        ("=", "SELECT "),
        ("-", "a, b"),
        ("=", " "),
        ("+", "c"),
        ("=", " FROM T"),
    ]


def test_the_nearest_of_several_golds_is_taken():
    golds = ["SELECT a FROM T", "SELECT a, b FROM T WHERE c = 1"]
    place, pieces = closest(golds, "SELECT a, b FROM T WHERE c = 2")
    assert place == 1
    assert [piece for piece in pieces if piece[0] != "="] == [("-", "1"), ("+", "2")]


def test_of_equally_near_golds_the_first_is_taken():
    assert closest(["SELECT a FROM T", "select a from T"], "SELECT a FROM T")[0] == 0


def test_queries_that_are_hardly_alike_have_no_difference_to_follow():
    assert closest(["SELECT a FROM T WHERE b = 1"], "CREATE TABLE x (y, y, y, y, y, y, y, y, y, y, y)")[1] == []
