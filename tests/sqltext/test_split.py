"""Scripts are cut where the server cuts them: at GO lines, and at statement keywords."""

import pytest

from vgpt2.sqltext.scan import scan, unquote
from vgpt2.sqltext.split import split_batches, split_statements


def test_batches_end_at_go_lines_in_any_case_and_know_their_line():
    text = "CREATE TABLE a (x int)\nGO\n\nCREATE TABLE b (x int)\n  go  \r\nCREATE TABLE c (x int)\nGO 5\n"
    assert split_batches(text) == [
        (1, "CREATE TABLE a (x int)"),
        (4, "CREATE TABLE b (x int)"),
        (6, "CREATE TABLE c (x int)"),
    ]


@pytest.mark.parametrize(
    "batch",
    [
        "/* a comment\nGO\n goes on */ SELECT 1",
        "/* outer /* inner */\nGO\n*/ SELECT 1",
        "SELECT 'text\nGO\nmore'",
        "SELECT 'it''s\nGO\n'",
        "-- a comment with an apostrophe: it's\nSELECT 1",
        "SELECT GOLD FROM t -- GO",
    ],
)
def test_go_within_comments_and_strings_parts_nothing(batch):
    assert [text for _, text in split_batches(f"{batch}\nGO\nSELECT 2")] == [batch, "SELECT 2"]


def test_sqlcmd_commands_are_no_sql():
    text = ':setvar Path "C:\\it\'s"\nCREATE TABLE a (x int)\nGO\n:r other.sql\nSELECT 1'
    assert [batch for _, batch in split_batches(text)] == ["CREATE TABLE a (x int)", "SELECT 1"]


STATEMENTS = """
no semicolons: SELECT 1 | SELECT 2
union is one: SELECT 1 UNION ALL SELECT 2 | SELECT 3
subqueries are inside: SELECT (SELECT MAX(a) FROM t) FROM u | SELECT 2
insert carries its select: INSERT t (a) SELECT 1 | SELECT 2
insert carries its call: INSERT t (a) EXEC p 1 | EXEC p 2
update carries its set: UPDATE t SET a = 1 | SET @x = 2
a CTE belongs to its select: DECLARE @a int | WITH q AS (SELECT 1 AS x) SELECT x FROM q | SELECT 2
a CTE belongs to its update: WITH q AS (SELECT 1 AS x) UPDATE q SET x = 2 | SELECT 2
a hint is no CTE: SELECT a FROM t WITH (NOLOCK) | SELECT 2
CASE has an END of its own: SELECT CASE WHEN 1=1 THEN 2 END | PRINT 'x'
control flow stands alone: IF @a = 1 | BEGIN | SELECT 1 | END | ELSE | SELECT 2
a body follows its header: CREATE PROCEDURE p @a AS int WITH EXECUTE AS OWNER AS | SELECT 1 | SELECT 2
a view is one: CREATE VIEW v AS WITH q AS (SELECT 1 AS x) SELECT x FROM q
a table and its rows: CREATE TABLE #t (a int) | INSERT #t VALUES (1)
two changes: ALTER TABLE t NOCHECK CONSTRAINT c | ALTER TABLE t ALTER COLUMN a int | DROP TABLE u
actions of keys: ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a) ON DELETE SET NULL ON UPDATE CASCADE | SELECT 1
drop if exists: DROP TABLE IF EXISTS t | IF EXISTS (SELECT 1) | PRINT 'x'
paging: SELECT a FROM t ORDER BY a OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY | SELECT 2
a trigger asks for a column: IF UPDATE(a) | UPDATE t SET a = 1
merge is one: MERGE t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)
rights are no statements: GRANT SELECT, INSERT ON t TO u | DENY UPDATE ON t TO u | SELECT 1
quoted names are names: SELECT [select] FROM [from] | SELECT 2
loading is one: BULK INSERT t FROM 'x.csv' | SELECT 1
"""


@pytest.mark.parametrize("line", STATEMENTS.strip().splitlines())
def test_statements_need_nothing_between_them(line):
    _, _, text = line.partition(": ")
    statements = text.split(" | ")
    assert split_statements(" ".join(statements)) == statements
    assert split_statements(";\n".join(statements) + ";") == statements


def test_repeated_guarded_creates_are_cut_in_linear_time():
    """A full parser needs a minute for ten of these in one batch."""
    one = "IF NOT EXISTS (SELECT 1 FROM sys.tables WHERE name = 't')\nCREATE TABLE t (a int NOT NULL, b int)\n"
    assert split_statements(one * 200).count("CREATE TABLE t (a int NOT NULL, b int)") == 200


def test_names_lose_their_quotes():
    assert [unquote(text) for text in ("[a]]b]", '"a""b"', "N'it''s'", "plain")] == ["a]b", 'a"b', "it's", "plain"]


def test_scanning_never_fails():
    assert [token.text for token in scan("SELECT 'never closed /* and")] == ["SELECT", "'never closed /* and"]
