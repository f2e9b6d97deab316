"""Whom a report goes by: vendors, the salespeople of orders; and how a question says so, as one and as several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import plural
from vgpt2.synthesis.plain.nouns import of_thing, singular, thing
from vgpt2.synthesis.query import Item, Ref
from vgpt2.synthesis.questions import Speech, listed
from vgpt2.synthesis.roles.book import Book
from vgpt2.synthesis.roles.links import Link
from vgpt2.synthesis.roles.words import role_words

# Of the questions by a partner that a row may lack, so many say that rows without one count too.
SAYS_NONE = 0.25


@dataclass(slots=True, frozen=True)
class Partner:
    """Whom a report goes by: its key in the table, its name in the other, and all columns that tell it apart. `said`:
    as one of them (`vendor`); `many`: as several (`vendors`)."""

    link: Link
    keys: tuple[Ref, ...]
    group: tuple[Ref, ...]
    name: Item
    said: str
    many: str

    @property
    def items(self) -> tuple[Item, ...]:
        """Key and name as output columns."""
        return (*map(Item, self.keys), self.name)

    @property
    def short(self) -> str:
        """The names of its key, for a plan."""
        return ", ".join(key.column for key in self.keys)

    @property
    def grouped(self) -> tuple[Ref, ...]:
        """What GROUP BY needs for `items`."""
        name = self.name.value
        return (*self.group, name) if isinstance(name, Ref) else self.group


def said_partner(
    say: Speech, table: Table, book: Book, link: Link, keys: Sequence[str], name: Column
) -> tuple[str, str]:
    """How the question says by whom a report goes, as one and as several: `vendor` and `vendors`, `vendor number
    and name`; an exam's says both columns, and that rows without one count too."""
    start = link.start
    numbers = [say.column(start, key) for key in keys]
    of = f" of {say.short(start)}" if start != table else ""
    words = say.column(link.end, name.name)
    if not say.plain or any(number == key for number, key in zip(numbers, keys, strict=True)):
        told = say.ctx.side == "exam" or say.rng.random() < SAYS_NONE
        none = " (rows without one too)" if link.optional and told else ""
        said = f"{listed(numbers)}{of} with {words} from {say.table(link.end).removeprefix('table ')}{none}"
        return said, said
    # A job is of its company, which is shown with it and which nobody says.
    plain = [n for n, key in zip(numbers, keys, strict=True) if key not in say.ctx.catalog.company_names] or numbers
    if say.ctx.side == "exam":
        whom = listed([thing(number) for number in numbers])
        none = ", also where there is none" if link.optional else ""
        said = f"{listed(numbers)} and {of_thing(words, whom)}{of}{none}"
        return said, said
    # What two columns tell apart has one name: month and transaction number of an invoice.
    called = say.ctx.called(link.end) if len(plain) > 1 else ""
    whom = singular(called) if called else listed([thing(number) for number in plain])
    # Equipment, of which records are not what is meant.
    many = plural(whom).removesuffix(" records") if called or len(plain) == 1 else whom
    # A document's partner is its lines' as well.
    header = book.header(table)
    if of and (header is None or start != header.end):
        return f"{whom}{of}", f"{many}{of}"
    rest = of_thing(words, whom).removeprefix(f"{whom} ")
    number = plain[0].removeprefix(f"{whom} ").rpartition(" ")[2]
    both = f"{whom} ({number} and {rest})" if number != whom else f"{whom} and {rest}"
    full = both if len(plain) == 1 and rest != plain[0] else whom
    return say.rng.choice((whom, whom, whom, full)), many


def who(one: str, many: str) -> str:
    """What a question for them begins with: who are, of persons and companies that it calls by words; which."""
    if many == one:
        return "Which are"
    return "Who are" if role_words().persons.found(one) else f"Which {many} are"
