"""The words for the audit's rules against the audit itself: every rule has words, and they say which way it binds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from vgpt2.audit import sql_mix
from vgpt2.audit.audit import audit
from vgpt2.audit.model import Context, Row
from vgpt2.catalog import store
from vgpt2.catalog.sql_traits import TRAITS
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import Meta
from vgpt2.records.prompt import fenced
from vgpt2.records.proof import Prover
from vgpt2.report.audit_table import STAGE
from vgpt2.report.words import BOUNDS, rule_words
from vgpt2.settings import load_profile

CATALOG = Path(__file__).resolve().parents[1] / "fixtures/audit/vista.json"
SHARED = {"input": "", "system": "s"}
COUNT = 130
QUERIES = 100  # more of them in SFT, for the rules about what its queries are made of


def rows(stage: str) -> list[Row]:
    """So many records of a stage that every rule has something to judge; most are refusals and their twins."""
    made = []
    for n in range(COUNT + QUERIES * (stage == "sft")):
        kind = "negative" if n % 13 and n < COUNT else "sql"
        refuse = kind == "negative" and n % 2 == 0
        good = fenced(f"SELECT Name FROM APVM WITH (NOLOCK) WHERE Vendor = {n}", "Use APVM; show Name.")
        bad = fenced(f"SELECT Name FROM APVM WITH (NOLOCK) WHERE Vendor <> {n}", "Use APVM; show Name.")
        good = "There is no table Zebra." if refuse else good
        question = f"Name of vendor number {n}" if n % 40 else "Name of vendors"
        pairs = {"sft": {"output": good}, "dpo": {"chosen": good, "rejected": bad}}
        texts = pairs.get(stage) or {"output": good if n % 2 else bad, "kto_tag": bool(n % 2)}
        family = f"n{n // 2}" if kind == "sql" else f"{n}"
        meta = Meta(
            id=str(n), kind=kind, intent="i", polarity="refuse" if refuse else "answer", family=family, wording="w",
            twin=str(n + 1 if refuse else n - 1) if kind == "negative" else "", module="AP", tables=["dbo.APVM"],
            skeleton="SELECT x", defect="wrong_boundary" if stage == "dpo" else "",
            worse="different_rows" if n % 2 else "alias",
            facts=[{"claim": "describes", "subject": "vspAPPost", "value": "Posts a batch"}],
        )  # fmt: skip
        row = {"id": str(n), "instruction": question} | texts | SHARED
        made.append(Row(f"{stage}.jsonl", n, n + 1, row, stage, meta))
    return made


def judged(level: float) -> dict[str, tuple[float, float | None, bool]]:
    """Figure, limit and verdict of every rule, with all limits of the profile at this level."""
    profile = load_profile("a6000")
    limits = {name: level for name, value in profile.audit.model_dump().items() if isinstance(value, float)}
    limits["max_refusal_share"] = dict.fromkeys(("sft", "dpo", "kto"), level)
    catalog = store.load(CATALOG)
    catalog.tables.append(replace(catalog.tables[0], name="APVM_bak"))  # a rule of backups needs one
    context = Context(
        Prover(catalog, 1),
        profile.audit.model_copy(update=limits),
        floors=dict.fromkeys(("sft", "dpo", "kto", "negatives"), int(1000 * level)),
        held_out=HeldOut(questions=frozenset({"x"})),
        mix={"sql": 0.6, "negative": 0.2},
        sql_mix=dict.fromkeys(TRAITS, 0.2),
    )
    report = audit([row for stage in ("sft", "dpo", "kto") for row in rows(stage)], context)
    return {STAGE.sub("", rule.rule): (rule.figure, rule.limit, rule.ok) for rule in report.rules if not rule.note}


@pytest.fixture(scope="module")
def low_and_high():
    """All rules, with limits that any figure is above, and with limits that any figure is below; of a catalog that has
    more of every kind of query, else a set need not have what it asks for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sql_mix._Drawn, "judge", lambda self, result, name: result)
        return judged(-0.5), judged(5.0)


def test_every_rule_of_the_audit_has_words_and_no_other_has(low_and_high):
    told = {"own_share"}  # of sets that have a trained model's own answers, which these have not; it binds nobody
    assert set(low_and_high[0]) == set(rule_words()) - told


def test_words_say_which_way_a_limit_binds_as_the_audit_judges(low_and_high):
    for level in low_and_high:
        for name, (figure, limit, ok) in level.items():
            if limit is None:  # the figure binds nobody
                continue
            bound = rule_words()[name].bound
            wanted = {"floor": figure >= limit, "ceiling": figure <= limit, "below": figure < limit}
            assert wanted[bound] == ok, name


def test_every_rule_is_seen_to_bind(low_and_high):
    """Those with a limit of the profile hold on one side and break on the other: the test above cannot pass by luck."""
    low, high = low_and_high
    fixed = {name for name, called in rule_words().items() if called.group == "faults"} | {"both_labels"}
    assert {name for name in low if low[name][2] == high[name][2]} <= fixed


def test_units_and_bounds_are_known():
    for called in rule_words().values():
        assert called.bound in BOUNDS
        assert called.unit in ("records", "share", "ratio")
        assert not re.search(r"[a-z]_[a-z]", called.title + called.says)
