"""Questions that a controller would ask: nothing denied that has later stages, round bounds, lines that can be told."""

import re
from collections import Counter

import pytest
import sqlglot
from tests.synthesis.streamed import streamed

from vgpt2.catalog.business_words import name_words
from vgpt2.synthesis.column_roles import is_flag
from vgpt2.synthesis.columns import is_control
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.lists import may_lack
from vgpt2.synthesis.intents.reports.documents import counted_lines
from vgpt2.synthesis.literals import bound_below
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.words import role_words


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def made(sample, *intents, count=200, least=9):
    found = streamed(sample, "sql", 1, count, intents=intents)
    assert len(found) >= least
    return found


def outputs(sql):
    """The names of what a query gives out."""
    return [item.alias_or_name for item in sqlglot.parse_one(sql, dialect="tsql").selects]


def test_each_output_column_has_a_name_of_its_own(sample):
    for example in made(sample, "join_list", "join_three", "chain_3", count=400):
        names = outputs(example.sql)
        assert len({*names}) == len(names), example.sql


def test_a_plan_names_the_whole_key_that_lines_are_counted_by(sample):
    keys = Counter()
    for example in made(sample, "many_lines", count=60):
        keys_of = re.search(r"GROUP BY (.*?) HAVING", example.sql)[1]
        assert f"Count the lines by {keys_of}," in example.answer
        keys[keys_of.count(",")] += 1
    assert len(keys) > 1


def test_what_is_kept_by_month_is_no_line(ctx, sample):
    found = {(link.start.name, table.name) for table in sample.queryable for link in counted_lines(book_of(ctx), table)}
    assert {("APTL", "APTH"), ("POIT", "POHD")} <= found and not {pair for pair in found if pair[0] == "JCCP"}


def test_two_tables_side_by_side_refer_in_one_role(sample):
    for example in made(sample, "two_totals", "union_documents"):
        assert not {"PREmployee", "Employee"} <= {*re.findall(r"\w+", example.sql)}, example.sql


def test_a_plan_says_by_what_added_up_tables_are_filtered(sample):
    for example in made(sample, "two_totals", count=60):
        inner = {
            f"{table}.{column}"
            for table, column in re.findall(r"FROM (\w+) WITH \(NOLOCK\) WHERE (\w+) = ", example.sql)
        }
        assert inner <= {*re.findall(r"\w+\.\w+", example.answer.partition("filter")[2].partition("```")[0])}


def test_shares_and_quarters_are_of_what_lasts(ctx, sample):
    """Vendors and jobs have a share of a total; of single invoices there are too many."""
    for example in made(sample, "share", "most_of_total", "quartile", "above_mean"):
        ends = re.findall(r"JOIN (\w+) WITH", example.sql)
        last = next(table for table in sample.queryable if table.name == ends[-1])
        assert not book_of(ctx).moments(last), example.sql


def test_nobody_denies_a_status_or_one_of_many_codes(ctx, sample):
    for example in made(sample, "list_equal", "sum", "group_sum", "count", count=600):
        for column in re.findall(r"\(?(\w+) <> '?\w+'? OR ", example.sql):
            table = ctx.table(example.tables[0])
            assert table.column(column).values, example.sql
            assert not role_words().status.found(name_words(column, sample.database).lower()), example.sql


@pytest.mark.parametrize(
    ("value", "bound"), [(0, 0), (0.5, 0), (1, 1), (4.9, 2), (954.17, 500), (2700, 2000), (50000, 50000)]
)
def test_sizes_are_parted_at_1_2_5_and_their_tens(value, bound):
    assert bound_below(value) == bound


def test_sizes_and_bounds_are_what_people_say(sample):
    numbers = [
        number for example in made(sample, "size_classes", count=40) for number in re.findall(r"< (\d+)", example.sql)
    ]
    assert len(numbers) > 20 and all(re.fullmatch(r"[125]0*", number) for number in numbers)
    for example in made(sample, "list_equal", "sum", count=500):
        assert all(re.fullmatch(r"[125]0*", number) for number in re.findall(r">= (\d[\d.]*)(?!\d)", example.sql))


