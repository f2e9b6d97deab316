"""Which rows a report counts, in which order they come, and what it shows where there is nothing."""

import re
from functools import cache

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Column
from vgpt2.synthesis.column_roles import may_be_empty
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.intents.reports.days import Day
from vgpt2.synthesis.intents.reports.dormant import lapsed
from vgpt2.synthesis.query import Filter, Ref, SubQuery
from vgpt2.synthesis.render import render
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.companies import of_its_group, shared_group
from vgpt2.synthesis.wordings import templates


def made(catalog, intent, count=60):
    return streamed(catalog, "sql", 5, count, intents=[intent])


@cache
def intent_of(name):
    return next(intent for intent in all_intents() if intent.name == name)


def drafts(ctx, name, turns=2):
    subjects = intent_of(name).subjects(ctx, "test")
    found = (subject(ctx.rng("test", turn, at), turn) for turn in range(turns) for at, subject in enumerate(subjects))
    return [draft for draft in found if draft]


@pytest.mark.parametrize("name", ["chain_2", "chain_3", "chain_5"])
def test_a_name_that_may_be_missing_is_shown_as_a_dash_and_only_then_the_question_asks_for_one(sample, name):
    ctx = Context.of(sample, 1, "train")
    book = book_of(ctx)
    asked = []
    for draft in drafts(ctx, name):
        outer = {join.table for join in draft.query.joins if join.kind == "LEFT JOIN"}
        for item in draft.query.items:
            if isinstance(item.value, Ref):
                table = ctx.table(item.value.table)
                is_name = table.column(item.value.column) == book.parts(table).name
                assert not (is_name and (table.qualified in outer or may_be_empty(book.parts(table).name))), draft
        dashes = any(not isinstance(item.value, Ref) for item in draft.query.items)
        assert dashes == bool(draft.phrases["missing"])
        asked.append(dashes)
    assert any(asked)


@pytest.mark.parametrize(
    ("column", "empty"),
    [
        (Column("Name", "varchar(30)", "varchar(30)"), True),
        (Column("Name", "varchar(30)", "varchar(30)", nullable=False), False),
        (Column("Due", "money", "money", computed="(isnull([SubTotal]+[Tax],(0)))"), False),
        (Column("Due", "money", "money", computed="ISNULL([SubTotal], 0) + [Tax] + ISNULL([Freight], 0)"), True),
        (Column("Due", "money", "money", computed="[SubTotal]+[Tax]"), True),
        (Column("Search", "nvarchar(99)", "nvarchar(99)", computed="(concat([Name],N' ',[Remark]))"), False),
    ],
)
def test_what_is_computed_with_a_literal_in_place_of_null_is_never_empty(column, empty):
    assert may_be_empty(column) is empty


CONTESTS = ("idle", "top_partner", "quartile", "most_of_total", "largest_each", "running_partner", "first_last")


@pytest.mark.parametrize("name", CONTESTS)
def test_nobody_is_no_customer_where_customers_are_asked_for_and_the_plan_says_so(sample, name):
    found = made(sample, name)
    assert found
    assert not [example.sql for example in found if "LEFT JOIN" in example.sql]
    assert any("rows without a match in " in example.answer for example in found)


@pytest.mark.parametrize("name", ["top_group", "having_sum", "having_count", "rank", "latest"])
def test_an_empty_group_is_none_where_groups_are_asked_for(sample, name):
    filled = 0
    for example in made(sample, name, 200):
        table = sample.by_qualified[example.tables[0]]
        # A number may stand behind a company or a group of its own, which is there where the number is.
        group = re.search(r"(?:GROUP|PARTITION) BY (?:(?:\w+\.)?\w+(?:Co|Group), )?(?:\w+\.)?(\w+)", example.sql)[1]
        left_out = f"{group} IS NOT NULL" in example.sql
        assert left_out == may_be_empty(table.column(group)), example.sql
        assert left_out == (f"{group} stay out" in example.answer)
        filled += left_out
    assert filled


IN_ORDER = (
    "most_of_total", "month_change", "moving_average", "running_partner", "running_total", "month_over_month",
    "rank", "rank_partner", "quartile", "by_month",
)  # fmt: skip


@pytest.mark.parametrize("name", IN_ORDER)
def test_what_is_asked_in_an_order_comes_in_it(sample, name):
    found = made(sample, name, 20)
    assert found
    assert all(re.search(r" ORDER BY [^()]+$", example.sql) for example in found)


