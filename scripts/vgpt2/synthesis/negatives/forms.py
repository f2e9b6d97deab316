"""The questions of negatives and their twins: each form asks one thing about a table, a column or a pair of tables.

A form's wordings (`forms.yaml`) are used for what is invented and for what is real alike; the exam's are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.negatives.answers import (
    Answer,
    Subject,
    column_type,
    contents,
    count_rows,
    empty_column,
    exists,
    group_column,
    has_column,
    in_month,
    join_columns,
    join_rows,
    key,
    list_columns,
    show_column,
    total_column,
    with_column,
    without_column,
)
from vgpt2.synthesis.wordings.model import Wordings, read_wordings

# How often each kind comes up in turn: a hallucinated table or column is the commonest mistake, and a third is asked
# without any name. "unheard": nothing in reach is called so; "others": another table has it.
KINDS = (
    "invented_table", "unheard_column", "invented_column", "query_table", "wrong_table_column", "unheard_table",
    "query_column", "no_path_join", "invented_table", "others_column", "invented_column", "ambiguous",
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Form:
    """`slots`: what its wordings name; `answer` gives None where the subject has not what the question asks for."""

    name: str
    slots: str
    answer: Callable[[Context, Subject], Answer | None]

    def wordings(self, side: str) -> tuple[tuple[str, str], ...]:
        """(name, template) of one side."""
        own = form_wordings()[self.name]
        texts = own.exam if side == "exam" else own.train
        return tuple((f"{self.name}/{side[0]}{number}", text) for number, text in enumerate(texts, 1))


TABLE_FORMS = (
    Form("count", "T co", count_rows),
    Form("list", "cols T co", list_columns),
    Form("contents", "T", contents),
    Form("exists", "T", exists),
    Form("key", "T", key),
)
COLUMN_FORMS = (
    Form("show", "C T co", show_column),
    Form("group", "C T co", group_column),
    Form("total", "C T co", total_column),
    Form("has", "C T", has_column),
    Form("type", "C T", column_type),
)
# Which table is meant is not said: a column that one table alone has leaves no doubt.
COLUMN_ONLY_FORMS = (
    Form("show_only", "C co", show_column),
    Form("group_only", "C co", group_column),
    Form("total_only", "C co", total_column),
)
JOIN_FORMS = (Form("on", "T U", join_columns), Form("rows", "a T b U co", join_rows))
# No name is spelled: tables and columns go by what people call them. W is what tells the rows of the table apart.
SAID_TABLE_FORMS = (
    Form("said_count", "T co", count_rows),
    Form("said_list", "cols T co", list_columns),
    Form("said_where", "T", contents),
)
SAID_COLUMN_FORMS = (
    Form("said_with", "W C T co", with_column),
    Form("said_without", "W C T co", without_column),
    Form("said_empty", "W C T co", empty_column),
    Form("said_group", "C T co", group_column),
    Form("said_total", "C T co", total_column),
    Form("said_has", "C T", has_column),
)
# By a date of which there are two; for questions with two readings.
SAID_DATED = Form("said_dated", "W C T co when", in_month)
# Two tables have rows of two names.
SAID_OTHER_FORMS = SAID_COLUMN_FORMS[3:]


@cache
def form_wordings() -> dict[str, Wordings]:
    """The wordings of every form, by its name.

    Raises:
        UserError: a fault in the file, with line and key.
    """
    spelled = (*TABLE_FORMS, *COLUMN_FORMS, *COLUMN_ONLY_FORMS, *JOIN_FORMS)
    forms = (*spelled, *SAID_TABLE_FORMS, *SAID_COLUMN_FORMS, SAID_DATED)
    return read_wordings(Path(__file__).with_name("forms.yaml"), {form.name: form.slots for form in forms}, "form")
