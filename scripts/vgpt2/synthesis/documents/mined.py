"""Queries mined from the database's own programs: the SELECT of a view, those of a procedure or function.

Such SQL often breaks the house rules. What can be mended is mended, a view's query is limited to one company where
the rules ask for that, and what does not prove out then is dropped, with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Routine, Table
from vgpt2.sqltext.scan import scan
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.said_query import said_query
from vgpt2.synthesis.documents.schema_questions import short_description
from vgpt2.synthesis.documents.stated_query import PROVED, one_line, query_example
from vgpt2.synthesis.documents.unsaid import unsaid_conditions, voids_counted
from vgpt2.synthesis.literals import literal
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.questions import listed

if TYPE_CHECKING:
    from sqlglot import exp

    from vgpt2.tsql.check.verdict import Verdict
    from vgpt2.tsql.run.execute import Engine

INTENTS = ("view_query", "routine_query")
# A question that lists more columns, or an answer that is longer, teaches little.
MOST_SHOWN = 12
MOST_CHARACTERS = 1500
# In a header comment the purpose stands behind a word of its own, and who wrote it when is no purpose.
HEADING = re.compile(r"(?im)^\s*(?:usage|purpose|description)\s*(?::|$)\s*")
AUTHOR = re.compile(r"(?i)\b(?:created|modified|revised|author|copyright|changed)\b|\d/\d")
VERB = re.compile(r"(?i)^(?:returns|gets|gives|shows|lists|selects|displays|retrieves)\s+")


@dataclass(slots=True, frozen=True)
class Mined:
    """A query that proved out: what it is limited to by us, the columns that it shows, what was proved."""

    sql: str
    verdict: Verdict
    company: str
    shown: tuple[str, ...]
    proof: tuple[str, ...]


def purpose(description: str) -> str:
    """What a description says that a query is for, as a noun phrase where it can be; '' where it does not say.

    Lines that begin in lower case go on with the sentence of the line above.
    """
    heading = HEADING.search(description)
    text = description[heading.end() :] if heading else description
    said = short_description(re.sub(r"\n\s*(?=[a-z])", " ", text.strip()))
    return "" if AUTHOR.search(said) else VERB.sub("", said)


def mined_examples(
    ctx: Context, intent: str, items: Sequence[Table | Routine], dropped: Counter[str] | None = None
) -> Iterator[Example]:
    """Examples of the queries of views or routines, in the order of `items`: what the query itself gives is asked.

    None for the exam: the purpose of a view does not say all that the answer depends on.

    Args:
        dropped: counts the queries that were not kept, by `intent/reason`.
    """
    from vgpt2.tsql.run.execute import Engine

    if ctx.side == "exam":
        return
    counts = dropped if dropped is not None else Counter()
    asked: set[tuple[str, tuple[str, ...]]] = set()
    engine = Engine(ctx.catalog, ctx.seed)
    try:
        for item in items:
            for text in _texts(item):
                made = prove(ctx, engine, text, len(asked))
                title, shown = _question(ctx, item, made) if isinstance(made, Mined) else ("", ())
                # Another company is not another question.
                reason = made if isinstance(made, str) else "not_said" if not title else ""
                reason = reason or ("same_question" if (title, shown) in asked else "")
                if reason or isinstance(made, str):
                    counts[f"{intent}/{reason}"] += 1
                    continue
                yield query_example(
                    ctx, intent, len(asked), title, made.sql, made.verdict,
                    company=made.company, shown=shown, source=item.source, proof=made.proof,
                )  # fmt: skip
                asked.add((title, shown))
    finally:
        engine.close()


def _question(ctx: Context, item: Table | Routine, made: Mined) -> tuple[str, tuple[str, ...]]:
    """What a query is asked by, and the columns that have to be named beside it: what the query itself gives; else, of
    a view, which is one query, what the view is for, with the conditions that this leaves out. A program's purpose is
    that of all it does, and says of none of its queries what that gives."""
    said = said_query(ctx, made.verdict)
    if said:
        voids = voids_counted(ctx, made.verdict, said)
        return f"{said}, {voids}" if voids else said, ()
    title = purpose(item.description) if isinstance(item, Table) else ""
    if not title:
        return "", ()
    conditions = unsaid_conditions(ctx, made.verdict, title)
    where = f", where {listed(conditions)}" if conditions else ""
    voids = voids_counted(ctx, made.verdict, title + where)
    return title + where + (f", {voids}" if voids else "") + _parameters(made.sql), made.shown


def prove(ctx: Context, engine: Engine, text: str, number: int = 0) -> Mined | str:
    """The query mended and proved, or the reason why it is dropped.

    Reasons: `too_long`, `too_many_columns`, `unnamed_column` (or two of one name, or a star), `shows_nothing` (only
    constants), `other_rows` (mending changed the result), `does_not_run`, `unknown`, or the first rule that is broken.
    """
    from vgpt2.tsql.check.company import limit_to_company
    from vgpt2.tsql.check.mend import mend
    from vgpt2.tsql.run.execute import same_rows

    sql = one_line(text)
    if len(sql) > MOST_CHARACTERS:
        return "too_long"
    mended = mend(sql, ctx.catalog)
    found, verdict, company = mended.sql, mended.verdict, ""
    if verdict is None:
        return "unknown"
    if not verdict.clean:

        def choose(table: Table, column: str) -> str:
            known = table.column(column)
            values = (ctx.values(table, known) if known else []) or [1]
            return literal(values[number % len(values)])

        limited = limit_to_company(found, ctx.catalog, choose)
        if limited is None:
            return verdict.rules[0] if verdict.rules else verdict.status
        found, verdict, company = limited
    shown = _shown(verdict.parsed)
    if isinstance(shown, str):
        return shown
    if mended.rules:
        first, second = engine.run(sql), engine.run(mended.sql)
        if first.status == second.status == "rows" and not same_rows(first, second):
            return "other_rows"
    result = engine.run(found)
    if result.status == "error":
        return "does_not_run"
    proof = (*PROVED, *(("runs",) if result.status == "rows" else ()), *(("rows",) if result.says_something else ()))
    return Mined(found, verdict, company, shown, proof)


def _texts(item: Table | Routine) -> list[str]:
    if isinstance(item, Routine):
        return item.queries
    return [item.sql] if item.sql else []


def _shown(tree: exp.Query) -> tuple[str, ...] | str:
    """The names of the columns that a query gives out, or why a question cannot name them."""
    from sqlglot import exp

    # sqlglot gives constants and stars a name of their own; the server does not.
    names = tuple(item.alias_or_name if isinstance(item, (exp.Alias, exp.Column)) else "" for item in tree.selects)
    if all(isinstance(item.unalias(), (exp.Literal, exp.Null, exp.Parameter)) for item in tree.selects):
        return "shows_nothing"
    if not all(names) or "*" in names or len(set(names)) < len(names):
        return "unnamed_column"
    return names if len(names) <= MOST_SHOWN else "too_many_columns"


def _parameters(sql: str) -> str:
    """`, with the parameters @Co and @Mth`; '' where there are none."""
    names = list(dict.fromkeys(token.text for token in scan(sql) if token.text[:1] == "@" != token.text[1:2]))
    return f", with the parameter{'s' if len(names) > 1 else ''} {listed(names)}" if names else ""
