"""Queries of views and of procedures as records: what they ask, how they are mended, why others are dropped."""

from collections import Counter

import pytest

from vgpt2.catalog.model import Catalog, Routine, Table
from vgpt2.records.held_out import HeldOut
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.documents import document_examples
from vgpt2.synthesis.documents.mined import INTENTS, mined_examples, purpose
from vgpt2.synthesis.documents.said_query import said_query
from vgpt2.synthesis.documents.stated_query import company_asked, one_line
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.wordings import text_wordings
from vgpt2.tsql.check.check import check

SAID = "Invoices of a vendor."
CLEAN = "SELECT APRef, InvDate FROM APTH WITH (NOLOCK) WHERE APCo = @Co AND Vendor = @Vendor"

# SQL of a program, and the SQL of its record.
KEPT = [
    (CLEAN, CLEAN),
    (
        "SELECT APRef, -- the number\n  InvDate\nFROM bAPTH h /* base */ WHERE h.APCo = @Co AND h.Vendor = @Vendor;",
        "SELECT APRef, InvDate FROM APTH WITH (NOLOCK) WHERE APTH.APCo = @Co AND APTH.Vendor = @Vendor",
    ),
    (
        "select apref, InvDate from APTH nolock where Co = @Co",
        "select APRef, InvDate from APTH WITH (NOLOCK) where APCo = @Co",
    ),
    (
        "SELECT APRef FROM APTH WITH (NOLOCK) WHERE Vendor = @Vendor",
        "SELECT APRef FROM APTH WITH (NOLOCK) WHERE APCo = 2 AND Vendor = @Vendor",
    ),
]
# SQL of a program, and why it makes no record.
DROPPED = [
    ("SELECT Vendr FROM APTH WITH (NOLOCK) WHERE APCo = @Co", "unknown_column"),
    ("SELECT Vendor FROM Gone WITH (NOLOCK)", "unknown_table"),
    ("SELECT @found = Vendor FROM APTH WITH (NOLOCK) WHERE APCo = @Co", "not_select"),
    ("SELECT 1 AS x FROM APTH WITH (NOLOCK) WHERE APCo = @Co", "shows_nothing"),
    ("SELECT Vendor, COUNT(*) FROM APTH WITH (NOLOCK) WHERE APCo = @Co GROUP BY Vendor", "unnamed_column"),
    ("SELECT Vendor, 'x' FROM APTH WITH (NOLOCK) WHERE APCo = @Co", "unnamed_column"),
    ("SELECT Vendor, APRef AS Vendor FROM APTH WITH (NOLOCK) WHERE APCo = @Co", "unnamed_column"),
    (f"SELECT {', '.join(f'APRef AS c{n}' for n in range(13))} FROM APTH WITH (NOLOCK) WHERE APCo = 1",
     "too_many_columns"),
    (f"SELECT APRef FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND Vendor IN ({', '.join(map(str, range(400)))})",
     "too_long"),
    ("SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = @Co AND YEAR(InvDate) = 2024", "function_on_filter"),
]  # fmt: skip
PURPOSES = [
    ("Open balance by vendor.\nWhat each company owes.", "Open balance by vendor"),
    ("Returns the stock level of a product.", "the stock level of a product"),
    ("Lists invoices that are open\nand due. More.", "invoices that are open and due"),
    ("Created: ab 1/2/97\nUsage:\nvalidates a vendor\nInput parameters", "validates a vendor"),
    ("Purpose: cost of a job", "cost of a job"),
    ("Created by ab 1/2/97", ""),
    ("Modified 03/04/2005", ""),
    ("", ""),
]


def with_programs(sample, views=(), routines=()):
    """The sample's tables with views and routines of the test: pairs of description and SQL (a list for a routine)."""
    tables = [table for table in sample.tables if table.kind == "table" or table.base_table]
    tables += [
        Table("dbo", f"V{number}", "view", [], description=said, sql=sql) for number, (said, sql) in enumerate(views)
    ]
    made = [
        Routine("dbo", f"p{number}", "procedure", description=said, queries=list(queries), source=f"p{number}.sql:1")
        for number, (said, queries) in enumerate(routines)
    ]
    return Catalog(sample.database, tables, sample.types, joins=sample.joins, routines=made)


def made(catalog, intent, side="train"):
    dropped = Counter()
    return list(document_examples(Context(catalog, 1, side), intent, dropped)), dropped


