"""An example as a training record: the prompt with its pruned schema and distractors."""

from __future__ import annotations

import random
from dataclasses import asdict
from heapq import merge

from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.files import digest
from vgpt2.inference.prompts import likely_columns
from vgpt2.records.model import Meta, Record
from vgpt2.records.prompt import schema_text, system_prompt
from vgpt2.settings import DataSettings
from vgpt2.synthesis.model import Example


class _Neighbours:
    """The queryable tables of a catalog by name and by module: every record asks for them."""

    def __init__(self, catalog: Catalog) -> None:
        self.names = frozenset(table.qualified for table in catalog.queryable)
        self._of_module: dict[str, list[tuple[int, str]]] = {}
        for place, table in enumerate(catalog.queryable):
            self._of_module.setdefault(table.module, []).append((place, table.qualified))

    def of_modules(self, modules: set[str]) -> list[str]:
        """The tables of these modules, in the catalog's order."""
        return [name for _, name in merge(*(self._of_module.get(module, []) for module in modules))]


def distractors(catalog: Catalog, tables: tuple[str, ...], count: int, rng: random.Random) -> list[str]:
    """At most so many queryable tables beside the needed ones: neighbours by a join first, then of the same module.

    Args:
        tables: qualified names of the needed tables.
    """
    neighbours = catalog.derived.get(_Neighbours, lambda: _Neighbours(catalog))
    joined = {side for name in tables for join in catalog.joins_of(name) for side in (join.left, join.right)}
    near = sorted((joined & neighbours.names).difference(tables))
    modules = {catalog.by_qualified[name].module for name in tables if name in catalog.by_qualified}
    rng.shuffle(near)
    # Now and then another table of the module: a neighbour that never joins must be told apart as well.
    if modules and (len(near) < count or rng.random() < 0.4):
        known = {*tables, *near}
        same = [name for name in neighbours.of_modules(modules) if name not in known]
        near = rng.sample(same, min(count, len(same))) + near
    if len(near) < count:
        rest = sorted(neighbours.names - set(tables) - set(near))
        near += rng.sample(rest, min(count - len(near), len(rest)))
    return near[:count]


def prompt_schema(catalog: Catalog, example: Example, data: DataSettings, rng: random.Random) -> str:
    """The schema of a prompt: every needed table with its needed columns, among others.

    A prompt shows `1 + data.distractors` tables, more only where more are needed. In a share of the prompts
    (`data.schema_retrieved`) these are what retrieval finds for the question, in its order and with the columns that
    it takes for likely, as in the exam and behind the endpoint: there the first table is mostly the right one, and
    which is not the model must have seen. In the others they are neighbours by a join, in any order.
    """
    count = max(1 + data.distractors, len(example.tables))
    keep = [name for name in example.objects if name not in catalog.by_qualified]
    if rng.random() < data.schema_retrieved:
        retriever = Retriever.of(catalog)
        tables = _with_needed(retriever.retrieve(example.question, count), example.tables, count, rng)
        keep = sorted({*keep, *likely_columns(retriever, tables, example.question, data.schema_columns)})
        return schema_text(catalog, tables, keep, data.schema_columns, question=example.question)
    tables = [*example.tables, *distractors(catalog, example.tables, count - len(example.tables), rng)]
    rng.shuffle(tables)
    return schema_text(catalog, tables, keep, data.schema_columns, rng, example.question)


def _with_needed(found: list[str], needed: tuple[str, ...], count: int, rng: random.Random) -> list[str]:
    """What was found, and at any place what it lacks of the needed tables, for which the last ones go."""
    lacking = [name for name in needed if name not in found]
    tables = list(found)
    while len(tables) + len(lacking) > count and (others := [name for name in tables if name not in needed]):
        tables.remove(others[-1])
    for name in lacking:
        tables.insert(rng.randint(0, len(tables)), name)
    return tables


def sft_record(example: Example, catalog: Catalog, data: DataSettings, rng: random.Random) -> Record:
    """One row of the SFT set with its meta; a share of the prompts asks from memory, without a schema."""
    carries = rng.random() < data.schema_in_prompt
    row = {
        "instruction": example.question,
        "input": prompt_schema(catalog, example, data, rng) if carries else "",
        "output": example.answer,
        "system": system_prompt(catalog),
    }
    identity = f"sft-{digest(row)}"
    return Record({"id": identity, **row}, meta_of(example, identity))


def meta_of(example: Example, identity: str) -> Meta:
    """What the audit needs to know of an example that became the row of this id."""
    return Meta(
        id=identity,
        kind=example.kind,
        intent=example.intent,
        polarity=example.polarity,
        family=example.family,
        wording=example.wording,
        objects=list(example.objects),
        tables=list(example.tables),
        facts=[asdict(fact) for fact in example.facts],
        skeleton=example.slots.get("skeleton", ""),
        twin=example.twin,
        source=example.source,
        module=example.module,
        proof=list(example.slots.get("proof", ())),
        readings=list(example.slots.get("readings", ())),
    )
