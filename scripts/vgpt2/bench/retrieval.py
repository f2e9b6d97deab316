"""How long the tables of a question take to find in a large schema, and its index to build."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from pathlib import Path

from vgpt2.bench.catalog import Figure
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import load
from vgpt2.exam.model import read_suite

TABLES = 3800


def measure(run_dir: Path, tables: int = TABLES) -> list[Figure]:
    """The questions of the run's suite, asked of its catalog repeated to so many tables."""
    catalog = repeated(load(run_dir / "catalog.json"), tables)
    questions = [question.question for question in read_suite(run_dir / "suite" / "full.jsonl")]
    started = time.perf_counter()
    retriever = Retriever(catalog)
    built = time.perf_counter() - started
    times = []
    for question in questions:
        started = time.perf_counter()
        retriever.retrieve(question, 6)
        times.append(1000 * (time.perf_counter() - started))
    mean = statistics.mean(times)
    return [Figure(f"the tables of a question among {tables:,}", f"{mean:.1f} ms; index {built:.1f} s", "10 ms")]


def repeated(catalog: Catalog, count: int) -> Catalog:
    """The tables of a catalog again and again in schemas of their own, with their joins and words, `count` in all."""
    own = catalog.queryable
    made = replace(catalog, tables=[], joins=[], meanings=[], documents=[], form_fields=[])
    for copy in range(-(-count // len(own))):
        schema = f"s{copy}"

        def renamed(name: str, schema: str = schema) -> str:
            return f"{schema}_{name}"

        made.tables += [replace(table, schema=renamed(table.schema), base_table="", reads=[]) for table in own]
        made.joins += [replace(join, left=renamed(join.left), right=renamed(join.right)) for join in catalog.joins]
        made.meanings += [replace(meaning, of=renamed(meaning.of)) for meaning in catalog.meanings]
    made.tables = made.tables[:count]
    return made
