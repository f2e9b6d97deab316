"""The one prompt form: training, exam, harvest and serving build their prompts here and nowhere else."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from vgpt2.catalog.business_words import mentioned_columns
from vgpt2.catalog.disarm import as_text
from vgpt2.catalog.lookup import join_between, join_text
from vgpt2.catalog.model import Catalog, Table
from vgpt2.catalog.value_words import columns_spoken_of, values_text
from vgpt2.records.answers.extract import read
from vgpt2.records.left_open import ASKED_BACK, left_open
from vgpt2.records.unknown import unknown_names

# Types that a query's literals depend on, by the first word of the base type; numbers are written as they are.
SHORT_TYPES = {
    "date": "date", "datetime": "date", "datetime2": "date", "smalldatetime": "date",
    "char": "text", "varchar": "text", "nchar": "text", "nvarchar": "text", "text": "text", "ntext": "text",
}  # fmt: skip


def system_prompt(catalog: Catalog) -> str:
    """The system message of every record and every question."""
    return f"You write T-SQL for {catalog.database.title} and never invent names."


def short_type(base_type: str) -> str:
    """`varchar(30)` as `text`, `smalldatetime` as `date`; numbers as an empty string."""
    return SHORT_TYPES.get(base_type.split("(")[0].strip().lower(), "")


def short_description(text: str, limit: int = 60) -> str:
    """The first sentence of a description, or nothing where it is longer than a schema line should be."""
    sentence = " ".join(text.split()).split(". ")[0].rstrip(".")
    return sentence if len(sentence) <= limit else ""


def schema_line(
    catalog: Catalog,
    table: Table,
    keep: Iterable[str] = (),
    limit: int = 0,
    rng: random.Random | None = None,
    question: str = "",
) -> str:
    """One table in the compact form: `APTH(APCo, Mth, InvDate date) key APCo, Mth -- AP invoices`.

    Args:
        keep: columns that must be shown, beside those of the key.
        limit: how many columns to show, 0 for all; columns of `keep` and of the key are never left out.
        rng: picks the other columns (the first ones without it); order is always the table's own.
        question: columns that it names, or of which it says a value by what it means ("on hold"), are shown, and of
            all columns these alone with their values, which cost more tokens than all else; without it those of `keep`.
    """
    names = [column.name for column in table.columns]
    keep = set(keep)
    spoken_of = columns_spoken_of(catalog, table, question) if question else {}
    asked = {*spoken_of, *mentioned_columns(catalog, table, question)} if question else keep
    keep |= asked
    shown = keep | set(table.key)
    if not limit or len(names) <= limit:
        shown = set(names)
    else:
        others = [name for name in names if name not in shown]
        if rng:
            rng.shuffle(others)
        shown |= set(others[: max(0, limit - len(shown))])
    columns = []
    for column in table.columns:
        if column.name in shown:
            kind = short_type(column.base_type)
            spoken = spoken_of.get(column.name, frozenset())
            values = values_text(catalog, table, column, spoken) if column.name in asked else ""
            columns.append(" ".join(part for part in (column.name, kind, values and f"[{values}]") if part))
    line = f"{catalog.sql_name(table)}({', '.join(columns)})"
    if table.key:
        line += f" key {', '.join(table.key)}"
    description = short_description(table.description)
    return f"{line} -- {description}" if description else line


def schema_text(
    catalog: Catalog,
    tables: Sequence[str],
    keep: Iterable[str] = (),
    limit: int = 0,
    rng: random.Random | None = None,
    question: str = "",
) -> str:
    """The schema part of a prompt: a line a table, in the order given, then a line a join between two of them, then a
    line for each name of the question that is not there, and for what it leaves open.

    Shown in any case are the keys, the company columns, the columns of those joins, and what the question names, by
    name or in business words: so that a prompt with the schema always holds what its answer needs.

    Args:
        tables: qualified names.
        keep: qualified columns (`dbo.APTH.Vendor`) that must be shown.
        question: its columns are shown.
    """
    shown = [catalog.by_qualified[name] for name in dict.fromkeys(tables)]
    wanted: dict[str, list[str]] = {table.qualified: [] for table in shown}
    for name in keep:
        owner, _, column = name.rpartition(".")
        wanted.setdefault(owner, []).append(column)
    for table in shown:
        company = catalog.company_column(table)
        wanted[table.qualified] += [company] if company else []
    joins = []
    for number, left in enumerate(shown):
        for right in shown[number + 1 :]:
            join = join_between(catalog, left, right)
            if join:
                wanted[left.qualified] += join.left_columns
                wanted[right.qualified] += join.right_columns
                joins.append(f"{catalog.sql_name(left)} joins {catalog.sql_name(right)} on {join_text(join)}")
    lines = [schema_line(catalog, table, wanted[table.qualified], limit, rng, question) for table in shown]
    said = list(map(str, unknown_names(catalog, question))) if question else []
    # What is not there is said first: of nothing are there two readings.
    said = said or (left_open(catalog, question, shown) if question else [])
    # A name too may hold what would end a turn.
    return as_text("\n".join(("Schema:", *lines, *joins, *said)))


def conversation(question: str, turns: Sequence[tuple[str, str]]) -> str:
    """A question with what was asked and answered before it: of an answer its query, of one that asks back what it
    asks. Records of two turns hold this as their question, and so does a served conversation.

    Args:
        turns: earlier questions, each with its answer.
    """
    lines = []
    for asked, answer in turns:
        lines.append(f"Asked before: {asked}")
        reading = read(answer) if answer else None
        if reading and reading.sql:
            lines.append(f"Answered: {reading.sql}")
        elif reading and reading.asks_back:
            lines.append(f"{ASKED_BACK}{' '.join(reading.prose.split())}")
    return "\n".join((*lines, question))


def fenced(sql: str, plan: str = "", note: str = "") -> str:
    """An answer with SQL: a short plan, the SQL in a fenced block, then a note if one is due."""
    parts = [plan, f"```sql\n{sql}\n```", note]
    return "\n".join(part for part in parts if part)
