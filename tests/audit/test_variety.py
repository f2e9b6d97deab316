"""Rules about what a set is made of: its mix, its repetitions, and how much of the catalog it covers."""

from dataclasses import replace

import pytest

from vgpt2.audit.variety import LEAST
from vgpt2.records.held_out import HeldOut
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.streams import query_stream

from .rows import SHARED, sft

MIX = {"sql": 0.7, "schema": 0.2, "document": 0.1}
WORDS = "amber birch cedar dune ember fern grove heath iris jade".split()


def kinds(meta, **counts):
    """Rows and meta with so many records of each kind."""
    rows = sft(sum(counts.values()))
    names = [kind for kind, count in counts.items() for _ in range(count)]
    return rows, [meta(row["id"], kind=kind) for row, kind in zip(rows, names, strict=True)]


@pytest.mark.parametrize(
    ("counts", "rules"),
    [
        ({"sql": 140, "schema": 40, "document": 20}, set()),
        ({"sql": 160, "schema": 30, "document": 10}, set()),  # SQL fills what the others cannot
        ({"sql": 126, "schema": 54, "document": 20}, {"mix"}),
        ({"sql": 120, "schema": 44, "document": 36}, {"mix"}),
        ({"sql": 5, "schema": 5, "document": 5}, set()),  # too few to judge
    ],
)
def test_the_mix_is_that_of_the_profile(failed, meta, counts, rules):
    broken = failed("sft", *kinds(meta, **counts), mix=MIX)
    assert broken & {"mix"} == rules


def test_the_same_query_but_for_its_literals_is_a_repetition(failed, meta):
    rows = sft(LEAST)
    metas = [meta(row["id"], skeleton=f"s{n}", objects=["APVM"]) for n, row in enumerate(rows)]
    assert "skeleton_duplicates" not in failed("sft", rows, metas)
    for number in range(10):
        metas[number].skeleton = "s0"
    assert "skeleton_duplicates" in failed("sft", rows, metas)
    for number, word in enumerate(WORDS):
        metas[number].objects = [word]
    assert "skeleton_duplicates" not in failed("sft", rows, metas)


def test_near_duplicates_are_few(failed):
    rows = sft(LEAST)
    shared = "rows where the state is 'WA' and the terms are net and the vendor is active, company"
    assert "near_duplicates_sft" not in failed("sft", rows)
    for number in range(8):
        rows[number] = {"id": str(number), "instruction": f"{shared} {number}", "output": rows[0]["output"]} | SHARED
    assert "near_duplicates_sft" in failed("sft", rows)


def test_every_table_and_column_occurs_where_the_profile_asks_for_it(failed, meta, vista):
    rows = sft(LEAST)
    metas = [meta(row["id"]) for row in rows]
    assert {"table_coverage", "column_coverage"} <= failed("sft", rows, metas, mix=MIX)
    tables = [table for table in vista.queryable if table.columns]
    metas[0].tables = [table.qualified for table in tables]
    metas[0].objects = [f"{table.qualified}.{column.name}" for table in tables for column in table.columns]
    assert not {"table_coverage", "column_coverage"} & failed("sft", rows, metas, mix=MIX)


@pytest.mark.parametrize(
    ("modules", "rules"),
    [
        ({"AP": 50, "EM": 15, "GL": 15, "JC": 20, "PR": 20}, set()),
        ({"AP": 60, "EM": 1, "GL": 19, "JC": 20, "PR": 20}, {"modules_sft"}),
        ({"AP": 60, "GL": 20, "JC": 20, "PR": 20}, {"modules_sft"}),  # EM has a table, and no record
        ({"AP": 20}, set()),  # too few to judge
    ],
)
def test_no_module_is_left_behind(failed, meta, modules, rules):
    rows = sft(sum(modules.values()))
    names = [name for name, count in modules.items() for _ in range(count)]
    metas = [meta(row["id"], module=name) for row, name in zip(rows, names, strict=True)]
    assert failed("sft", rows, metas) & {"modules_sft"} == rules


@pytest.mark.parametrize(
    ("wanted", "joined", "broken"),
    [
        ({"one_table": 0.4}, 100, set()),
        ({"one_table": 0.4}, 20, {"sql_one_table"}),
        ({"left_join": 0.2, "windows": 0.0}, 60, set()),
        ({"left_join": 0.9}, 60, {"sql_left_join"}),
        ({}, 0, set()),
    ],
)
def test_the_queries_have_the_mix_that_is_wanted(failed, meta, wanted, joined, broken):
    rows = sft(2 * LEAST)
    plain, outer = "SELECT Name FROM APVM WITH (NOLOCK)", "SELECT APVM.Name FROM APVM WITH (NOLOCK) LEFT JOIN APTH"
    for number, row in enumerate(rows):
        on = "WITH (NOLOCK) ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor"
        row["output"] = f"Plan.\n```sql\n{f'{outer} {on}' if number < 2 * joined else plain}\n```"
    found = failed("sft", rows, [meta(row["id"]) for row in rows], sql_mix=wanted)
    assert {rule for rule in found if rule.startswith("sql_") and rule.removeprefix("sql_") in wanted} == broken


def test_a_catalog_that_has_no_more_is_asked_for_no_more(failed, meta, vista):
    """One table joins nothing, and has no lines to be joined: that shuts no gate. What it does have is asked for."""
    alone = replace(vista, tables=[vista.find("APVM"), vista.find("bAPVM", "dbo")], joins=[], foreign_keys=[])
    rows = sft(2 * LEAST)
    metas = [meta(row["id"]) for row in rows]
    wanted = {"three_tables": 0.3, "left_join": 0.2, "windows": 0.3}
    found = failed("sft", rows, metas, sql_mix=wanted, catalog=alone)
    assert {rule for rule in found if rule.startswith("sql_")} == {"sql_windows"}
    everything = failed("sft", rows, metas, sql_mix=wanted)
    assert {"sql_three_tables", "sql_left_join", "sql_windows"} <= everything


def test_a_set_that_says_most_of_what_a_catalog_has_is_asked_for_no_more(failed, meta, vista):
    """The share of windows is too low, and there are hardly any more of them; where a set has a few, more are asked."""
    alone = replace(vista, tables=[vista.find("APVM"), vista.find("bAPVM", "dbo")], joins=[], foreign_keys=[])
    made = list(query_stream(Context.of(alone, 1, "train"), HeldOut()))
    rows = sft(max(len(made), 2 * LEAST))
    said = [(one.slots["skeleton"], list(one.objects)) for one in made]
    for some, broken in ((said, False), (said[:20], True)):
        metas = [meta(row["id"]) for row in rows]
        for one, (skeleton, objects) in zip(metas, some, strict=False):
            one.skeleton, one.objects = skeleton, objects
        found = failed("sft", rows, metas, sql_mix={"windows": 0.9}, catalog=alone)
        assert ("sql_windows" in found) == broken
