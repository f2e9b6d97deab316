"""What a query is made of is told from its tree; a database's own mix counts what works with its rows."""

import pytest

from vgpt2.catalog.mix import own_mix
from vgpt2.catalog.model import Catalog, Document, Table
from vgpt2.catalog.shapes import parse_query, read_shape
from vgpt2.catalog.sql_traits import counted, traits
from vgpt2.database_settings import DatabaseSettings

CASES = [
    ("SELECT a FROM t WHERE b = 1", ""),
    ("SELECT DISTINCT a FROM t", "works"),
    ("SELECT SUM(a) FROM t GROUP BY b", "works"),
    ("SELECT a FROM t JOIN u ON t.k = u.k", "works"),
    ("SELECT a FROM t LEFT OUTER JOIN u ON t.k = u.k", "works left_join"),
    ("SELECT a FROM t FULL JOIN u ON t.k = u.k", "works left_join"),
    ("SELECT ISNULL(a, 0) FROM t", "works isnull"),
    ("SELECT CASE WHEN a = 1 THEN 2 ELSE 3 END AS x FROM t", "works case"),
    ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", "works subquery"),
    ("SELECT a FROM t WHERE k IN (SELECT k FROM u)", "works subquery"),
    ("WITH x AS (SELECT a FROM t) SELECT a FROM x", "works subquery"),
    ("SELECT a FROM t UNION ALL SELECT b FROM u UNION SELECT c FROM v", "works union"),
    ("SELECT a FROM (SELECT a FROM t UNION SELECT b FROM u) AS x", "works union subquery"),
    ("SELECT SUM(a) OVER (ORDER BY b) AS x FROM t", "works windows"),
    ("SELECT DATEDIFF(day, a, b) AS x FROM t", "works dates"),
    ("SELECT a FROM t WHERE d < DATEADD(day, -30, GETDATE())", "works dates"),
    ("SELECT a FROM t WHERE d >= '2024-01-01'", "dates"),
    ("SELECT a FROM t WHERE d BETWEEN '20240101' AND '20240131'", "dates"),
    ("SELECT a FROM t WHERE name = '2024-01'", ""),
    ("SELECT DATEPART(year, a) AS x FROM t", "works dates"),
]


@pytest.mark.parametrize(("sql", "found"), CASES)
def test_the_traits_of_a_query(sql, found):
    assert traits(parse_query(sql)) == set(found.split())


def test_the_number_of_tables_is_a_trait_too():
    assert counted(["works", "case"], 1) == {"one_table", "case"}
    assert counted([], 2) == set()
    assert counted(["union"], 3) == {"three_tables", "union"}


def test_the_mix_of_a_database_counts_what_joins_groups_or_computes():
    texts = ["SELECT a FROM t", "SELECT SUM(a) AS s FROM t", "SELECT a FROM t LEFT JOIN u ON t.k = u.k", "no query"]
    documents = [Document("report_query", str(number), "x", sql=sql) for number, sql in enumerate(texts)]
    view = Table("dbo", "v", "view", [], sql=texts[2])  # the same query once more
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [view], documents=documents)
    shapes = {sql: None if isinstance(shape := read_shape(sql), str) else shape for sql in texts}
    mix = own_mix(catalog, shapes)
    assert mix.queries == 2
    assert {name: share for name, share in mix.shares.items() if share} == {"one_table": 0.5, "left_join": 0.5}
