"""The line before a query that says why: which table means what was asked, by which key, what a condition stands for.

All that it says of the database is a fact, which the audit looks up again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vgpt2.catalog.business_words import name_words, split_name
from vgpt2.catalog.model import Table
from vgpt2.catalog.words import text_words
from vgpt2.records.facts import Fact, prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery

# A name that nothing qualifies yet.
NAME = re.compile(r"(?<![\w@#$.])[A-Za-z_][\w@#$]*(?![\w@#$(])")
# So many columns that are called something else are said in a plan; the others can be told by their names.
MOST_MEANT = 2
# What a column is called beside its name without saying anything else.
_FILLERS = frozenset(text_words("number code id flag name description value amount total accounting current"))


def explained(ctx: Context, query: Query, action: str, question: str = "") -> tuple[str, tuple[Fact, ...]]:
    """The plan of a query and its facts: `Cost amount is EMCD.Dollars. Sum EMCD.Dollars by EMCD.Vendor. From EMCD
    (equipment costs) joined with APVM (vendors) on VendorGroup, Vendor; OpenYN = 'Y' is open; filter EMCD.EMCo.`

    What is wanted comes first, each column with its table, for it decides what has to be joined; a model that names
    the table first takes the columns of its neighbours for that table's own. Short and without reasons where prompts
    are small.

    Args:
        question: says of columns what their names do not.
    """
    plan = _Plan(ctx, query)
    sources = plan.sources()
    steps = [*plan.inner(), *plan.conditions()]
    meant = ", ".join(plan.meant(question, steps)) if question and not ctx.plain else ""
    wanted = [text[:1].upper() + text[1:] for text in (meant, plan.owned(action)) if text]
    return f"{'. '.join(wanted)}. From {'; '.join([sources, *steps])}.", tuple(plan.facts)


def _shortens(part: str, word: str) -> bool:
    """Whether a part of a name stands for a word: rem, mth and pd for remaining, month and period."""
    letters = iter(word)
    return part[:1] == word[:1] and (word[:3] == part[:3] or all(letter in letters for letter in part))


def _stands_for(item: Item) -> Ref | None:
    """The column that an output column shows, a dash in its place where there is none."""
    if isinstance(item.value, Ref):
        return item.value
    return item.value.refs[0] if item.value.template.startswith("ISNULL") and len(item.value.refs) == 1 else None


def _pair(near: Ref, far: Ref) -> str:
    """By which columns two tables are joined: one where both call it so."""
    return near.column if near.column == far.column else f"{near.column} = {far.column}"


class _Plan:
    def __init__(self, ctx: Context, query: Query) -> None:
        self.ctx, self.query = ctx, query
        self.facts: list[Fact] = []
        self._named: set[str] = set()
        self._inner = {name for part in query.parts() for name, _ in part.ctes}

    def owned(self, text: str) -> str:
        """A text with each column of the query named after its table: one of several tables in the order in which the
        query shows them, an alias as the column that it stands for."""
        owners: dict[str, list[str]] = {}
        for item in self.query.items:
            ref = _stands_for(item)
            if ref and ref.table not in self._inner:
                owners.setdefault(item.name, []).append(f"{self._sql_name(ref.table)}.{ref.column}")
        for qualified in self.query.columns():
            owner, _, column = qualified.rpartition(".")
            owners.setdefault(column, [f"{self._sql_name(owner)}.{column}"])

        def named(found: re.Match[str]) -> str:
            left = owners.get(found[0], [found[0]])
            return left.pop(0) if len(left) > 1 else left[0]

        return NAME.sub(named, text)

    def _sql_name(self, qualified: str) -> str:
        table = self.ctx.catalog.by_qualified.get(qualified)
        return self.ctx.catalog.sql_name(table) if table else qualified

    def sources(self) -> str:
        """What is read, and by which columns it is joined."""
        query = self._read(self.query)
        text = self._name(query.table)
        if query.union:
            text += f" and {self._name(query.union.table)}"
        joins = [self._join(join) for join in query.joins]
        return f"{text} joined with {' and '.join(joins)}" if joins else text

    def inner(self) -> Iterator[str]:
        """What is looked for, or added up, in queries of their own."""
        for part in self.query.parts():
            for join in part.joins:
                if join.query:
                    sums = any(isinstance(item.value, Call) for item in join.query.items)
                    yield f"{join.table} {'adds up' if sums else 'groups'} {self._name(join.query.table)}"
            for condition in part.where:
                if isinstance(condition, SubQuery) and condition.query.table not in {part.table, *self._inner}:
                    yield f"{self._looked_for(condition)} {self._name(condition.query.table)}"

    @staticmethod
    def _looked_for(condition: SubQuery) -> str:
        """What a query in brackets is there for: a match that there is or is not, or values to compare with."""
        if condition.operator.endswith("EXISTS"):
            return f"rows {'without' if condition.operator.startswith('NOT') else 'with'} a match in"
        return "look in"

    def conditions(self) -> Iterator[str]:
        """What conditions stand for; those that say it themselves by their columns."""
        query = self._read(self.query)
        plain = []
        outer = {join.table for join in query.joins if join.kind == "LEFT JOIN"}
        for part in (*query.where, *self._among(query)):
            # That there is no match is said by the action.
            if not isinstance(part, Filter) or (part.ref.table in outer and part.template == "{0} IS NULL"):
                continue
            if part.means and not self.ctx.plain and self._means(part):
                yield f"{part.template.format(part.ref.column)} is {part.means}"
            else:
                plain.append(f"{self._sql_name(part.ref.table)}.{part.ref.column}")
        for join in query.joins:
            inner = join.query.where if join.query else ()
            plain += [f"{self._sql_name(c.ref.table)}.{c.ref.column}" for c in inner if isinstance(c, Filter)]
        if plain:
            yield f"filter {', '.join(dict.fromkeys(plain))}"

    def _among(self, query: Query) -> Iterator[Filter]:
        """The conditions on what IN looks for; the company is that of the query."""
        for part in query.where:
            if isinstance(part, SubQuery) and part.operator.endswith("IN"):
                table = self.ctx.catalog.by_qualified.get(part.query.table)
                company = self.ctx.roles(table).company if table else None
                for inner in part.query.where:
                    if isinstance(inner, Filter) and inner.ref.column != company:
                        yield inner

    def meant(self, question: str, steps: list[str]) -> Iterator[str]:
        """Which columns are meant by words of the question that are not in their names; what a condition stands for
        is said with it."""
        asked, left = f" {' '.join(question.lower().split())} ", MOST_MEANT
        joins = [join for part in self.query.parts() for join in part.joins]
        joined = {ref.qualified for join in joins for pair in join.pairs for ref in pair}
        joined |= {
            inner.qualified
            for part in self.query.parts()
            for condition in part.where
            if isinstance(condition, SubQuery)
            for inner, _ in condition.pairs
        }
        grouped = {ref.column for join in joins if join.query for pair in join.pairs for ref in pair}
        for qualified in self.query.columns():
            owner, _, column = qualified.rpartition(".")
            if qualified in joined or column in grouped:
                continue
            table = self.ctx.catalog.by_qualified.get(owner)
            words = self._called(table, column) if table else ""
            low = words.lower()
            # To look for a text costs nothing beside an expression of its own.
            said = low and low in asked and re.search(rf"(?<!\w){re.escape(low)}(?!\w)", asked)
            if not table or not said or column in question or any(f"{column} " in step for step in steps):
                continue
            fact = Fact("called", f"{self.ctx.catalog.sql_name(table)}.{column}", words)
            said_before = fact.value in (known.value for known in self.facts)
            if left and not said_before and self._is_other(table, column, words) and self._states(fact):
                left -= 1
                yield f"{words} is {self._sql_name(owner)}.{column}"

    def _called(self, table: Table, column: str) -> str:
        return self.ctx.plain_columns(table).get(column, "") or self.ctx.words(table).get(column, "")

    def _is_other(self, table: Table, column: str, words: str) -> bool:
        """Whether words say something that neither the name of the column says nor that of its table."""
        database = self.ctx.catalog.database
        known = {*text_words(name_words(column, database)), *text_words(self.ctx.table_words(table))}
        parts = [part.lower() for part in split_name(column)]
        others = set(text_words(words)) - known - _FILLERS
        return any(not any(_shortens(part, word) for part in parts) for word in others)

    def _read(self, query: Query) -> Query:
        """The query that reads the tables: of one over a CTE that CTE's."""
        named = dict(query.ctes)
        while query.table in named:
            query = named[query.table]
        return query

    def _name(self, qualified: str) -> str:
        table = self.ctx.catalog.by_qualified.get(qualified)
        if table is None:
            return qualified
        name = self.ctx.catalog.sql_name(table)
        words = "" if self.ctx.plain or qualified in self._named else self.ctx.table_words(table)
        self._named.add(qualified)
        if not words or not self._states(Fact("called", name, words)):
            return name
        return f"{name} ({words})"

    def _join(self, join: JoinOn) -> str:
        if join.query is None:
            name = self._joined(join)
        else:
            columns = ", ".join(_pair(near, far) for near, far in join.pairs)
            name = f"{join.table} on {columns}" if columns and not self.ctx.plain else join.table
        return f"{name} (if any)" if join.kind == "LEFT JOIN" and not self.ctx.plain else name

    def _joined(self, join: JoinOn) -> str:
        left = {pair[0].table for pair in join.pairs}
        name = self._name(join.table)
        start = self.ctx.catalog.by_qualified.get(next(iter(left))) if len(left) == 1 else None
        if start is None or self.ctx.plain:
            return name
        pairs = [_pair(near, far) for near, far in join.pairs]
        end = self.ctx.table(join.table)
        begins = self.ctx.catalog.sql_name(start)
        if not self._states(Fact("joins", f"{begins}+{self.ctx.catalog.sql_name(end)}", ", ".join(pairs))):
            return name
        # A chain goes on from the table that was named first unless it says so.
        further = start.qualified != self._read(self.query).table
        return f"{name} on {', '.join(f'{begins}.{pair}' if further else pair for pair in pairs)}"

    def _means(self, part: Filter) -> bool:
        """Whether a condition stands for its meaning: a span of days says so itself, a value is proved."""
        condition = part.template.removeprefix("{0} ")
        if not condition.startswith(("= ", "<> ", "IS ")):
            return True
        name = self.ctx.catalog.sql_name(self.ctx.table(part.ref.table))
        return self._states(Fact("means", f"{name}.{part.ref.column}", f"{condition}: {part.means}"))

    def _states(self, fact: Fact) -> bool:
        """Whether a fact is so; it is then among those of the plan."""
        if not prove(fact, self.ctx.catalog):
            return False
        if fact not in self.facts:
            self.facts.append(fact)
        return True
