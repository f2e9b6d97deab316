"""Records: the prompt carries what the answer needs."""

import random
import re

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.retrieval import Retriever
from vgpt2.records.model import COLUMNS
from vgpt2.synthesis.generate import KINDS
from vgpt2.synthesis.to_record import distractors, sft_record


def records(catalog, data, kind, count=120):
    made = streamed(catalog, kind, 1, count)
    return [(example, sft_record(example, catalog, data, random.Random(example.family))) for example in made]


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_shows_all_that_the_answer_names(sample, cpu, kind):
    for example, record in records(sample, cpu, kind):
        assert tuple(record.row) == ("id", *COLUMNS["sft"])
        lines = dict(re.findall(r"^(\w+)\((.*?)\)(?: key| --|$)", record.row["input"], re.M))
        for name in example.tables:
            table = sample.by_qualified[name]
            assert table.name in lines
        for column in example.objects:
            owner, _, name = column.rpartition(".")
            if owner in example.tables:
                shown = re.findall(r"(?:^|, )(\w+)", lines[sample.by_qualified[owner].name])
                assert name in shown, (column, record.row["input"])


def test_as_many_tables_as_retrieval_shows(sample, cpu):
    for example, record in records(sample, cpu, "sql"):
        shown = len(re.findall(r"^\w+\(", record.row["input"], re.M))
        assert shown == max(len(example.tables), 1 + cpu.distractors)


def test_a_share_shows_what_retrieval_finds_in_its_order(sample, cpu):
    data = cpu.model_copy(update={"schema_retrieved": 1.0})
    retriever, agree, all_needed = Retriever(sample), 0, 0
    for example, record in records(sample, data, "sql"):
        shown = re.findall(r"^(\w+)\(", record.row["input"], re.M)
        found = retriever.retrieve(example.question, max(len(example.tables), 1 + data.distractors))
        if set(example.tables) <= set(found):
            all_needed += 1
            agree += shown == [sample.sql_name(sample.by_qualified[name]) for name in found]
        assert {sample.sql_name(sample.by_qualified[name]) for name in example.tables} <= set(shown)
    assert agree == all_needed > 60


def test_a_share_of_the_prompts_has_no_schema(sample, cpu):
    data = cpu.model_copy(update={"schema_in_prompt": 0.5})
    made = [record.row["input"] for _, record in records(sample, data, "sql", 200)]
    assert 70 < made.count("") < 130


def test_distractors_are_other_queryable_tables(sample):
    rng = random.Random(1)
    shown = {table.base_table for table in sample.tables}
    for _ in range(50):
        found = distractors(sample, ("dbo.APTH",), 3, rng)
        assert len(set(found)) == 3
        assert "dbo.APTH" not in found
        assert not set(found) & shown


def test_a_catalog_with_one_table_has_no_distractors(lonely):
    assert distractors(lonely, ("dbo.T",), 3, random.Random(1)) == []
    assert distractors(lonely, (), 3, random.Random(1)) == ["dbo.T"]


def test_ids_are_of_the_content(sample, cpu):
    first, again = records(sample, cpu, "sql", 50), records(sample, cpu, "sql", 50)
    assert [record.row for _, record in first] == [record.row for _, record in again]
    assert len({record.id for _, record in first}) == 50
