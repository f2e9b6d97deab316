"""Round trip: a question in other words is taken where the teacher, asked it with the gold's schema, answers with a
query that returns the gold's rows.

Rows alone would take too much: on synthetic rows a missing condition or another boundary may show nothing, and a model
reads over words that make another question. So literals and comparisons of both queries are the same too, every thing
that the original names is said in a word of its own, nothing is said that is not of these tables, and where a table is
not named any more, its words lead to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vgpt2.catalog.business_words import column_words, name_words, table_words
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.words import text_words
from vgpt2.inference.prompts import Prompt
from vgpt2.records.answers.extract import last_sql
from vgpt2.records.prompt import schema_text
from vgpt2.settings import DataSettings
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.asking import Decoding, Teacher
from vgpt2.synthesis.rewording.masked import Masked, phrases_of
from vgpt2.synthesis.rewording.prompts import prompts
from vgpt2.synthesis.rewording.rewording import plain
from vgpt2.synthesis.rewording.words import word_lists

if TYPE_CHECKING:
    from sqlglot import exp

# What `rewording.fault` says and an answer may disprove; the other reasons are about what no query shows.
HEALED = frozenset(("name_lost", "name_added", "aggregation", "condition", "order", "role"))
TABLES = 6  # a question's tables are to be among so many that its words lead to, as in the exam
TEMPERATURE = 0.7  # of all answers but the first
LIMIT = 256  # tokens of an answer


class RoundTrip:
    """Judges questions in other words by the teacher's own answers. A context manager: it runs SQL of a model, in a
    process of its own."""

    def __init__(self, catalog: Catalog, teacher: Teacher, data: DataSettings, seed: int, tries: int = 3) -> None:
        from vgpt2.tsql.run.sandbox import Sandbox

        self.catalog = catalog
        self.teacher = teacher
        self.data = data
        self.tries = tries
        self._sandbox = Sandbox(catalog, seed)
        self._retriever = Retriever.of(catalog)

    def __enter__(self) -> RoundTrip:
        return self

    def __exit__(self, *error: object) -> None:
        self._sandbox.close()

    def faults(self, asked: Sequence[tuple[Example, str]]) -> list[str]:
        """Why each question in other words is refused, or an empty string.

        Reasons: `name_lost`, `name_added`, `role` (a table said as if it were a column), `table_lost` (its words lead
        to other tables), `no_answer` (none of the answers has a query that runs), `other_rows`, `other_conditions` (the
        rows, but not the comparisons).
        """
        reasons = [self._words(example, text) for example, text in asked]
        open_ = [number for number, reason in enumerate(reasons) if not reason]
        for turn in range(self.tries):
            if not open_:
                break
            decoding = Decoding(turn, TEMPERATURE if turn else 0.0, LIMIT)
            prompts = {number: self._prompt(*asked[number]) for number in open_}
            answers = self.teacher.answers(list(prompts.values()), decoding)
            for number, prompt in prompts.items():
                said = self._differs(asked[number][0], answers.get(prompt, ""))
                reasons[number] = min(said, reasons[number] or said, key=_nearness)
            open_ = [number for number in open_ if reasons[number]]
        return reasons

    def _prompt(self, example: Example, text: str) -> Prompt:
        """The new question with the gold's tables, no others beside them."""
        keep = [name for name in example.objects if name not in self.catalog.by_qualified]
        schema = schema_text(self.catalog, example.tables, keep, self.data.schema_columns, question=text)
        return Prompt(prompts().answer.format(title=self.catalog.database.title), text, schema)

    def _words(self, example: Example, text: str) -> str:
        phrases = phrases_of(example, self.catalog)
        old, new = Masked(example.question, phrases), Masked(text, phrases)
        said = {*text_words(text), *text_words(name_words_of(text, self.catalog))}
        known = self._known(example)
        for key in old.mentions:
            called = [phrase for phrase, (_, its) in phrases.of.items() if its == key]
            called.append(name_words(key, self.catalog.database))
            if key not in new.mentions and not any(_half_said(text_words(phrase), said) for phrase in called):
                return "name_lost"
        known |= word_lists().shown
        if any(not plain(word, old) and not {word, *text_words(word)} & known for word in new.words()):
            return "name_added"
        tables = {self.catalog.by_qualified[name].name for name in example.tables}
        if new.listed(tables) - old.listed(tables):
            return "role"
        lost = {name for name in example.tables if self.catalog.by_qualified[name].name not in new.exact}
        return "table_lost" if lost - set(self._retriever.retrieve(text, TABLES)) else ""

    def _known(self, example: Example) -> set[str]:
        """The words, stemmed, of the tables and columns that the gold needs."""
        texts = []
        for name in example.tables:
            table = self.catalog.by_qualified[name]
            texts += [
                table_words(self.catalog, table),
                name_words(table.name, self.catalog.database),
                table.description,
            ]
            for column in table.columns:
                if f"{name}.{column.name}" in example.objects:
                    texts += [column_words(self.catalog, column, table), name_words(column.name, self.catalog.database)]
                    texts.append(column.description)
        return {word for text in texts for word in text_words(text)}

    def _differs(self, example: Example, answer: str) -> str:
        from vgpt2.tsql.check.check import check
        from vgpt2.tsql.run.compare import same_rows
        from vgpt2.tsql.run.prepare import prepare
        from vgpt2.tsql.run.result import Result

        found = check(last_sql(answer), self.catalog)
        if found.binding is None or any(finding.kind != "house" for finding in found.findings):
            return "no_answer"
        runs = prepare(found.binding)
        if isinstance(runs, Result):
            return "no_answer"
        somewhere = False
        for number in (0, 1):
            results = self._sandbox.run(number, [example.sql, runs])
            if len(results) < 2 or not same_rows(results[0], results[1], example.ordered):
                return "other_rows"
            somewhere = somewhere or results[0].says_something
        gold = check(example.sql, self.catalog)
        if not somewhere or comparisons(gold.parsed) != comparisons(found.parsed):
            return "other_conditions"
        return ""


def _half_said(words: Sequence[str], said: set[str]) -> bool:
    """Whether half of the words of a phrase are there: "invoices over 500" is enough of an invoice total."""
    return bool(words) and 2 * sum(word in said for word in words) >= len(words)


def _nearness(reason: str) -> int:
    """How near an answer came: the nearest one says why a question is refused."""
    return ("", "other_conditions", "other_rows", "no_answer").index(reason)


def name_words_of(text: str, catalog: Catalog) -> str:
    """The words of the names in a text."""
    return " ".join(name_words(name, catalog.database) for name in re.findall(r"\b[A-Za-z]\w*[A-Z]\w*", text))


def comparisons(tree: exp.Query) -> Counter[tuple[str, str]]:
    """How often a query compares with each literal, and how; BETWEEN is two comparisons."""
    from sqlglot import exp

    found: Counter[tuple[str, str]] = Counter()
    for literal in tree.find_all(exp.Literal):
        above = literal.parent
        if isinstance(above, exp.Select):
            continue  # SELECT 1, of an EXISTS
        while isinstance(above, (exp.Cast, exp.Paren, exp.Neg)):
            above = above.parent
        how = type(above).__name__
        if isinstance(above, exp.Between):
            how = "GTE" if literal is above.args["low"] else "LTE"
        text = literal.this
        if literal.is_number and "." in text:
            text = text.rstrip("0").rstrip(".")
        found[how, text] += 1
    return found