@pytest.mark.parametrize("name", ["running_total", "running_partner", "month_change", "moving_average"])
def test_rows_of_no_day_are_in_no_series_and_the_question_says_so(sample, name):
    said = 0
    for draft in drafts(Context.of(sample, 1, "train"), name):
        filters = [part for query in draft.query.parts() for part in query.where if isinstance(part, Filter)]
        out = draft.more.startswith("Leave out what has no ")
        assert out == any(part.template == "{0} IS NOT NULL" for part in filters), draft
        said += out
    assert said


def test_a_running_total_goes_in_an_order_that_is_shown_and_does_not_order_a_partner_within_itself(sample):
    ctx = Context.of(sample, 1, "train")
    long_keys = 0
    for draft in drafts(ctx, "running_partner", 4):
        total = next(item.value for item in draft.query.items if item.alias == "RunningTotal")
        parted, ordered = total.template.partition(" ORDER BY ")[::2]
        partner = {total.refs[int(place)] for place in re.findall(r"\{(\d)\}", parted.partition("PARTITION")[2])}
        order = {total.refs[int(place)] for place in re.findall(r"\{(\d)\}", ordered)}
        assert partner and order and not partner & order
        shown = {item.value for item in draft.query.items}
        assert order <= shown
        assert len(draft.phrases["key"].split(", ")) == len(order) - 1  # beside the day
        long_keys += len(order) > 4
    assert long_keys  # timecards, known by five columns


# A month without rows is in no list: whoever asks for the month before it, or the last six, hears which are meant.
SKIPS = re.compile(r"\b(?:had|with|without) (?:any|entries)\b|\bempty months skipped\b|\blisted before\b")


@pytest.mark.parametrize("name", ["month_change", "month_over_month", "moving_average"])
def test_months_without_rows_are_passed_over_and_question_and_plan_say_so(sample, name):
    for side in ("train", "exam"):
        assert not [text for _, text in templates(name, side) if not SKIPS.search(text)]
    found = drafts(Context.of(sample, 1, "train"), name)
    assert found
    assert all("before it in the list" in draft.action for draft in found)


@pytest.mark.parametrize(
    ("table", "column", "said", "lapsed_said"),
    [
        ("MSQH", "ExpDate", "expiration date", "that expired"),
        ("HRRM", "LicExpDate", "license expiration date", "whose license expired"),
        ("HRRM", "LicExpDate", "LicExpDate", "with LicExpDate"),
        ("MSQH", "ExpDate", "quote expiration date", "that expired"),
        ("HRET", "ExpDate", "certificate expiry date", "whose certificate expired"),
    ],
)
def test_what_expires_is_named_where_it_is_not_the_row(sample, table, column, said, lapsed_said):
    owner = sample.by_qualified[f"dbo.{table}"]
    assert lapsed(Context.of(sample, 1, "train"), owner, owner.column(column), said) == lapsed_said


@pytest.mark.parametrize("side", ["train", "exam"])
def test_nobody_of_whom_a_license_expired_is_called_expired(sample, side):
    found = streamed(sample, "sql", 5, 30, side, intents=["run_out"])
    people = [example.question for example in found if example.tables[0] == "dbo.HRRM"]
    assert people and len(people) < len(found)
    assert all("whose license expired" in text or "LicExpDate" in text for text in people), people


def test_a_day_with_hours_is_over_when_the_next_one_begins():
    day = Day("'2024-05-01'", "May 1, 2024")
    for kind in ("date", "smalldatetime"):
        assert day.to_its_end(Column("D", kind, kind)) == "<= '2024-05-01'"
        assert day.past(Column("D", kind, kind)) == "> '2024-05-01'"
    for kind in ("datetime", "datetime2(7)"):
        assert day.to_its_end(Column("D", kind, kind)) == "< DATEADD(day, 1, '2024-05-01')"
        assert day.past(Column("D", kind, kind)) == ">= DATEADD(day, 1, '2024-05-01')"


def test_a_month_beside_the_year_to_date_is_another_span(sample):
    for example in made(sample, "to_date"):
        month = re.search(r"CASE WHEN \S+ >= ('\S+) ", example.sql)[1]
        year = re.search(r"WHERE .*>= ('\S+) ", example.sql)[1]
        assert month != year, example.sql


