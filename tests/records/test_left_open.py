"""What a question leaves open, as its prompt says it."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.model import Meaning
from vgpt2.catalog.plain_words import said_columns
from vgpt2.catalog.retrieval import retrieve
from vgpt2.catalog.states.columns import open_states
from vgpt2.catalog.states.meanings import two_open
from vgpt2.records.left_open import left_open
from vgpt2.records.prompt import schema_text
from vgpt2.synthesis.ambiguous.stream import stream
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
CASES = yaml.safe_load((FIXTURES / "left_open.yaml").read_text(encoding="utf-8"))


def said(catalog, question):
    tables = [catalog.by_qualified[name] for name in retrieve(catalog, question, 3)]
    return left_open(catalog, question, tables)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["asks"][:40])
def test_what_is_left_open_is_said(case, sample):
    assert said(sample, case["asks"]) == case.get("says", [])


def test_it_ends_the_prompts_schema_unless_something_is_not_there(sample):
    asks = "Show our GL account balances with their beginning balance"
    assert schema_text(sample, ["dbo.GLBL"], question=asks).endswith("\nNo company said: GLCo")
    assert "No company" not in schema_text(sample, ["dbo.GLBL"], question=f"{asks} and their GLBX")


def test_it_is_what_made_questions_are_asked_back_for(sample):
    open_ = clear = 0
    for ask, _, twin in islice(stream(sample, 20260), 40):
        lines = said(sample, ask.question)
        open_ += any(ask.answer.split(" (")[1].split(")")[0] in line for line in lines)
        clear += not said(sample, twin.question)
    assert open_ >= 36 and clear >= 39


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"2": "soft closed", "3": "hard closed"}, "soft closed (JobStatus = 2), hard closed"),
        ({"2": "closed", "3": "hard closed"}, ""),
        ({"2": "soft closed", "3": "hard closed", "4": "never closed"}, ""),
    ],
)
def test_a_state_that_two_values_share_has_two_readings(values, says, sample):
    meanings = [Meaning("dbo.bJCJM.JobStatus", [[said, "", ""]], value) for value, said in values.items()]
    others = [meaning for meaning in sample.meanings if not meaning.of.endswith("JCJM.JobStatus")]
    catalog = replace(sample, meanings=[*others, *meanings])
    table = catalog.by_qualified["dbo.JCJM"]
    lines = left_open(catalog, "closed jobs of JC co 1", [table])
    assert [line.removeprefix("Two readings of closed: ").startswith(says) for line in lines] == [True] * bool(says)


def test_what_makes_rows_open_by_types_and_names_is_what_their_roles_say(sample):
    """What synthesis finds over roles, `open_states` finds by the columns alone, which prompts have."""
    ctx = Context.of(sample, 1, "train")

    def readings(table, states):
        return two_open(sample, said_columns(sample, table), states)

    for table in sample.tables:
        assert readings(table, open_states(sample, table)) == readings(table, book_of(ctx).parts(table).open), (
            table.name
        )