@pytest.mark.parametrize(("text", "sql"), KEPT)
@pytest.mark.parametrize("intent", INTENTS)
def test_what_proves_out_becomes_a_record(sample, intent, text, sql):
    programs = {"views": [(SAID, text)]} if intent == "view_query" else {"routines": [(SAID, [text])]}
    catalog = with_programs(sample, **programs)
    (example,), dropped = made(catalog, intent)
    assert example.sql == sql
    assert example.answer == f"From APTH.\n```sql\n{sql}\n```"
    assert check(example.sql, catalog).clean
    assert example.slots["proof"][:3] == ["parses", "resolves", "rules"]
    assert example.slots["skeleton"]
    assert example.tables == ("dbo.APTH",)
    assert not dropped


@pytest.mark.parametrize(("text", "reason"), DROPPED)
def test_what_does_not_prove_out_is_counted(sample, text, reason):
    assert made(with_programs(sample, routines=[(SAID, [text])]), "routine_query") == (
        [],
        Counter({f"routine_query/{reason}": 1}),
    )


def test_the_question_says_what_the_query_gives_and_never_what_the_program_is_for(sample):
    queries = [
        CLEAN,
        "SELECT APRef FROM APTH WITH (NOLOCK) WHERE APCo = @Co AND DueDate IS NULL",
        KEPT[-1][0].replace(" = @Vendor", " > 5"),
    ]
    examples, _ = made(with_programs(sample, routines=[("Purges payment history.", queries)]), "routine_query")
    titles = [
        "a list of APRef and InvDate from vendor invoices (APTH), where APCo is @Co and Vendor is @Vendor",
        "a list of APRef from vendor invoices (APTH), where APCo is @Co and DueDate is empty",
        "a list of APRef from vendor invoices (APTH), where Vendor is over 5, for company 3",
    ]
    assert [title in example.question for title, example in zip(titles, examples, strict=True)] == [True] * 3
    assert not any("urge" in example.question for example in examples)
    assert [example.source for example in examples] == ["p0.sql:1"] * 3


SAYABLE = [
    (
        "SELECT Vendor, SUM(InvTotal) AS Total, COUNT(*) AS Number FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND "
        "(OpenYN = 'Y' OR Vendor IN (1, 2)) GROUP BY Vendor HAVING SUM(InvTotal) > 100 ORDER BY Total DESC",
        "a list of Vendor, the total InvTotal as Total and the number of rows as Number from vendor invoices (APTH), "
        "where (OpenYN is 'Y' or Vendor is 1 or 2), for each Vendor, only where the total InvTotal is over 100, "
        "sorted by Total descending",
    ),
    (
        "SELECT DISTINCT APVM.Name FROM APTH WITH (NOLOCK) LEFT JOIN APVM WITH (NOLOCK) ON APTH.VendorGroup = "
        "APVM.VendorGroup AND APTH.Vendor = APVM.Vendor WHERE APTH.APCo = 1 AND APTH.InvDate BETWEEN '2024-01-01' "
        "AND '2024-01-31' AND APTH.DueDate IS NOT NULL",
        "a list of the different Name of APVM from vendor invoices (APTH) and, where there is one, vendors (APVM), "
        "where InvDate of APTH is from '2024-01-01' to '2024-01-31' and DueDate of APTH is filled",
    ),
    (
        "SELECT TOP 5 APRef, ISNULL(DueDate, InvDate) AS D FROM APTH WITH (NOLOCK) WHERE APCo = 1",
        "",
    ),
    ("SELECT APRef FROM APTH WITH (NOLOCK)", ""),
    ("SELECT InvTotal * 2 AS Twice FROM APTH WITH (NOLOCK) WHERE APCo = 1", ""),
    ("SELECT CASE WHEN Vendor = 1 THEN 2 ELSE 3 END AS x FROM APTH WITH (NOLOCK) WHERE APCo = 1", ""),
    (
        "SELECT APRef FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND EXISTS (SELECT 1 FROM APVM WITH (NOLOCK) WHERE "
        "APVM.VendorGroup = APTH.VendorGroup AND APVM.Vendor = APTH.Vendor)",
        "",
    ),
    (
        "SELECT APTH.APRef FROM APTH WITH (NOLOCK) LEFT JOIN APVM WITH (NOLOCK) ON APTH.VendorGroup = "
        "APVM.VendorGroup AND APTH.Vendor = APVM.Vendor AND APVM.ActiveYN = 'Y' WHERE APTH.APCo = 1",
        "",
    ),
]


@pytest.mark.parametrize(("sql", "said"), SAYABLE)
def test_a_query_is_said_whole_or_not_at_all(sample, sql, said):
    assert said_query(Context.of(sample, 1, "train"), check(sql, sample)) == said