@pytest.mark.parametrize("name", ["far_sum", "far_sum_3", "far_count", "share", "to_date", "rank_partner"])
def test_all_of_a_key_that_rows_are_grouped_by_is_shown_and_planned(sample, name):
    for example in made(sample, name, 40):
        keys = re.search(r"GROUP BY (.*?)(?: HAVING| ORDER|$)", example.sql)[1].split(", ")[:-1]
        shown = example.sql.partition(" FROM ")[0]
        plan = example.answer.partition("From ")[0]
        for key in keys:
            if not key.endswith("Group") and "." in key:
                assert key in shown, example.sql
                assert key in plan, example.answer


def test_two_companies_may_have_a_contract_of_that_number_where_the_company_is_not_said(sample):
    """An invoice of one company is charged to a job of another; a cost of a job is of the job's own company."""
    ctx = Context.of(sample, 1, "train")
    found = {"INDT": set(), "APTD": set(), "JCCD": set(), "PMOI": set()}
    for draft in (draft for name in ("far_sum", "far_sum_3") for draft in drafts(ctx, name)):
        key, end = draft.query.table.removeprefix("dbo."), draft.query.group[-1].table
        if key in found and end in ("dbo.JCCM", "dbo.JCMP", "dbo.JCDM"):
            company = Ref(end, "JCCo")
            assert (company in draft.query.group) == (company in [item.value for item in draft.query.items])
            found[key].add(company in draft.query.group)
    assert found["INDT"] | found["APTD"] == {True} and found["JCCD"] | found["PMOI"] == {False}, found


def test_what_an_employee_usually_works_on_is_not_what_a_cost_is_for(sample):
    """Three links on, the project manager is that of the cost's own job."""
    book = book_of(Context.of(sample, 1, "train"))
    employees = sample.by_qualified["dbo.PREH"]
    to = {link.end.name: link for link in book.links(employees)}
    assert book.is_proposed(to["JCJM"])
    costs = [example.sql for example in made(sample, "far_sum_3") if " FROM EMCD " in example.sql]
    assert not [sql for sql in costs if "PREH.Job = JCJM.Job" in sql]


def test_an_invoice_has_its_own_payment_terms_whatever_its_customers_are(sample):
    sql = [
        example.sql for name in ("far_sum", "far_sum_3", "chain_3", "chain_4") for example in made(sample, name, 150)
    ]
    assert any("HQPT" in one for one in sql)
    assert not [one for one in sql if re.search(r"\bARTH\b", one) and "ARCM.PayTerms = HQPT.PayTerms" in one]


@pytest.mark.parametrize("name", ["exists", "not_exists", "one_not_other"])
def test_a_word_of_the_question_is_no_column_of_the_query_in_brackets(sample, name):
    for example in made(sample, name, 150):
        inner = re.findall(r"(\w+\.\w+) = \w+\.\w+", example.sql.partition("EXISTS (")[2])
        meant = re.findall(r" is (\w+\.\w+)[,.] ", example.answer.partition("From ")[0])
        assert not set(inner) & set(meant), example.answer


def test_the_vendors_of_a_company_are_those_of_its_group(sample):
    ctx = Context.of(sample, 1, "train")
    grouped = 0
    for draft in drafts(ctx, "two_totals", turns=3):
        group = shared_group(ctx, ctx.table(draft.query.table))
        conditions = [part for part in draft.query.where if isinstance(part, SubQuery)]
        assert bool(group) == bool(conditions) != bool(ctx.roles(ctx.table(draft.query.table)).company)
        if not group:
            continue
        grouped += 1
        [company] = {part.template for join in draft.query.joins for part in join.query.where}
        [group_of] = conditions
        assert [part.template for part in group_of.query.where] == [company]
        sql = render(draft.query, sample)
        assert f".{group} = (SELECT HQCO.{group} FROM HQCO WITH (NOLOCK) WHERE HQCO.HQCo = " in sql
        assert f"{group} is that of the company" in draft.action
    assert grouped > 2


def test_a_group_is_that_of_the_company_where_a_table_says_so(sample):
    ctx = Context.of(sample, 1, "train")
    company = Filter(Ref("dbo.APTH", "APCo"), "{0} = 3")
    found = of_its_group(ctx, sample.by_qualified["dbo.APVM"], company)
    assert (found.operator, found.ref) == ("=", Ref("dbo.APVM", "VendorGroup"))
    assert render(found.query, sample) == "SELECT VendorGroup FROM HQCO WITH (NOLOCK) WHERE HQCo = 3"
    assert shared_group(ctx, sample.by_qualified["dbo.EMEM"]) == ""  # equipment of a company
    assert of_its_group(ctx, sample.by_qualified["dbo.EMEM"], company) is None
    assert of_its_group(ctx, sample.by_qualified["dbo.HQPT"], company) is None  # terms of all
