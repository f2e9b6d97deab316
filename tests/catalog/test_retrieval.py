"""Which tables a question is about."""

from vgpt2.catalog.retrieval import Retriever, retrieve
from vgpt2.catalog.words import name_words, text_words


def test_what_the_question_names_comes_first_in_its_order(vista):
    assert retrieve(vista, "Join APVM with APTH", 4)[:2] == ["dbo.APVM", "dbo.APTH"]
    assert retrieve(vista, "join apvm with dbo.APTH", 4)[:2] == ["dbo.APVM", "dbo.APTH"], "in other case too"


def test_a_base_table_stands_for_its_view(vista):
    assert retrieve(vista, "What is in bAPTH?", 1) == ["dbo.APTH"]


def test_all_that_is_named_is_given_even_beyond_the_limit(vista):
    assert retrieve(vista, "APTH, APTL and APVM", 1) == ["dbo.APTH", "dbo.APTL", "dbo.APVM"]


def test_words_of_descriptions_and_columns_count(vista):
    assert {"dbo.APTL", "dbo.APVM"} < set(retrieve(vista, "What did we pay each supplier?", 3))
    assert retrieve(vista, "invoice headers", 1) == ["dbo.APTH"]


def test_a_column_name_finds_its_table(vista):
    assert retrieve(vista, "Sum InvTotal by status", 1) == ["dbo.APTH"]


def test_a_made_up_name_brings_the_nearest_real_ones(vista):
    assert Retriever(vista).unknown("Is there a table APTX?") == ["APTX"]
    assert set(retrieve(vista, "Is there a table APTX?", 2)) == {"dbo.APTH", "dbo.APTL"}


def test_neighbours_fill_the_rest(vista):
    assert retrieve(vista, "APVM", 2) == ["dbo.APVM", "dbo.APTH"]


def test_names_with_schema_and_spaces(shop):
    assert retrieve(shop, "list sales.invoice", 1) == ["Sales.Invoice"]
    assert retrieve(shop, "list the invoice lines", 3)[0] in ("Sales.Invoice", "Sales.InvoiceLine")


def test_the_same_question_gives_the_same_list(vista):
    retriever = Retriever(vista)
    asked = "Which vendors have open invoices?"
    assert retriever.retrieve(asked, 4) == retriever.retrieve(asked, 4) == retrieve(vista, asked, 4)


def test_names_and_texts_as_words():
    assert name_words("SalesOrderHeader") == ["sale", "order", "header"]
    assert name_words("PREndDate") == ["pr", "end", "date"]
    assert name_words("order_lines2") == ["order", "line", "2"]
    assert text_words("Which companies' invoices are open?") == ["company", "invoice", "open"]