def test_nothing_is_sorted_by_the_column_of_one_kind(sample):
    for example in made(sample, "pivot", "code_columns"):
        by = re.search(r"ORDER BY (\w+)", example.sql)
        assert not by or not re.search(rf"END\) AS {by[1]}\b", example.sql), example.sql


def test_a_code_without_words_is_called_a_kind_beside_what_its_values_mean(sample):
    flags = [e for e in made(sample, "pivot", "code_columns", count=400) if "InHseSubFlag = " in e.sql]
    plain = [e.question for e in flags if "outside shop" in e.question or "in house" in e.question]
    assert plain and not [question for question in plain if "InHseSubFlag" in question]


def test_nobody_asks_which_of_the_known_kinds_there_are(ctx, sample):
    for example in made(sample, "distinct"):
        column = ctx.table(example.tables[0]).column(
            re.search(r"DISTINCT (?:TOP \d+ )?(?:\w+\.)?(\w+)", example.sql)[1]
        )
        assert not column.values, example.sql


def test_rows_lack_what_people_miss(ctx, sample):
    missed = {
        f"{table.name}.{column.name}"
        for table in sample.queryable
        for column in table.columns
        if may_lack(ctx, table, column)
    }
    assert {"APTL.Job", "POHD.Vendor", "APTH.Description", "APTD.PaidDate", "APTH.HoldCode"} <= missed
    kept = [name for name in missed if is_control(name_words(name.partition(".")[2], sample.database).lower())]
    assert not kept and not {name for name in missed if name.endswith(("Co", "Group.VendorGroup", "BatchId", "UM"))}
    for example in made(sample, "list_null"):
        column = re.search(r"(\w+) IS (?:NOT )?NULL", example.sql)[1]
        assert not is_flag(ctx.table(example.tables[0]).column(column))


def test_what_is_held_back_is_a_part_of_what_was_billed(sample):
    for example in made(sample, "held_back", count=40):
        whole = re.search(r"NULLIF\(SUM\((?:\w+\.)?(\w+)\)", example.sql)[1]
        stage = role_words().stage(name_words(whole, sample.database).lower())
        assert stage in ("", "billed", "invoiced"), example.sql


def test_budgets_are_listed_with_what_is_budgeted(sample):
    found = [e.sql for e in made(sample, "chain_2", count=120) if re.search(r"FROM GLBD\b", e.sql)]
    assert found and all("BudgetAmt" in sql for sql in found)


def test_rows_of_a_union_are_told_by_their_numbers(sample):
    for example in made(sample, "union_documents", count=24, least=3):
        for part in example.sql.split(" UNION ALL "):
            number = re.search(r"(\w+)(?: AS varchar\(30\)\))? AS DocumentNumber", part)
            assert number and number[1] not in ("Mth", "UIMth") and "Date" not in number[1], part
        for table in sample.queryable:
            assert f"{table.name} ({table.name} by" not in example.question


def test_only_what_is_open_is_aged(ctx, sample):
    """The whole amount of an invoice that is paid in parts is not what is open of it."""
    for example in made(sample, "open_ageing", "overdue_partner", count=40):
        table = ctx.table(example.tables[0])
        amount = re.search(r"THEN (?:\w+\.)?(\w+) ELSE|SUM\((?:\w+\.)?(\w+)\)", example.sql)
        open_amounts = {column.name for column in book_of(ctx).parts(table).open_amounts}
        assert table.name != "APTH"
        assert not open_amounts or {*amount.groups()} & open_amounts, example.sql


def test_a_day_is_said_as_it_is_described_and_no_name_is_cut_into_words(ctx, sample):
    submittals = next(table for table in sample.queryable if table.name == "PMSM")
    assert ctx.plain_columns(submittals)["ToArchEng"] == "date sent for review"


