"""Whether what an answer offers in the place of what it denies is true: beside a catalog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.records.answers.denials import Denial, Said
from vgpt2.records.answers.mentions import CAMEL, UPPER, Names
from vgpt2.records.answers.offers import Offer

# What is denied as one of these has no column for its nearest.
OBJECTS = ("table", "program")


@dataclass(slots=True, frozen=True)
class Untrue:
    """An offer that is not true. `why`: a clause; `invented`: what is offered does not exist at all."""

    why: str
    invented: bool = False


def untrue_offers(said: Said, prose: str, catalog: Catalog, missing: Iterable[str] = ()) -> Iterator[Untrue]:
    """What is not true of the offers of a prose.

    Args:
        missing: what is known not to exist, columns with their table (`APTH.PaidFlag`).
    """
    known = {_bare(name).lower(): name for name in missing}
    for denial, offer in said.offers:
        denied = _known(denial, known)
        owner = find_table(catalog, offer.owner) if offer.owner else None
        if owner:
            found = _not_had(offer, owner, denied, catalog, prose[offer.place :])
        else:
            found = _not_near(offer, denied, catalog) if offer.nearest else None
        if found:
            yield found


def _known(denial: Denial, missing: dict[str, str]) -> Denial:
    """A denial with what is known of its name: of a column its table, and what `it` is where only one thing is asked
    for."""
    only = next(iter(missing.values())) if len(missing) == 1 else ""
    name = missing.get(_bare(denial.name).lower(), "") if denial.name else only
    owner, _, bare = name.rpartition(".")
    if not name:
        return denial
    return replace(denial, name=bare, thing="column" if owner else denial.thing or "table", owner=owner)


def _not_had(offer: Offer, owner: Table, denial: Denial, catalog: Catalog, behind: str) -> Untrue | None:
    """That a table has not what it is said to have."""
    names, table = Names.of(catalog), catalog.sql_name(owner)
    name = _bare(offer.name or denial.name)
    is_denied = name.lower() == _bare(denial.name).lower()
    of = denial.owner or denial.name.rpartition(".")[0]
    if not name or find_table(catalog, of) is owner or find_column(catalog, f"{table}.{name}"):
        return None
    if is_denied:
        # "APVM has it", where a table was denied, is about what people look for in it.
        of_column = denial.thing == "column" or find_table(catalog, of) is not None
        # "APTD has it as PaidDate"
        words = set(re.findall(r"[\w@#$]+", behind)) - {name}
        if not of_column or (not offer.name and any(owner.column(word) for word in words)):
            return None
    elif names.fold(name) not in names.columns or find_table(catalog, name) or find_program(catalog, name):
        return None
    return Untrue(f"says that {table} has {name}, which it has not")


def _not_near(offer: Offer, denial: Denial, catalog: Catalog) -> Untrue | None:
    """That what is said to be nearest is what was denied, nothing at all, or a column where a table was denied."""
    names, name = Names.of(catalog), _bare(offer.name)
    exists = names.exists(name)
    if name.lower() == _bare(denial.name).lower():
        other_kind = offer.thing not in ("", denial.thing) and exists
        if other_kind:
            return None
        return Untrue(f"offers {name}, which {'it denies' if exists else 'does not exist'}", not exists)
    if not exists:
        shaped = CAMEL.match(name) or UPPER.match(name)
        return Untrue(f"names {name}, which does not exist", True) if shaped else None
    is_object = find_table(catalog, name) or find_program(catalog, name)
    if denial.thing in OBJECTS and offer.thing != "column" and not is_object:
        return Untrue(f"offers {name}, which is no {denial.thing}") if names.fold(name) in names.columns else None
    return None


def _bare(name: str) -> str:
    return name.rpartition(".")[2]
