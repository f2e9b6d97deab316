"""DPO pairs and KTO rows: one proved defect each, evenly spread, no question shared."""

from collections import Counter
from pathlib import Path

import pytest

from vgpt2.audit.audit import audit
from vgpt2.audit.model import Context, Row
from vgpt2.catalog import store
from vgpt2.files import write_jsonl
from vgpt2.records.answers.answers import refuses
from vgpt2.records.held_out import HeldOut
from vgpt2.records.model import COLUMNS, Meta, Record
from vgpt2.records.proof import Prover
from vgpt2.records.text import normalise
from vgpt2.settings import load_profile
from vgpt2.synthesis.preferences.harvest import read_harvest
from vgpt2.synthesis.preferences.sets import Preferences
from vgpt2.synthesis.preferences.sources import record_keys

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/audit"
PROFILE = load_profile("cpu")
COUNT = 60


@pytest.fixture(scope="module", params=["vista", "shop"])
def catalog(request):
    return store.load(FIXTURES / f"{request.param}.json")


@pytest.fixture(scope="module")
def dpo(catalog):
    return Preferences(catalog, PROFILE.data, 1).dpo(COUNT)


@pytest.fixture(scope="module")
def kto(catalog, dpo):
    return Preferences(catalog, PROFILE.data, 1, taken=dpo).kto(COUNT)


def test_pairs_have_the_columns_of_the_trainer_and_ids_of_their_own(dpo):
    assert len(dpo) == COUNT
    assert {tuple(record.row) for record in dpo} == {("id", *COLUMNS["dpo"])}
    assert len({record.id for record in dpo}) == COUNT


def test_defects_are_many_and_none_is_over_its_share(dpo):
    counts = Counter(record.meta.defect for record in dpo)
    assert len(counts) >= 10
    assert max(counts.values()) <= 0.15 * COUNT
    assert all(record.meta.worse for record in dpo)


def test_refusals_are_as_frequent_among_chosen_as_among_rejected(dpo):
    share = round(PROFILE.data.refusals_in_preferences * COUNT)
    assert sum(refuses(record.row["chosen"]) for record in dpo) == share
    assert sum(refuses(record.row["rejected"]) for record in dpo) == share


def test_six_in_ten_kto_rows_are_desirable_and_labels_are_booleans(kto):
    assert {tuple(record.row) for record in kto} == {("id", *COLUMNS["kto"])}
    assert Counter(record.row["kto_tag"] for record in kto) == {True: 36, False: 24}
    assert all(isinstance(record.row["kto_tag"], bool) for record in kto)
    assert all(bool(record.meta.defect) is not record.row["kto_tag"] for record in kto)


def test_every_kto_row_has_its_own_question_and_shares_none_with_dpo(dpo, kto):
    questions = [normalise(record.row["instruction"]) for record in kto]
    assert len(set(questions)) == len(questions)
    taken = {key for record in dpo for key in record_keys(record)}
    assert not [record.id for record in kto if taken.intersection(record_keys(record))]


def test_the_audit_proves_them_again(catalog, dpo, kto):
    rows = [Row("dpo", n, 0, record.row, "dpo", record.meta) for n, record in enumerate(dpo)]
    rows += [Row("kto", n, 0, record.row, "kto", record.meta) for n, record in enumerate(kto)]
    report = audit(rows, Context(Prover(catalog, 1), PROFILE.audit))
    assert report.ok, [rule.sentence() for rule in report.rules if not rule.ok]
    assert {"proved_worse", "preferences_apart", "defect_share"} <= {rule.rule for rule in report.rules}


def test_the_same_seed_gives_the_same_rows(catalog, dpo):
    again = Preferences(catalog, PROFILE.data, 1).dpo(COUNT)
    assert [record.row for record in again] == [record.row for record in dpo]


def test_right_rows_reach_their_number_whatever_the_wrong_ones_ask_for(catalog):
    for wrong in (Counter(), Counter({"count": 1}), Counter({"no_such_intent": 5})):
        made = Preferences(catalog, PROFILE.data, 1)._right(30, 2, wrong)
        assert len(made) == 30
        assert len({normalise(example.question) for example in made}) == 30


def test_what_the_suite_holds_out_is_left_alone(catalog, dpo):
    held = HeldOut(questions=frozenset(normalise(record.row["instruction"]) for record in dpo))
    made = Preferences(catalog, PROFILE.data, 1, held).dpo(20)
    assert not held.questions & {normalise(record.row["instruction"]) for record in made}


def harvest(tmp_path, rows):
    write_jsonl(tmp_path / "harvest.jsonl", rows)
    return tmp_path / "harvest.jsonl"


def test_harvested_rows_go_first_where_they_prove_out(tmp_path):
    catalog = store.load(FIXTURES / "vista.json")
    shared = {"input": "", "system": "s"}
    good = "```sql\nSELECT Name FROM APVM WITH (NOLOCK)\n```"
    path = harvest(
        tmp_path,
        [
            {"instruction": "Vendor names", "chosen": good, "rejected": good.replace("Name", "VendorName")} | shared,
            {"instruction": "Vendor names again", "chosen": good, "rejected": good} | shared,
            {"instruction": "Names of vendors", "output": good, "kto_tag": True} | shared,
        ],
    )
    prover = Prover(catalog, 1)
    found = read_harvest(path, "dpo", prover)
    assert [record.row["instruction"] for record in found] == ["Vendor names"]
    assert found[0].meta.worse == "unresolved"
    pairs = Preferences(catalog, PROFILE.data, 1).dpo(20, found)
    assert len(pairs) == 20
    assert sum(record.meta.source == "harvest" for record in pairs) == 1
    assert len(read_harvest(path, "kto", prover)) == 1


def test_keys_of_a_refusal_are_its_question_alone():
    meta = Meta("1", "negative", "invented_table", "refuse", "f", "w", objects=["dbo.APTH"])
    assert record_keys(Record({"instruction": "What is in APTX?"}, meta)) == [("question", "what is in aptx")]