def test_two_queries_that_would_be_asked_for_alike_are_asked_for_once(sample):
    open_ = "SELECT APRef FROM APTH WITH (NOLOCK) WHERE Vendor > 5"  # limited to a company, each time to another
    for sql in (CLEAN, open_):
        examples, dropped = made(with_programs(sample, routines=[(SAID, [sql, sql])]), "routine_query")
        assert len(examples) == 1
        assert dropped == {"routine_query/same_question": 1}
    both = [CLEAN, CLEAN.replace("Vendor = ", "Vendor > ")]
    examples, _ = made(with_programs(sample, routines=[(SAID, both)]), "routine_query")
    assert len(examples) == 2


def test_what_cannot_be_said_is_asked_by_a_views_purpose_and_else_not_at_all(sample):
    computed = "SELECT InvTotal * 2 AS Twice FROM APTH WITH (NOLOCK) WHERE APCo = @Co"
    catalog = with_programs(sample, views=[("", computed), (SAID, computed)], routines=[(SAID, [computed])])
    examples, dropped = made(catalog, "view_query")
    assert ["invoices of a vendor, with the parameter @Co; show Twice" in example.question for example in examples] == [
        True
    ]
    assert dropped == {"view_query/not_said": 1}
    assert made(catalog, "routine_query") == ([], {"routine_query/not_said": 1})


@pytest.mark.parametrize(("description", "said"), PURPOSES)
def test_the_purpose_in_a_description(description, said):
    assert purpose(description) == said


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("SELECT a -- one\n, b\nFROM t;", "SELECT a , b FROM t"),
        ("SELECT '--  x', [a  b]/* c */FROM t", "SELECT '--  x', [a  b] FROM t"),
        (";WITH c AS (SELECT a FROM t)\nSELECT a FROM c", "WITH c AS (SELECT a FROM t) SELECT a FROM c"),
    ],
)
def test_a_query_on_one_line(sql, line):
    assert one_line(sql) == line


def test_the_views_of_the_sample(sample):
    examples, dropped = made(sample, "view_query")
    assert len(examples) == 11
    assert dropped == {"view_query/too_many_columns": 1}
    assert all(", for company " in example.question for example in examples)
    # By what the view is called: nobody reads out the columns of one that has more than six.
    assert not any("a list of " in example.question for example in examples)
    assert all("runs" in example.slots["proof"] for example in examples)
    assert sum("rows" in example.slots["proof"] for example in examples) >= 8


@pytest.mark.parametrize("intent", INTENTS)
def test_the_exam_does_not_ask_for_them(sample, intent):
    catalog = with_programs(sample, views=[(SAID, CLEAN)], routines=[(SAID, [CLEAN])])
    assert made(catalog, intent, "exam") == ([], Counter())


def test_the_reasons_come_with_those_of_the_other_kinds_and_the_suite_is_left_alone(sample):
    dropped = Counter()
    found = list(stream(sample, "document", 1, intents=["view_query"], dropped=dropped))
    assert dropped == {"view_query/too_many_columns": 1}
    pair = tuple(sorted(found[0].tables[:2]))
    left = list(stream(sample, "document", 1, held_out=HeldOut(pairs=frozenset({pair})), intents=["view_query"]))
    assert found[0].sql not in {example.sql for example in left}


@pytest.mark.parametrize("intent", INTENTS)
def test_there_are_wordings_enough(intent):
    train, exam = text_wordings()[intent].train, text_wordings()[intent].exam
    assert len(set(train)) >= 8 and len(set(exam)) >= 3
    assert all("{title}" in text for text in (*train, *exam))


@pytest.mark.parametrize(
    ("tables", "sql", "company"),
    [
        (["dbo.APTH"], "SELECT APRef FROM APTH WHERE APCo = 3", "3"),
        (["dbo.HQBC"], "SELECT Status FROM HQBC WHERE Co = 2 AND Mth = '2024-06-01'", "2"),
        (["dbo.APTH"], "SELECT APRef FROM APTH WHERE @APCo = 3", ""),
        (["dbo.APTH"], "SELECT APRef FROM APTH WHERE InvCo = 3", ""),
    ],
)
def test_the_company_of_a_query_is_what_a_company_column_is_compared_with(sample, tables, sql, company):
    assert company_asked(sample, tables, sql) == company


def test_a_database_without_companies_asks_for_none(shop):
    assert company_asked(shop, ["Sales.Orders"], "SELECT OrderID FROM Sales.Orders WHERE Co = 3") == ""


def test_a_views_query_is_asked_with_the_conditions_that_its_purpose_leaves_out(sample):
    (made,) = mined_examples(Context.of(sample, 1, "train"), "view_query", [sample.by_qualified["dbo.INStockValue"]])
    assert ", where Active of INMT is 'Y'" in made.question