def test_reports_take_parameters_that_people_pick_by(sample):
    for example in made(sample, "parameters", count=60):
        names = re.findall(r"(\w+) = @(\w+)", example.sql)
        assert names and not {"DiscDay", "DueDay"} & {name for name, _ in names}
        assert "take @" not in example.question


def test_no_report_is_by_what_somebody_usually_has(sample):
    for example in made(sample, "largest_each", "days_taken", count=200):
        assert not re.search(r"FROM PREH .*JOIN JCJM .*ON PREH\.JCCo", example.sql), example.sql


def test_mechanics_are_not_set_apart_from_those_who_used_the_machine(sample):
    for example in made(sample, "one_not_other", count=120):
        near = re.findall(r"\.(\w+) = PREH\.Employee", example.sql)
        assert len({*near}) <= 1, example.sql


def test_nobody_wants_a_total_of_what_is_void(sample):
    for example in made(sample, "sum", "group_sum", "month_over_month", "group_count", count=500):
        assert not re.search(r"\bVoid(?:YN)? = 'Y'", example.sql.partition(" WHERE ")[2]) or "COUNT(*)" in example.sql


def test_months_are_not_counted_by_a_bound_of_an_amount(ctx, sample):
    for example in made(sample, "count", "count_distinct", "group_count", count=500):
        table, bound = ctx.table(example.tables[0]), re.search(r"(\w+) >= \d", example.sql)
        measures = {column.name for column in ctx.roles(table).measures}
        assert not bound or bound[1] not in measures or book_of(ctx).parts(table).dated, example.sql


def test_what_belongs_to_a_group_is_of_no_company(sample):
    for example in made(sample, "join_list", "join_three", count=400):
        if re.search(r"FROM (?:HQTX|HQMT|APVM|ARCM|JCPM)\b", example.sql):
            assert not re.search(r"WHERE (?:\w+\.)?\w+Co = ", example.sql), example.sql


def test_a_contract_of_another_table_is_one_of_its_company(sample):
    """Two job cost companies may have a contract of one number, and an invoice's lines may be of either's jobs."""
    found = 0
    for example in made(sample, "join_sum", "join_count", count=600):
        if "GROUP BY JCJP.Contract" in example.sql:
            company = re.search(r" WHERE (\w+\.\w+) = \d", example.sql)[1]
            assert company == "JCJP.JCCo" or f"{company} = JCJP.JCCo" in example.sql, example.sql
            found += 1
    assert found


def test_what_a_row_refers_to_itself_is_not_looked_for_behind_another_reference(sample):
    ctx = Context.of(sample, 1, "train")
    book, found = book_of(ctx), 0
    for example in made(sample, "in_subquery", count=300):
        outer = re.search(r"FROM (\w+)", example.sql)[1]
        inner, column = re.search(
            r"IN \(SELECT \w+ FROM (\w+).* WHERE .*?(\w+) (?!IN)[=<>!]+ \S+?\)", example.sql
        ).groups()
        links = book.links(ctx.table(f"dbo.{inner}"))
        led = {link.end.name for link in links if column in {near for near, _ in link.pairs}}
        assert not led & {link.end.name for link in book.links(ctx.table(f"dbo.{outer}"))}, example.sql
        found += bool(led)
    assert found


def test_what_is_asked_for_first_is_shown_first(sample):
    for example in made(sample, "chain_3", "chain_4"):
        first = re.match(r"SELECT (.*?) FROM (\w+)", example.sql)
        owners = re.findall(r"(\w+)\.\w+", first[1])
        own = [owner == first[2] for owner in owners]
        assert own == sorted(own, reverse=True), example.sql


def test_an_id_that_is_listed_is_called_one(ctx):
    say = Speech(ctx, ctx.rng("x"), plain=True)
    table = ctx.table("dbo.ARTH")
    assert say.several(table, "Customer", shown=True) == say.several(table, "Customer") == "customers"
    assert not any(
        re.search(r"(?i) id$", say.several(owner, column.name, shown=True))
        for owner in ctx.catalog.tables
        for column in owner.columns
        if say.column(owner, column.name) != column.name
    )
