"""No answer can do anything but read synthetic rows, whatever it holds: through the grader, and on the engine alone."""

import os
from pathlib import Path

import psutil
import pytest

from vgpt2.tsql.run import sandbox
from vgpt2.tsql.run.execute import Engine
from vgpt2.tsql.run.limits import NoSelect, connect, one_select
from vgpt2.tsql.run.sandbox import Sandbox
from vgpt2.tsql.run.transpile import Executable

FROM_TEN = ", ".join(f"APTH AS {name}" for name in "abcdefghij")
FROM_FIVE = ", ".join(f"APTH AS {name}" for name in "abcde")
TWELVE = "REPLACE(" * 12 + "REPLICATE('a', x.APTrans)" + ", 'a', 'aaaaaaaaaa')" * 12
DOUBLED = ", ".join(f"a{n} AS (SELECT s + s AS s FROM a{n - 1})" for n in range(1, 40))
# Queries that would never end, or fill the memory.
ENDLESS = {
    "recursive CTE": "WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "recursive CTE, counted": "WITH r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) AS n FROM r",
    "recursive CTE, joined": "WITH r AS (SELECT Vendor, 1 AS n FROM APTH UNION ALL SELECT r.Vendor, n + 1 FROM r "
    "JOIN APTH ON 1 = 1) SELECT COUNT(*) AS n FROM r",
    "recursive CTE, doubled text": "WITH r AS (SELECT CAST('x' AS VARCHAR(MAX)) AS s UNION ALL SELECT s + s FROM r) "
    "SELECT s FROM r",
    "cross join": f"SELECT a.Vendor, 1 AS t FROM {FROM_TEN}",
    "cross join, summed": f"SELECT a.Vendor, SUM(b.InvTotal) AS t FROM {FROM_TEN} GROUP BY a.Vendor",
    "cross join, sorted": f"SELECT TOP 3 a.InvId + b.InvId + c.InvId AS s, 1 AS t FROM {FROM_TEN} ORDER BY "
    "a.InvId + b.InvId + c.InvId",
    "cross join, distinct": f"SELECT COUNT(DISTINCT a.InvId + b.InvId + c.InvId + d.InvId) AS n FROM {FROM_TEN}",
    "cross join, numbered": "SELECT SUM(x.r) AS s FROM (SELECT ROW_NUMBER() OVER (ORDER BY a.InvId, b.InvId) AS r "
    f"FROM {FROM_TEN}) AS x",
    "STRING_AGG": f"SELECT STRING_AGG(REPLICATE(a.InvId, 800), ',') AS s FROM {FROM_FIVE}",
    "REPLICATE": f"SELECT REPLICATE(a.InvId, 2000000000) AS s, REPLICATE(b.InvId, 2000000000) AS t FROM {FROM_FIVE}",
    "SPACE": f"SELECT SPACE(2000000000) + a.InvId AS s, SPACE(2000000000) + b.InvId AS t FROM {FROM_FIVE}",
    "REPLACE in REPLACE": f"SELECT SUM(LEN({TWELVE})) AS n FROM APTH AS x, {FROM_FIVE}",
    "text doubled in 39 CTEs": f"WITH a0 AS (SELECT CAST(InvId AS VARCHAR(MAX)) AS s FROM APTH), {DOUBLED} "
    "SELECT LEN(s) AS n FROM a39",
}
# Texts that would read or write a file, load code, change a setting or the data, or are no one SELECT.
FORBIDDEN = {
    "read_csv": "SELECT * FROM read_csv('/etc/passwd')",
    "read_text": "SELECT * FROM read_text('/etc/passwd')",
    "read_blob": "SELECT * FROM read_blob('/etc/passwd')",
    "glob": "SELECT * FROM glob('/*')",
    "a path as text": "SELECT * FROM '/etc/passwd'",
    "a path in brackets": "SELECT * FROM [/etc/passwd]",
    "a path as a table": 'SELECT * FROM "/etc/passwd"',
    "a scalar read_text": "SELECT Vendor, read_text('/etc/passwd') AS t FROM APTH",
    "COPY": "COPY APTH TO '{folder}/out.csv'",
    "COPY of a query": "COPY (SELECT Vendor FROM APTH) TO '{folder}/out.csv'",
    "ATTACH": "ATTACH '{folder}/out.db'",
    "EXPORT DATABASE": "EXPORT DATABASE '{folder}/out'",
    "IMPORT DATABASE": "IMPORT DATABASE '{folder}'",
    "INSTALL": "INSTALL httpfs",
    "LOAD": "LOAD httpfs",
    "PRAGMA": "PRAGMA database_list",
    "SET": "SET memory_limit = '100GB'",
    "RESET": "RESET memory_limit",
    "CALL": "CALL pragma_version()",
    "CREATE": "CREATE TABLE T (a int)",
    "SELECT INTO": "SELECT Vendor INTO T FROM APTH",
    "DELETE": "DELETE FROM APTH WHERE APCo IN (SELECT APCo FROM APTH)",
    "DELETE in a CTE": "WITH d AS (DELETE FROM APTH OUTPUT deleted.Vendor) SELECT Vendor FROM d",
    "DELETE behind a CTE": "WITH d AS (SELECT Vendor FROM APTH) DELETE FROM d",
    "INSERT of a SELECT": "INSERT INTO APTH (APCo) SELECT APCo FROM APTH",
    "two statements": "SELECT Vendor, InvTotal FROM APTH; DROP TABLE APTH",
    "two queries": "SELECT Vendor, InvTotal FROM APTH; SELECT 1 AS a FROM APTH",
    "OPENROWSET": "SELECT * FROM OPENROWSET(BULK '/etc/passwd', SINGLE_CLOB) AS f",
    "OPENQUERY": "SELECT * FROM OPENQUERY(other, 'SELECT 1')",
    "xp_cmdshell": "EXEC xp_cmdshell 'SELECT 1 FROM APTH'",
    "settings": "SELECT * FROM duckdb_settings()",
    "getenv": "SELECT Vendor, getenv('HOME') AS h FROM APTH",
    "query()": "SELECT * FROM query('SELECT 42')",
    "sleep": "SELECT Vendor, pg_sleep(100) AS s FROM APTH",
}
# The statements among them that DuckDB itself knows.
STATEMENTS = [
    name
    for name, sql in FORBIDDEN.items()
    if not sql.startswith(("SELECT", "WITH", "EXEC")) or name in ("two statements", "two queries")
]
NOT_RIGHT = ("wrong", "invalid_sql", "hallucinated_object")
# The limit of a query is 2 s, and an answer runs at most once on a data set before it has failed.
SECONDS = 15
BYTES = 1 << 30


