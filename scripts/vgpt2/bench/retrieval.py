"""How long the tables of a question take to find in a large schema, and its index to build."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from pathlib import Path

from vgpt2.bench.catalog import Figure
from vgpt2.catalog.disarm import as_text
from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import load
from vgpt2.exam.model import read_suite
from vgpt2.inference.prompts import build_prompt
from vgpt2.records.prompt import conversation
from vgpt2.serving.desk import WARMING
from vgpt2.settings import Profile, load_settings

TABLES = 3800


def measure(run_dir: Path, tables: int = TABLES) -> list[Figure]:
    """The questions of the run's suite, asked of its catalog repeated to so many tables."""
    catalog = repeated(load(run_dir / "catalog.json"), tables)
    questions = [question.question for question in read_suite(run_dir / "suite" / "full.jsonl")]
    started = time.perf_counter()
    retriever = Retriever.of(catalog)
    built = time.perf_counter() - started
    times = []
    for question in questions:
        started = time.perf_counter()
        retriever.retrieve(question, 6)
        times.append(1000 * (time.perf_counter() - started))
    mean = statistics.mean(times)
    return [
        Figure(f"the tables of a question among {tables:,}", f"{mean:.1f} ms; index {built:.1f} s", "10 ms"),
        before_first_token(catalog, retriever, questions, load_settings(run_dir / "settings.json").profile),
    ]


def before_first_token(catalog: Catalog, retriever: Retriever, questions: list[str], profile: Profile) -> Figure:
    """What an answer takes longer than the bare model's: its tables found and its prompt written, by tables met for the
    first time or not; the processor's time of one core. A name in a question stands for as many tables as there are
    copies of it, and all are shown."""
    times = []
    for question in (*WARMING, *questions):
        started = time.process_time()
        build_prompt(catalog, retriever, as_text(conversation(question, [])), profile, "schema")
        times.append(1000 * (time.process_time() - started))
    times = times[len(WARMING) :]  # a server asks itself these before it listens
    often, seldom = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    said = f"{often:.1f} ms at the median, {seldom:.0f} ms for one in twenty"
    return Figure(f"before the first token, among {len(catalog.tables):,} tables", said, "50 ms")


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