def _computed():
    """Seconds of the processor, of this process and of those that it has ended."""
    ended = os.times()
    return ended.user + ended.system + ended.children_user + ended.children_system


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Fails where files came into being here or in the folder that a statement names, or memory or time ran out."""
    monkeypatch.chdir(tmp_path)
    passwd = Path("/etc/passwd").stat().st_mtime if Path("/etc/passwd").exists() else None
    before, started = _memory(), _computed()
    yield tmp_path
    assert _computed() - started < SECONDS
    assert _memory() - before < BYTES
    assert list(tmp_path.iterdir()) == []
    assert passwd is None or Path("/etc/passwd").stat().st_mtime == passwd


def _memory() -> int:
    """Most that this process ever had, and what the ones that it started have."""
    import resource

    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    children = psutil.Process().children(recursive=True)
    return own + sum(_peak(child) for child in children)


def _peak(process) -> int:
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        return 0


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_answer_without_end_is_wrong_in_time(sql, questions, grader, watched):
    grade = grader.grade(questions["sum-vendor"], f"```sql\n{sql}\n```")
    assert grade.outcome in NOT_RIGHT
    assert grade.why


@pytest.mark.parametrize("sql", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_an_answer_that_is_no_query_of_tables_does_nothing(sql, questions, grader, watched):
    grade = grader.grade(questions["sum-vendor"], f"```sql\n{sql.replace('{folder}', str(watched))}\n```")
    assert grade.outcome in NOT_RIGHT
    assert grade.rows is None


def test_a_right_answer_is_right_after_all_of_them(questions, grader):
    """A process that was killed is started again."""
    for sql in ENDLESS.values():
        grader.grade(questions["sum-vendor"], sql)
    right = "SELECT h.Vendor, SUM(h.InvTotal) AS t FROM APTH AS h WHERE h.APCo IN (1) GROUP BY h.Vendor"
    assert grader.grade(questions["sum-vendor"], right).why == "the same rows on two data sets"


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_engine_itself_takes_one_select_only(name, sample, watched):
    """As if the checker had let it through."""
    sql = FORBIDDEN[name].replace("{folder}", str(watched)).replace("APTH", "dbo.APTH")
    with Engine(sample) as engine:
        count = engine.run("SELECT COUNT(*) AS n FROM APTH").rows
        assert engine._execute(Executable(sql, (), (), ())).status != "rows"
        engine._results.clear()
        assert engine.run("SELECT COUNT(*) AS n FROM APTH").rows == count


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT * FROM "/etc/passwd"',
        "SELECT getenv('HOME')",
        "SELECT * FROM query('COPY (SELECT 1) TO ''/tmp/x.csv''')",
    ],
)
def test_the_engine_itself_reads_no_file(sql, sample, watched):
    with Engine(sample) as engine:
        assert engine._execute(Executable(sql, (), (), ())).status != "rows"


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS.keys())
def test_the_engine_itself_ends_in_time(sql, sample, watched):
    with Sandbox(sample) as engines:
        result = engines.run(0, [sql])[0]
        # Text of at most 8,000 characters, as in SQL Server, may well be returned.
        assert result.status == "error" or max(len(str(value)) for row in result.rows for value in row) <= 16_000


def test_nothing_is_spilled_to_disk(watched):
    connection = connect()
    assert connection.execute("SELECT current_setting('temp_directory')").fetchall() == [("",)]
    with pytest.raises(NoSelect):
        one_select(connection, "SELECT 1; SELECT 2")


def test_the_settings_are_locked(sample):
    with Engine(sample) as engine:
        engine.run("SELECT COUNT(*) AS n FROM APTH")
        with pytest.raises(Exception, match="configuration"):
            engine._connection.execute("SET memory_limit = '100GB'")


def test_a_process_that_heeds_no_interrupt_is_killed(sample, monkeypatch):
    """Its own limit is 2 s; here the other side waits for a tenth of that."""
    with Sandbox(sample) as engines:
        engines.run(0, ["SELECT COUNT(*) AS n FROM APTH"])
        monkeypatch.setattr(sandbox, "SECONDS", 0.2)
        monkeypatch.setattr(sandbox, "GRACE_SECONDS", 0.0)
        process, started = engines._process, _computed()
        result = engines.run(0, [ENDLESS["recursive CTE, counted"]])[0]
        assert (result.status, result.message) == ("error", "took more than 0.2 s")
        assert _computed() - started < 3
        assert process.poll() is not None


def test_a_process_that_dies_is_an_error_and_the_next_query_runs(sample):
    with Sandbox(sample) as engines:
        count = engines.run(0, ["SELECT COUNT(*) AS n FROM APTH"])[0]
        assert count.status == "rows"
        engines._process.kill()
        assert engines.run(0, ["SELECT COUNT(*) AS m FROM APTH"])[0].status == "error"
        assert engines.run(0, ["SELECT COUNT(*) AS n FROM APTH"])[0].rows == count.rows
        process = psutil.Process(engines._process.pid)
    assert not process.is_running()
